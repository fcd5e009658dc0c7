import type { Migration } from 'kysely'
import type { Engine } from '../schema.ts'
import { mainJob } from './2026-11-22-001-main-job.ts'
import { accounts } from './2026-11-22-002-accounts.ts'
import { retention } from './2026-11-22-003-retention.ts'
import { operation } from './2026-11-22-004-operation.ts'
import { drafts } from './2026-11-22-005-drafts.ts'
import { seatLedger } from './2026-11-23-006-seat-ledger.ts'
import { notices } from './2026-11-23-007-notices.ts'
import { atSchool } from './2026-11-23-008-at-school.ts'
import { assigning } from './2026-11-23-009-assigning.ts'
import { schoolYears } from './2026-11-23-010-school-years.ts'
import { capacityReports } from './2026-11-23-011-capacity-reports.ts'
import { mailOfNobody } from './2026-11-23-013-mail-of-nobody.ts'
import { lastingSeats } from './2026-11-23-014-lasting-seats.ts'
import { reportsAtCentre } from './2026-11-23-015-reports-at-centre.ts'
import { languageSupport } from './2026-11-23-016-language-support.ts'

/** The names of every migration, in order. */
export function knownMigrations(): readonly string[] {
  return Object.keys(migrations('sqlite'))
}

/** Every migration, by hand and in order. Frozen once merged: a change is a new file. */
export function migrations(engine: Engine): Record<string, Migration> {
  return {
    '2026-11-22-001-main-job': mainJob(engine),
    '2026-11-22-002-accounts': accounts(engine),
    '2026-11-22-003-retention': retention(engine),
    '2026-11-22-004-operation': operation(engine),
    '2026-11-22-005-drafts': drafts(engine),
    '2026-11-23-006-seat-ledger': seatLedger(engine),
    '2026-11-23-007-notices': notices(engine),
    '2026-11-23-008-at-school': atSchool(engine),
    '2026-11-23-009-assigning': assigning(),
    '2026-11-23-010-school-years': schoolYears(engine),
    '2026-11-23-011-capacity-reports': capacityReports(engine),
    '2026-11-23-013-mail-of-nobody': mailOfNobody(engine),
    '2026-11-23-014-lasting-seats': lastingSeats(engine),
    '2026-11-23-015-reports-at-centre': reportsAtCentre(engine),
    '2026-11-23-016-language-support': languageSupport(engine),
  }
}
