import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { poolAnswers } from '#app/forms/seats.ts'
import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { ShownSeats } from '#app/presenters/school-page-seats.server.ts'
import type { SharedRecord } from '../form/shared-record.ts'
import { gradesText } from './pool-table.tsx'

/** The numbers of a pool that can be typed over, in words. */
export const NUMBERS = {
  seats: 'beschlossen',
  others: 'belegt von anderen',
  classes: 'Züge',
} as const

/** The labels of these numbers in a form over several pools. */
export const NUMBER_LABELS = {
  'pools.*.seats': NUMBERS.seats,
  'pools.*.others': NUMBERS.others,
  'pools.*.classes': NUMBERS.classes,
} as const

type EditedPool = {
  readonly poolId: string
  readonly kind: SeatKind
  readonly gradeFrom: number
  readonly gradeTo: number
  /** As its fields begin; where others sit and in how many classes is said of regular places alone. */
  readonly numbers: Required<Parameters<typeof poolAnswers>[0]>
  readonly saved: { readonly by: string; readonly on: CalendarDate } | null
  /** What else tells it from others on the page: the school year. */
  readonly more?: string
}

/** The numbers of a pool, found again by its id where pools came before it meanwhile. */
export function sharedPool(pool: EditedPool, index: number): SharedRecord {
  const { poolId, kind, numbers, saved, more } = pool
  const where = more === undefined ? poolText(pool) : `${poolText(pool)}, ${more}`
  const answers = poolAnswers(kind === 'regular' ? numbers : { seats: numbers.seats })
  return {
    prefix: `pools.${index}`,
    key: { name: 'poolId', value: poolId },
    savedBy: saved === null ? undefined : `${saved.by}, ${formatDate(saved.on)}`,
    fields: Object.entries(answers).map(([name, stored]) => ({
      ...{ name, stored },
      label: `${where}: ${NUMBERS[name as keyof typeof NUMBERS]}`,
    })),
  }
}

/** For `OwnState`: begins a form anew when a pool was changed, so its fields hold what came together. */
export function versionsKey({ pools }: Pick<ShownSeats, 'pools'>): string {
  return pools.map(({ poolId, version }) => `${poolId}/${version}`).join()
}

/** "Förderplätze, Klassen 5 bis 6". */
export function poolText({
  kind,
  gradeFrom,
  gradeTo,
}: Pick<EditedPool, 'kind' | 'gradeFrom' | 'gradeTo'>): string {
  return `${t(`seat_kind.${kind}`)}, ${gradesText(gradeFrom, gradeTo)}`
}
