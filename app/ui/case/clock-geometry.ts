/** The drawing is 96 wide and its target mark always stands at 64: what crosses the mark is late. */
const CLOCK_WIDTH = 96
export const CLOCK_MARK = 64

/** The rim of the track: filled parts keep half a unit from the edge so that its line stays visible. */
const RIM = 0.5

/** Widths in drawing units: `fill` from the left rim, `over` from the mark; 0 means not drawn. */
export type ClockShape = { readonly fill: number; readonly over: number }

/**
 * How far a clock has run: days / target × 64, at most 96, so at most one and a half times the
 * target. The part beyond the mark is drawn apart (hatched).
 */
export function clockShape(days: number, target: number): ClockShape {
  const reach = Math.max(0, (days / Math.max(target, 1)) * CLOCK_MARK)
  const over = Math.min(reach, CLOCK_WIDTH - RIM) - CLOCK_MARK
  return {
    fill: oneDecimal(Math.max(0, Math.min(reach, CLOCK_MARK) - RIM)),
    over: oneDecimal(Math.max(0, over)),
  }
}

function oneDecimal(width: number): number {
  return Math.round(width * 10) / 10
}
