import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { ERASED_KINDS } from '#app/domain/privacy/erasure.ts'
import { addDays, today } from '#app/domain/time.ts'
import { chainAudit, findBrokenLink } from '#app/services/audit/chain.server.ts'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { setHold } from '#app/services/privacy/hold.server.ts'
import { resumeErasures, settleErasures } from '#app/services/privacy/settle-erasures.server.ts'
import type { Engine } from '#db/schema.ts'
import {
  admit,
  appoint,
  assign,
  counsel,
  done,
  propose,
  seatsAt,
  start,
} from '#tests/promises/steps.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
/** What may still name the ids of a child that is gone. */
const KEEPS_IDS = ['audit_entry', 'audit_case', 'child_change']

async function attending(world: World): Promise<CaseId> {
  const caseId = await registered(world)
  const walker = { caseId, centre: 'DN' } as const
  await seatsAt(world, SCHOOL, 2)
  await appoint(world, walker)
  world.clock.passDays(6)
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
  await assign(world, walker)
  await admit(world, walker, SCHOOL)
  await start(world, walker, SCHOOL)
  const keyed = { ...world.as('counsellor'), idempotencyKey: 'a-slip' }
  done(await printSlip(keyed, caseId))
  return caseId
}

async function idsOf({ database }: World, caseId: CaseId) {
  return database.db
    .selectFrom('pupil_case')
    .select(['id', 'child_id', 'family_id', 'case_number'])
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
}

/** Tables in which one of the texts stands, in any column. */
async function tablesWith({ database }: World, texts: readonly string[]) {
  const tables = await database.db.introspection.getTables()
  const found: string[] = []
  for (const { name, schema = 'public' } of tables) {
    const table = schema === 'public' ? sql.table(name) : sql.table(`${schema}.${name}`)
    const { rows } = await sql`select * from ${table}`.execute(database.db)
    const text = JSON.stringify(rows)
    if (texts.some((one) => text.includes(one))) found.push(name)
  }
  return found.sort()
}

function erasureOf({ database }: World) {
  return database.db.selectFrom('erasure').selectAll().executeTakeFirstOrThrow()
}

describe('SQLite', () => erasureOn('sqlite'))
describe.skipIf(!postgresPresent)('PostgreSQL (needs PostgreSQL)', () => erasureOn('postgres'))

function erasureOn(engine: Engine): void {
  test('a child goes with everything that belongs to it; the trail keeps ids and still fits', async () => {
    const world = await makeWorld({ engine })
    const caseId = await attending(world)
    const ids = await idsOf(world, caseId)
    await chainAudit(world)
    expect((await tablesWith(world, [caseId])).length).toBeGreaterThan(KEEPS_IDS.length + 3)

    const erased = done(await eraseNow(world.as('lead'), { caseId, ground: 'art_17' }))

    const names = [ids.child_id, ids.family_id, caseId]
    expect(await tablesWith(world, names)).toEqual(KEEPS_IDS.toSorted())
    // whom the school and the authority know it by, until they have been told
    expect(await tablesWith(world, [ids.case_number])).toEqual(['erasure_recipient'])
    const centreId = CENTRES.DN.id
    expect(await world.keys.find({ kind: 'child', centreId, id: ids.child_id })).toBeNull()
    expect(await world.keys.find({ kind: 'family', centreId, id: ids.family_id })).toBeNull()
    const row = await erasureOf(world)
    expect(row).toMatchObject({ id: erased.erasureId, number: 1, state: 'done', role: 'lead' })
    expect(Object.keys(JSON.parse(row.counts)).sort()).toEqual([...ERASED_KINDS].sort())
    expect(JSON.parse(row.counts)).toMatchObject({ cases: 1, interviews: 1, seats: 1, families: 1 })
    const told = await world.database.db.selectFrom('erasure_recipient').select('kind').execute()
    expect(told.map(({ kind }) => kind).sort()).toEqual(['authority', 'school'])
    await chainAudit(world)
    expect(await findBrokenLink(world, centreId)).toBeNull()
    await world.close()
  })

  test('a sister stays as she was, with the family and its key', async () => {
    const world = await makeWorld({ engine })
    const caseId = await registered(world)
    const sister = await registered(world, {
      child: { givenNames: 'Alina' },
      family: { kind: 'of_sibling', caseId },
    })
    const { family_id } = await idsOf(world, sister)
    done(await eraseNow(world.as('lead'), { caseId, ground: 'wrong_registration' }))
    expect(await idsOf(world, sister)).toMatchObject({ family_id })
    const key = { kind: 'family', centreId: CENTRES.DN.id, id: family_id } as const
    expect(await world.keys.find(key)).not.toBeNull()
    done(await eraseNow(world.as('lead'), { caseId: sister, ground: 'wrong_registration' }))
    expect(await world.keys.find(key)).toBeNull()
    await world.close()
  })

  test.each(['ledger', 'rows', 'keys', 'files'] as const)(
    'cut off before the %s, the next process goes on to the end',
    async (before) => {
      const world = await makeWorld({ engine })
      const caseId = await attending(world)
      const ids = await idsOf(world, caseId)
      const cut = cutBefore(world, before)
      const lead = { ...world.as('lead'), ...cut }
      await expect(eraseNow(lead, { caseId, ground: 'art_17' })).rejects.toThrow('power is gone')
      expect((await erasureOf(world)).state).not.toBe('done')

      expect(await resumeErasures(world)).toBe(1)
      expect((await erasureOf(world)).state).toBe('done')
      const names = [ids.child_id, ids.family_id, caseId]
      expect(await tablesWith(world, names)).toEqual(KEEPS_IDS.toSorted())
      expect(await resumeErasures(world)).toBe(0)
      await world.close()
    },
  )

  test('who comes back with a restored database is erased again; ledgers level out', async () => {
    const world = await makeWorld({ engine })
    const caseId = await registered(world)
    const other = await registered(world, {
      child: { givenNames: 'Bohdan', familyName: 'Ivanenko' },
    })
    const { child_id } = await idsOf(world, caseId)
    const hash = world.keyed('erasure', `${CENTRES.DN.id}|${child_id}`)
    const entry = { hash, centreId: CENTRES.DN.id, on: '2026-11-01', ground: 'art_17' } as const
    world.ledger.append([{ ...entry, role: 'lead' }])

    expect(await settleErasures(world)).toEqual({ resumed: 0, erasedAgain: 1, takenOver: 1 })
    expect(await tablesWith(world, [child_id, caseId])).toEqual(KEEPS_IDS.toSorted())
    expect((await idsOf(world, other)).id).toBe(other)
    expect(await settleErasures(world)).toEqual({ resumed: 0, erasedAgain: 0, takenOver: 0 })
    // and the other way round: a file that was lost is written anew from the database
    const empty = { ...world, ledger: { read: () => [], append: world.ledger.append } }
    expect((await settleErasures(empty)).takenOver).toBe(1)
    await world.close()
  })

  test('is refused while somebody holds the case, to others, and twice over', async () => {
    const world = await makeWorld({ engine })
    const caseId = await registered(world)
    const until = addDays(today(world.clock), 10)
    const order = { caseId, ground: 'art_17' } as const
    done(await setHold(world.as('lead'), { caseId, until, sentence: 'Ein Verfahren läuft.' }))
    const refused = [
      await eraseNow(world.as('lead'), order),
      await eraseNow(world.as('counsellor'), order),
      await eraseNow(world.as('lead', 'BOR'), order),
    ]
    expect(refused.map((one) => !one.ok && one.error.code)).toEqual([
      ...['on_hold', 'forbidden', 'case_not_found'],
    ])
    world.clock.passDays(11)
    done(await eraseNow(world.as('lead'), order))
    expect(await eraseNow(world.as('lead'), order)).toMatchObject({
      error: { code: 'case_not_found' },
    })
    await world.close()
  })
}

/** Parts of a world that fail where a process would be killed. */
function cutBefore(world: World, what: 'ledger' | 'rows' | 'keys' | 'files') {
  const gone = () => {
    throw new Error('power is gone')
  }
  if (what === 'ledger') return { ledger: { ...world.ledger, append: gone } }
  if (what === 'keys') return { keys: { ...world.keys, destroy: gone } }
  if (what === 'files') return { database: { ...world.database, scrub: gone } }
  let writes = 0
  const write: World['database']['write'] = (work) => {
    writes += 1
    return writes === 2 ? gone() : world.database.write(work)
  }
  return { database: { ...world.database, write } }
}
