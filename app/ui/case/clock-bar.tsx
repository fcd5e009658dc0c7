import type { ReactNode } from 'react'
import type { ClockName } from '#app/domain/case/clocks.ts'
import { formatDays } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import { CLOCK_MARK, clockShape } from './clock-geometry.ts'

/** What a page needs of a clock that has started: calendar days so far, against its target. */
export type StartedClock = {
  readonly name: ClockName
  readonly state: 'running' | 'stopped'
  readonly days: number
  readonly target: number
}

/** Days of notice before the target in which a clock is shown as due. */
const DUE_SOON_DAYS = 3

type Props = {
  readonly clock: StartedClock
  /** Says which clock it is after the words ("· Zuweisung"): lists need it, the case page does not. */
  readonly named?: boolean | undefined
}

/**
 * One clock: number, bar and words. The bar is for the eye only; number and words say the same, so
 * nothing rests on colour (WCAG 1.4.1). A stopped clock keeps its hatch and loses the red.
 */
export function ClockBar({ clock, named }: Props) {
  const { name, days, target } = clock
  return (
    <div className="m-clock">
      <span className="m-clock__n">
        <b>{days}</b> / {formatDays(target)}
      </span>
      <Bar days={days} target={target} />
      <span className="m-clock__s">
        <ClockWords clock={clock} />
        {named ? <span className="m-muted"> · {t(`clock_short.${name}`)}</span> : null}
      </span>
    </div>
  )
}

function Bar({ days, target }: { readonly days: number; readonly target: number }) {
  const { fill, over } = clockShape(days, target)
  return (
    <svg viewBox="0 0 96 16" width="96" height="16" aria-hidden="true" focusable="false">
      <rect className="c-track" x="0.5" y="3.5" width="95" height="9" />
      {fill > 0 ? <rect className="c-fill" x="0.5" y="3.5" width={fill} height="9" /> : null}
      {over > 0 ? <rect className="c-over" x={CLOCK_MARK} y="3.5" width={over} height="9" /> : null}
      <line className="c-tick" x1={CLOCK_MARK} x2={CLOCK_MARK} y1="0" y2="16" />
    </svg>
  )
}

/** "16 Tage über Ziel", "heute fällig", "noch 7 Tage"; a stopped clock only says how it ended. */
function ClockWords({ clock }: { readonly clock: StartedClock }): ReactNode {
  const { days, target } = clock
  const stopped = clock.state === 'stopped'
  const left = target - days
  if (left < 0) {
    const words = t('clock.over', { count: -left })
    return stopped ? words : <span className="m-over">{words}</span>
  }
  if (stopped) return t('clock.met')
  if (left <= DUE_SOON_DAYS) return <span className="m-soon">{dueWords(left)}</span>
  return t('clock.left', { count: left })
}

function dueWords(left: number): string {
  if (left === 0) return t('clock.today')
  return left === 1 ? t('clock.tomorrow') : t('clock.left', { count: left })
}
