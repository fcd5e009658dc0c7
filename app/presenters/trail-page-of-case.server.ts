import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { err, ok } from '#app/domain/result.ts'
import { today } from '#app/domain/time.ts'
import { authorize, can } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { listTrail } from '#db/queries/audit.server.ts'
import { listSchoolsByNumber } from '#db/queries/school.server.ts'
import { readChild } from '#db/sealing/records.server.ts'
import { caseHead } from './case-head.server.ts'

const PAGE_SIZE = 25

/**
 * The trail of one case, newest first, 25 entries a page: who, as what, what, when; from the newest
 * on, or those older than the entry `before`. Who may not see the file (an auditor) sees the case
 * number and no name. Reading the trail is itself written down first, and stands in it. Refused:
 * `case_not_found`, `forbidden`.
 */
export async function trailPageOfCase(ctx: Context, caseId: CaseId, before: string | null) {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.view_trail', found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const { centreId, childId } = pupilCase
  const { db } = ctx.database
  await recordRead(ctx, permit.value, centreId, { event: 'case_viewed', page: 'trail', caseId })
  const lines = await listTrail(db, centreId, caseId, { limit: PAGE_SIZE + 1, before })
  const entries = lines.slice(0, PAGE_SIZE).map(({ id, at, name, role, event, facts }) => ({
    id,
    at,
    who: name,
    role,
    event,
    facts: plainFacts(facts, caseId),
  }))
  const numbers = [...new Set(entries.flatMap(({ facts }) => facts['schoolNumber'] ?? []))]
  const schools = await listSchoolsByNumber(db, numbers as SchoolNumber[])
  const isFileOpen = can(ctx.actor, 'case.view', found.facts)
  const child = isFileOpen ? await readChild(db, ctx.keys, centreId, childId) : null
  return ok({
    caseId,
    caseNumber: pupilCase.caseNumber,
    head: child === null ? null : caseHead(pupilCase, child, today(ctx.clock)),
    entries,
    schools: Object.fromEntries(schools.map(({ number, shortName }) => [number, shortName])),
    isNewest: before === null,
    /** Where the next page begins; null: nothing is older. */
    olderThan: lines.length > PAGE_SIZE ? (entries.at(-1)?.id ?? null) : null,
  })
}

/**
 * The facts of an entry that are one word or number: lists have no place in a sentence. `caseId` is
 * among them only where the entry is about another case of the family and names this one with it.
 */
function plainFacts(json: string, ownId: CaseId): Readonly<Record<string, string>> {
  const facts = JSON.parse(json) as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(facts)
      .filter(([name, value]) => name !== 'caseId' || value !== ownId)
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
      .map(([name, value]) => [name, String(value)]),
  )
}
