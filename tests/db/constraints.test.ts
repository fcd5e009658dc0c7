import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SchoolNumber } from '#app/domain/ids.ts'
import { addDays, instant, today } from '#app/domain/time.ts'
import { makeRecoveryCodes } from '#app/services/account/make-recovery-codes.server.ts'
import { chainAudit } from '#app/services/audit/chain.server.ts'
import { keepDraft } from '#app/services/draft/keep-draft.server.ts'
import { answerWhereabouts } from '#app/services/follow-up/answer-whereabouts.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { setHold } from '#app/services/privacy/hold.server.ts'
import { approveRetention } from '#app/services/privacy/retention-rules.server.ts'
import { runRetention } from '#app/services/privacy/run-retention.server.ts'
import { noteToldRecipient } from '#app/services/privacy/tell-recipient.server.ts'
import type { Database } from '#db/open.server.ts'
import { insertBackupRun } from '#db/queries/backup.server.ts'
import { enqueueJob } from '#db/queries/job.server.ts'
import { insertMessage } from '#db/queries/outbox.server.ts'
import type { Engine, Schema, Sealed } from '#db/schema.ts'
import { counsel, done, propose, seatsAt, versionOf } from '#tests/promises/steps.ts'
import { walkTheMainJob } from '#tests/services/main-job.ts'
import { testEngine } from '#tests/setup/engine.ts'
import { giveTotp } from '#tests/setup/second-factor.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

type Values = Readonly<Record<string, string | number | null>>

const PLAIN = { sealed: 'plain words' }

/**
 * For every CHECK of the migrated schema what it must refuse: columns of a row that stands there,
 * each set so that this one CHECK is hurt and no other.
 */
const HURTS: Readonly<Record<string, readonly Values[]>> = {
  municipality_check_1: [{ key: '0535800' }, { key: '053580081' }],
  school_check_1: [{ number: '18010' }, { number: '1801011' }],
  school_check_2: [{ source: 'hearsay' }],
  school_check_3: [{ status: '' }, { status: '10' }],
  centre_check_1: [{ source: 'nobody' }],
  centre_check_2: [{ target_counselling_days: 0 }, { target_counselling_days: 366 }],
  centre_check_3: [{ target_assignment_days: 0 }, { target_assignment_days: 366 }],
  centre_check_4: [{ target_first_day_days: 0 }, { target_first_day_days: 366 }],
  centre_check_5: [{ hold_days: 0 }, { hold_days: 61 }],
  centre_check_6: [{ second_seat: 'perhaps' }],
  centre_check_7: [{ support_decided_by: 'nobody' }],
  centre_check_8: [{ regular_decided_by: 'nobody' }],
  centre_check_9: [{ assigned_by: 'nobody' }],
  account_check_1: [{ state: 'asleep' }],
  role_assignment_check_1: [{ role: 'king' }],
  role_assignment_check_2: [{ role: 'school', school_number: null }],
  role_assignment_check_3: [{ role: 'lead', scope_centre_id: null }],
  job_check_1: [{ state: 'asleep' }],
  family_check_1: [PLAIN],
  child_check_1: [PLAIN],
  seat_pool_check_1: [{ kind: 'window' }],
  seat_pool_check_2: [{ grade_from: 0 }],
  seat_pool_check_3: [{ grade_to: 14 }, { grade_from: 6, grade_to: 5 }],
  seat_pool_check_4: [{ seats: -1 }, { seats: 1000 }],
  seat_pool_check_5: [{ entered_for_school: 2 }],
  seat_pool_check_6: [{ others: -1 }, { others: 1000 }],
  seat_pool_check_7: [{ classes: 0 }, { classes: 41 }],
  seat_pool_check_8: [{ reserve: -1 }, { reserve: 1000 }],
  seat_pool_check_9: [{ lasting: -1 }, { lasting: 1000 }],
  seat_decision_check_1: [{ seats: -1 }, { seats: 1000 }],
  seat_decision_check_2: [{ entered_for_school: -1 }],
  seat_decision_check_3: [{ others: -1 }, { others: 1000 }],
  seat_decision_check_4: [{ classes: 0 }, { classes: 41 }],
  seat_decision_check_5: [{ valid_to: '2026-01-01' }],
  pupil_case_check_1: [{ stage: 'lost' }],
  pupil_case_check_2: [{ grade: 0 }, { grade: 14 }],
  pupil_case_check_3: [{ school_number: null }, { pool_id: null }, { seat_entry_id: null }],
  pupil_case_check_4: [{ stage: 'proposed', hold_until: null }],
  pupil_case_check_5: [{ stage: 'attending', first_day: null }],
  seat_entry_check_1: [{ state: 'dreamt of' }],
  seat_entry_check_2: [{ state: 'hold', hold_until: null }],
  seat_entry_check_3: [
    { state: 'released', released_at: null },
    { state: 'taken', released_at: '2026-11-19T09:00:00.000Z' },
  ],
  seat_entry_check_4: [{ kind: 'window' }],
  // of a live entry the trigger would say no before the CHECK is asked
  seat_entry_check_5: [
    { state: 'released', released_at: '2026-11-19T09:00:00.000Z', seat_number: -1 },
  ],
  case_event_check_1: [PLAIN],
  interview_check_1: [PLAIN],
  review_check_1: [PLAIN],
  language_support_check_1: [PLAIN],
  school_class_check_1: [PLAIN],
  whereabouts_check_1: [{ is_here: 2 }],
  appointment_check_1: [PLAIN],
  appointment_check_2: [{ state: 'perhaps' }],
  appointment_case_check_1: [{ outcome: 'maybe' }],
  family_access_check_1: [PLAIN],
  retention_rule_check_1: [{ class: 'forever' }],
  retention_rule_check_2: [{ months: 0 }, { months: 601 }],
  retention_rule_check_3: [{ action: 'keep' }],
  retention_rule_check_4: [{ approved_at: null }],
  retention_rule_check_5: [{ valid_from: null }],
  legal_hold_check_1: [PLAIN],
  erasure_check_1: [{ state: 'half' }],
  erasure_check_2: [{ ground: 'whim' }],
  erasure_check_3: [{ with_family: 2 }],
  erasure_check_4: [{ child_id: 'somebody' }, { state: 'ordered' }],
  erasure_check_5: [{ family_id: 'a family' }],
  erasure_recipient_check_1: [{ kind: 'neighbour' }],
  erasure_recipient_check_2: [{ kind: 'school', school_number: null }],
  erasure_recipient_check_3: [{ told_at: null, case_number: null }],
  retention_run_check_1: [{ outcome: 'perhaps' }],
  outbox_check_1: [PLAIN],
  outbox_check_2: [{ state: 'lost' }],
  // a letter has words, a mail none and somebody it goes to
  outbox_check_3: [{ sealed: null }, { channel: 'mail' }],
  second_factor_check_1: [{ kind: 'handshake' }],
  second_factor_check_2: [PLAIN],
  recovery_code_check_1: [{ place: -1 }, { place: 10 }],
  desk_notice_check_1: [{ kind: 'gossip' }],
  draft_check_1: [PLAIN],
  draft_check_2: [{ kept_until: '2026-01-01T00:00:00.000Z' }],
  backup_run_check_1: [{ state: 'perhaps' }],
}

/** What may only ever be added to. */
const APPEND_ONLY = [
  'audit_case',
  'audit_entry',
  'audit_seal',
  'erasure_ledger',
  'seat_decision',
] as const

const TRIGGERS: Readonly<Record<Engine, readonly string[]>> = {
  sqlite: [
    ...APPEND_ONLY.flatMap((table) => [`${table}_no_delete`, `${table}_no_update`]),
    ...['seat_decision_others', 'seat_entry_beyond_insert', 'seat_entry_beyond_move'],
    ...['seat_entry_kind_insert', 'seat_entry_kind_move'],
    ...['seat_entry_year_insert', 'seat_entry_year_move'],
  ],
  postgres: [
    ...APPEND_ONLY.map((table) => `${table}_append_only`),
    ...['seat_decision_others', 'seat_entry_beyond', 'seat_entry_kind', 'seat_entry_year'],
  ],
}

describe('the guards of the database', () => {
  let world: World
  beforeAll(async () => {
    world = await makeWorld()
    await walkTheMainJob(world)
    await addWaiting(world)
    await addWhereabouts(world)
    await giveTotp(world, 'account-lead-dn')
    await makeRecoveryCodes(world.as('lead'))
    await addRetention(world)
    await keepDraft(world.as('counsellor'), { form: 'registration', caseId: null, fields: [] })
    await chainAudit(world)
  }, 60_000)
  afterAll(() => world.close())

  test('every CHECK of the schema has something here that hurts it', async () => {
    expect(await checksOf(world.database)).toEqual(Object.keys(HURTS).sort())
  })

  test.each(Object.entries(HURTS))('%s', async (check, rows) => {
    const table = check.replace(/_check_\d+$/, '') as keyof Schema
    const { rows: stored } = await sql<Values>`select * from ${sql.table(table)}`.execute(
      world.database.db,
    )
    const [row = {}] = stored
    // a row as it stands is refused only because it stands there already
    await expect(add(world.database, table, row)).rejects.toThrow(/unique/i)
    for (const hurt of rows) {
      await expect(add(world.database, table, { ...row, ...hurt })).rejects.toThrow(
        new RegExp(`check constraint.*\\b${check}\\b`, 'i'),
      )
    }
  })

  test('every trigger of the schema is one of those that are tried here', async () => {
    expect(await triggersOf(world.database)).toEqual(TRIGGERS[testEngine])
  })

  test.each(APPEND_ONLY)('%s can be added to, and nothing else', async (table) => {
    const { rows: before } = await sql`select * from ${sql.table(table)}`.execute(world.database.db)
    expect(before.length).toBeGreaterThan(0)
    for (const statement of attemptsOn(table, testEngine)) {
      const attempt = world.database.write((tx) => sql.raw(statement).execute(tx))
      await expect(attempt, statement).rejects.toThrow(`${table} is append-only`)
    }
    const { rows: after } = await sql`select * from ${sql.table(table)}`.execute(world.database.db)
    expect(after).toEqual(before)
  })

  describe('the second wall around the seats', () => {
    const seats = async () => {
      const { rows } = await sql<Values>`
        select seat_entry.*, seat_pool.seats from seat_entry
        join seat_pool on seat_pool.id = seat_entry.pool_id where state = 'taken'`.execute(
        world.database.db,
      )
      const [{ seats: last = 0, ...entry } = {}] = rows
      return { last: Number(last), entry: { ...entry, id: 'a second one' } }
    }
    const roomy = async () => {
      const { rows } = await sql<Values>`select id from seat_pool where seats > 1`.execute(
        world.database.db,
      )
      return { pool_id: rows[0]?.['id'] ?? null, seat_number: 2 }
    }
    const attempt = (entry: Values) => add(world.database, 'seat_entry', entry)

    test('a case has one live seat of a kind', async () => {
      const { entry } = await seats()
      await expect(attempt({ ...entry, ...(await roomy()) })).rejects.toThrow(/unique/i)
    })

    test('on a seat sits one child', async () => {
      const { entry } = await seats()
      // the child's live seat is in another pool: only the seat is the same
      await withPool(entry, { kind: 'regular' }, async (pool_id) => {
        const other = { ...entry, kind: 'regular', pool_id, seat_number: 1 }
        await attempt(other)
        await expect(attempt({ ...other, id: 'a third one' })).rejects.toThrow(/unique/i)
      })
    })

    test('nobody sits down or moves beyond the last seat, or on no seat at all', async () => {
      const { last, entry } = await seats()
      const onSeat = (seat_number: number) => attempt({ ...entry, seat_number })
      await expect(onSeat(last + 1)).rejects.toThrow('the pool has no such seat')
      await expect(onSeat(0)).rejects.toThrow('the pool has no such seat')
      const moving = world.database.write((tx) =>
        sql`update seat_entry set seat_number = ${last + 1} where state = 'taken'`.execute(tx),
      )
      await expect(moving).rejects.toThrow('the pool has no such seat')
    })

    test('nobody sits in another school year than the pool: not as a second seat of the same year', async () => {
      const { entry } = await seats()
      const later = { ...entry, ...(await roomy()), school_year: 2031 }
      await expect(attempt(later)).rejects.toThrow('the pool is of another school year')
      const moving = world.database.write((tx) =>
        sql`update seat_entry set school_year = 2031 where state = 'taken'`.execute(tx),
      )
      await expect(moving).rejects.toThrow('the pool is of another school year')
    })

    test('an entry is of the kind of its pool, also where it moves', async () => {
      const { entry } = await seats()
      const other = { ...entry, kind: 'regular', ...(await roomy()) }
      await expect(attempt(other)).rejects.toThrow('the pool is of another kind')
      const turning = world.database.write((tx) =>
        sql`update seat_entry set kind = 'regular' where state = 'taken'`.execute(tx),
      )
      await expect(turning).rejects.toThrow('the pool is of another kind')
    })

    test('no decision lets more other children sit than it has seats', async () => {
      const { rows } = await sql<Values>`select * from seat_decision`.execute(world.database.db)
      const row = { ...rows[0], id: 'a later one', seats: 3 }
      await expect(add(world.database, 'seat_decision', { ...row, others: 4 })).rejects.toThrow(
        'more other children than seats',
      )
      await add(world.database, 'seat_decision', { ...row, others: 3 })
    })

    test('control: in a pool of its kind one can sit', async () => {
      const { entry } = await seats()
      await withPool(entry, { kind: 'regular' }, (pool_id) =>
        attempt({ ...entry, kind: 'regular', pool_id, seat_number: 1 }),
      )
    })

    /** Another pool beside that of an entry, gone afterwards with who sat in it. */
    async function withPool(
      entry: Values,
      change: Values,
      work: (poolId: string) => Promise<unknown>,
    ): Promise<void> {
      const { rows } = await sql<Values>`
        select * from seat_pool where id = ${entry['pool_id'] as string}`.execute(world.database.db)
      const id = 'pool beside it'
      await add(world.database, 'seat_pool', { ...rows[0], ...change, id })
      try {
        await work(id)
      } finally {
        await world.database.write(async (tx) => {
          await sql`delete from seat_entry where pool_id = ${id}`.execute(tx)
          await sql`delete from seat_pool where id = ${id}`.execute(tx)
        })
      }
    }
  })
})

function attemptsOn(table: string, engine: Engine): readonly string[] {
  return [
    `update ${table} set centre_id = centre_id`,
    `delete from ${table}`,
    engine === 'sqlite'
      ? `insert or replace into ${table} select * from ${table}`
      : `truncate ${table} cascade`,
  ]
}

async function checksOf({ db, engine }: Database): Promise<readonly string[]> {
  if (engine === 'postgres') {
    const { rows } = await sql<{ name: string }>`
      select conname as name from pg_constraint
      where contype = 'c' and connamespace = 'public'::regnamespace`.execute(db)
    return rows.map(({ name }) => name).sort()
  }
  const { rows } = await sql<{ text: string }>`
    select sql as text from sqlite_master where type = 'table' and sql is not null`.execute(db)
  const text = rows.map((row) => row.text).join('\n')
  const names = [...text.matchAll(/constraint "(\w+)" check\b/gi)].map(([, name = '']) => name)
  // a CHECK without a name would be one that nobody here hurts
  expect(names).toHaveLength([...text.matchAll(/\bcheck\s*\(/gi)].length)
  return names.sort()
}

async function triggersOf({ db, engine }: Database): Promise<readonly string[]> {
  const { rows } = await (engine === 'postgres'
    ? sql<{ name: string }>`select tgname as name from pg_trigger where not tgisinternal`
    : sql<{ name: string }>`select name from sqlite_master where type = 'trigger'`
  ).execute(db)
  return rows.map(({ name }) => name).sort()
}

function add(database: Database, table: keyof Schema, row: Values): Promise<unknown> {
  const columns = Object.keys(row).map((name) => sql.ref(name))
  const values = Object.values(row)
  return database.write((tx) =>
    sql`insert into ${sql.table(table)} (${sql.join(columns)}) values (${sql.join(values)})`.execute(
      tx,
    ),
  )
}

/** The school of the child that goes there answers that it still does. */
async function addWhereabouts(world: World): Promise<void> {
  const { id, school_number } = await world.database.db
    .selectFrom('pupil_case')
    .select(['id', 'school_number'])
    .where('stage', '=', 'attending')
    .executeTakeFirstOrThrow()
  const version = await versionOf(world, id)
  const answers = [{ caseId: id, version, isHere: true }]
  done(await answerWhereabouts(world.asSchool(school_number as SchoolNumber), { answers }))
}

/** A job and a message, which the main job leaves none of. */
async function addWaiting(world: World): Promise<void> {
  const now = instant(world.clock)
  const waiting = {
    ...({ state: 'waiting', attempts: 0, run_at: now, created_at: now } as const),
    ...{ lease_until: null, leased_by: null },
  } as const
  await world.database.write(async (tx) => {
    const ended = { started_at: now, ended_at: now, state: 'done', code: null } as const
    await insertBackupRun(tx, { id: 'backup-1', ...ended })
    await enqueueJob(tx, { ...waiting, id: 'job-1', kind: 'count', dedupe_key: 'a', payload: '{}' })
    await insertMessage(tx, {
      ...waiting,
      ...{
        centre_id: CENTRES.DN.id,
        id: 'message-1',
        event_id: 'event-1',
        channel: 'letter',
        account_id: null,
      },
      ...{ case_id: null, sealed: 'v1.an.envelope' as Sealed },
    })
  })
}

/** An approved period, a run, a held case, and a child that was erased after its way to a school. */
async function addRetention(world: World): Promise<void> {
  const rule = { centreId: CENTRES.DN.id, class: 'ended_early', months: 3, ruleId: null } as const
  await approveRetention(world.as('auditor'), rule)
  await runRetention(world)
  const caseId = await registered(world, { child: { givenNames: 'Zweites', familyName: 'Kind' } })
  const until = addDays(today(world.clock), 5)
  await setHold(world.as('lead'), { caseId, until, sentence: 'Ein Verfahren läuft.' })
  const gone = await registered(world, { child: { givenNames: 'Drittes', familyName: 'Kind' } })
  const walker = { caseId: gone, centre: 'DN' } as const
  await counsel(world, walker)
  await seatsAt(world, '180104' as SchoolNumber, 2)
  await propose(world, walker, '180104' as SchoolNumber)
  const { erasureId } = done(await eraseNow(world.as('lead'), { caseId: gone, ground: 'art_17' }))
  const { id: recipientId } = await world.database.db
    .selectFrom('erasure_recipient')
    .select('id')
    .orderBy('id')
    .executeTakeFirstOrThrow()
  done(await noteToldRecipient(world.as('lead'), { ...rule, erasureId, recipientId }))
}
