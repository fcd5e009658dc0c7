import type { LegalSource } from '../law/legal-source.ts'
import type { SchoolForm } from '../school/form.ts'
import type { CalendarDate } from '../time.ts'

/**
 * Why a school stands where it stands. Codes and facts; the sentences are the catalogue's. Every way
 * is an estimate (straight line × 1.3) until a route planner is configured.
 */
export type Reason =
  | { readonly kind: 'sibling' }
  | { readonly kind: 'wish' }
  | { readonly kind: 'wish_form' }
  | { readonly kind: 'form_recommended' }
  | { readonly kind: 'form_other'; readonly recommended: SchoolForm }
  | { readonly kind: 'nearest'; readonly metres: number; readonly estimate: true }
  | { readonly kind: 'way_short'; readonly metres: number; readonly estimate: true }
  | {
      readonly kind: 'way_long'
      readonly metres: number
      readonly estimate: true
      readonly limitMetres: number
      readonly source: LegalSource
    }
  | { readonly kind: 'way_unknown' }
  | { readonly kind: 'seats_free'; readonly free: number; readonly decided: number }
  | { readonly kind: 'last_seat' }
  /** No regular place is free for the day on which the child needs one at the latest. */
  | {
      readonly kind: 'regular_missing'
      readonly from: CalendarDate
      readonly source: LegalSource
    }
  | { readonly kind: 'closing'; readonly on: CalendarDate }

/** Whether a reason speaks for the school or against it. */
export function speaksFor(reason: Reason): boolean {
  return SPEAKS_FOR[reason.kind]
}

const SPEAKS_FOR: Readonly<Record<Reason['kind'], boolean>> = {
  sibling: true,
  wish: true,
  wish_form: true,
  form_recommended: true,
  form_other: false,
  nearest: true,
  way_short: true,
  way_long: false,
  way_unknown: false,
  seats_free: true,
  last_seat: false,
  regular_missing: false,
  closing: false,
}
