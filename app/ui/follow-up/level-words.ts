import { GER_LEVELS, type GerLevel } from '#app/domain/follow-up/ger-level.ts'

/** A level as staff read it: only "none" is not one already. */
export function levelWord(level: GerLevel): string {
  return level === 'none' ? 'keine Kenntnisse' : level
}

/** Every level as a choice, ascending. */
export const LEVEL_OPTIONS = GER_LEVELS.map((level) => ({ value: level, label: levelWord(level) }))
