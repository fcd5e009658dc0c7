import type { AccountId, CentreId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import type { Row } from '#db/schema.ts'
import { CENTRES } from '#tests/setup/world.ts'

/** A pool's row as a school leaves it that has entered nine support places, but for `overrides`. */
export function poolRow(overrides: Partial<Row<'seat_pool'>> = {}): Row<'seat_pool'> {
  return {
    centre_id: CENTRES.DN.id as CentreId,
    id: 'pool-1' as SeatPoolId,
    school_number: '180101' as SchoolNumber,
    school_year: 2026,
    grade_from: 5,
    grade_to: 6,
    kind: 'support',
    seats: 9,
    others: 0,
    classes: null,
    reserve: 0,
    reserve_until: null,
    changes_on: null,
    lasting: null,
    entered_for_school: 0,
    decided_by: 'account-counsellor-dn' as AccountId,
    decided_at: '2026-11-01T09:00:00.000Z',
    version: 1,
    ...overrides,
  }
}
