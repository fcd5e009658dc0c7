import { dueOn } from '#app/domain/case/clocks.ts'
import { isOpen, STAGES } from '#app/domain/case/stage.ts'
import type { Targets } from '#app/domain/centre/centre.ts'
import type { CaseId, CentreId } from '#app/domain/ids.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import type { Tx } from '../schema.ts'
import { toPupilCase } from './case-row.ts'

/** Most ids in one statement: SQLite binds at most 32,766 values, PostgreSQL plans fewer quicker. */
const IDS_AT_ONCE = 1000

/**
 * Counts the due day of every open case of a centre anew, after its targets changed. The rule stays
 * the domain's: cases are read, and those whose day moved are written, one statement per day. The
 * version stays, because nothing a person edits has changed. Returns how many days moved.
 */
export async function recountDueDays(
  tx: Tx,
  centreId: CentreId,
  targets: Targets,
): Promise<number> {
  const rows = await tx
    .selectFrom('pupil_case')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('stage', 'in', STAGES.filter(isOpen))
    .execute()
  const moved = new Map<CalendarDate | null, CaseId[]>()
  for (const row of rows) {
    const day = dueOn(toPupilCase(row), targets)
    if (day === row.due_on) continue
    const ids = moved.get(day) ?? []
    ids.push(row.id)
    moved.set(day, ids)
  }
  for (const [day, ids] of moved) await setDueDay(tx, centreId, ids, day)
  return [...moved.values()].reduce((count, ids) => count + ids.length, 0)
}

async function setDueDay(
  tx: Tx,
  centreId: CentreId,
  ids: readonly CaseId[],
  day: CalendarDate | null,
): Promise<void> {
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    await tx
      .updateTable('pupil_case')
      .set({ due_on: day })
      .where('centre_id', '=', centreId)
      .where('id', 'in', ids.slice(from, from + IDS_AT_ONCE))
      .execute()
  }
}
