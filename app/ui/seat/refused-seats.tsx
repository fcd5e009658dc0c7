import { useActionData } from '@remix-run/react'
import { refusalText } from '#app/i18n/refusal-text.ts'
import type { ShownPool, ShownSeats } from '#app/presenters/school-page-seats.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { type Answer, refusalsOf } from '../form/own-answer.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'
import { schoolYearText } from './school-year-text.ts'
import { poolText } from './shared-pool.ts'

/**
 * Why what was sent on a page with seats was not done. Where several pools are in the way each is named
 * with its sentence, once for those of which the same is to be said.
 */
export function SeatsRefused({ seats }: { readonly seats: Pick<ShownSeats, 'pools'> | null }) {
  const refusals = refusalsOf(useActionData<Answer>())
  if (refusals.length < 2) return <RefusalNotice refusal={refusals[0]} />
  const texts = [...new Set(refusals.map(refusalText))]
  const placeOf = (refusal: Refusal) => {
    const pool = seats?.pools.find(({ poolId }) => poolId === refusedPoolOf(refusal))
    return pool === undefined ? [] : [`${poolText(pool)}, ${schoolYearText(pool.schoolYear)}`]
  }
  return (
    <Notice
      kind="danger"
      title={`${refusals.length} Ihrer Änderungen gehen so nicht. Gespeichert ist noch nichts.`}
      live="alert"
    >
      <ul>
        {texts.map((text) => {
          const places = refusals.filter((one) => refusalText(one) === text).flatMap(placeOf)
          const where = places.length === 0 ? '' : `${places.join('; ')}: `
          return <li key={text}>{`${where}${text}`}</li>
        })}
      </ul>
    </Notice>
  )
}

/**
 * Why what one form of the page sent was not done, inside that form, while the page says above what
 * became of another one. Not said aloud again: it was when it came.
 */
export function HeldRefusals({ refusals }: { readonly refusals: readonly Refusal[] }) {
  const above = refusalsOf(useActionData<Answer>())
  return refusals
    .filter((refusal) => !above.includes(refusal))
    .map((refusal) => <Notice key={refusal.code} kind="danger" title={refusalText(refusal)} />)
}

/** Which pool a refusal is about; null: none, or a new one. */
function refusedPoolOf(refusal: Refusal): string | null {
  return 'poolId' in refusal ? (refusal.poolId ?? null) : null
}

/** A number of a pool that can be typed over. */
type PoolNumber = 'seats' | 'others' | 'classes'

/** What is wrong with the numbers of one pool. */
export type RefusedNumber = {
  readonly number: PoolNumber
  /** Its sentence with the figures, where that is said at the row. */
  readonly text: string | null
}

/** Of the refusals of a form what is about the numbers of this pool; null: nothing, or its days. */
export function refusedNumber(
  refusals: readonly Refusal[],
  { poolId }: Pick<ShownPool, 'poolId'>,
): RefusedNumber | null {
  const refusal = refusals.find((one) => refusedPoolOf(one) === poolId)
  if (refusal === undefined || refusal.code === 'validity_invalid') return null
  // both versions of the row stand above the table
  const text = refusal.code === 'stale_pool' ? null : refusalText(refusal)
  return { number: numberOf(refusal), text }
}

function numberOf({ code }: Refusal): PoolNumber {
  if (code === 'others_above_seats') return 'others'
  return code === 'classes_out_of_range' ? 'classes' : 'seats'
}
