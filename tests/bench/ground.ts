import { join } from 'node:path'
import { makeDeps } from '#app/deps/make-deps.server.ts'
import type {
  AccountId,
  CentreId,
  MunicipalityKey,
  SchoolNumber,
  SeatPoolId,
} from '#app/domain/ids.ts'
import { firstDayOfYear } from '#app/domain/seat/turn.ts'
import { instant, schoolYearOf, today } from '#app/domain/time.ts'
import { addCentre } from '#app/services/centre/add-centre.server.ts'
import { ensureMunicipalities } from '#app/services/centre/ensure-municipalities.server.ts'
import { insertAccount, insertAssignment } from '#db/queries/account.server.ts'
import { listAreaOf } from '#db/queries/centre.server.ts'
import { saveSchools } from '#db/queries/school.server.ts'
import { insertSeatDecision } from '#db/queries/seat.server.ts'
import type { Row } from '#db/schema.ts'
import { schoolWith } from '#tests/domain/school/factories.ts'
import { poolRow } from '#tests/setup/pool-row.ts'
import { type Ground, MOST_SEATS } from './fill.ts'

export const BENCH_EMAIL = 'beratung@bench.example'
/** Somebody who works for the schools of the desk measurements. */
export const DESK_EMAIL = 'schule@bench.example'
/** Somebody who works, as most do, for one school alone: that with the long table. */
export const TABLE_EMAIL = 'tabelle@bench.example'
export const BENCH_PASSWORD = 'ein langes Passwort fuer die Messung'
const COUNSELLORS = 6
const SCHOOLS = 60
/** Schools whose children are admitted, and after them one with a long table of seats and no child. */
const FIRST_DESK_SCHOOL = 180_101
export const DESK_SCHOOLS = Array.from({ length: 10 }, (_, at) => String(FIRST_DESK_SCHOOL + at))
export const TABLE_SCHOOL = String(FIRST_DESK_SCHOOL + DESK_SCHOOLS.length)
/** Of that table: with both kinds and two school years it has forty rows to count. */
const GRADES = 10

/** A ground, and the same with the pools of the schools whose desks are measured. */
export type Grounds = { readonly ground: Ground; readonly atDesks: Ground }

/**
 * An evaluation's data folder with one centre, six counsellors, sixty schools and their pools, and the
 * schools of the desk measurements: one account for ten of them, one for that with the long table.
 */
export async function layGround(dataDir: string, url: string | null): Promise<Grounds> {
  const deps = await makeDeps({
    port: 3000,
    host: '127.0.0.1',
    dataDir,
    databaseUrl: url,
    keysDatabaseUrl: url,
    keyFile: null,
    ledgerFile: join(dataDir, 'ledger', 'erasures.jsonl'),
    origin: null,
    provider: null,
    mail: null,
    backupRecipients: [],
    auditHeadFile: null,
    logLevel: 'silent',
    metricsPort: null,
    securityContact: null,
  })
  await ensureMunicipalities(deps)
  const system = {
    ...deps,
    actor: { kind: 'system' },
    requestId: 'bench',
    steppedUp: true,
    idempotencyKey: null,
  } as const
  const added = await addCentre(system, {
    name: 'Kommunales Integrationszentrum Messbezirk',
    code: 'BN',
    area: '05358',
    source: 'operator',
  })
  if (!added.ok) throw new Error(added.error.code)
  const { centreId } = added.value
  // without a number to ring no slip is printed
  await deps.database.write((tx) =>
    tx.updateTable('centre').set({ phone: '02421 4711-0' }).where('id', '=', centreId).execute(),
  )
  const municipalities = (await listAreaOf(deps.database.db, centreId)).map(({ key }) => key)
  const counsellors = await addCounsellors(deps, centreId)
  const place = { centreId, decidedBy: counsellors[0] as AccountId, municipalities }
  const pools = await addSchools(deps, place, { first: 180_001, count: SCHOOLS })
  const ofDesks = { first: FIRST_DESK_SCHOOL, count: DESK_SCHOOLS.length }
  const deskPools = await addSchools(deps, place, ofDesks)
  await addTable(deps, place)
  await addDeskAccount(deps, centreId, { email: DESK_EMAIL, schools: DESK_SCHOOLS })
  await addDeskAccount(deps, centreId, { email: TABLE_EMAIL, schools: [TABLE_SCHOOL] })
  const ground = {
    dataDir,
    url,
    centreId,
    counsellors,
    municipalities,
    pools,
    today: today(deps.clock),
    now: instant(deps.clock),
    newId: deps.newId,
  }
  await deps.database.close()
  await deps.keys.close()
  return { ground, atDesks: { ...ground, pools: deskPools } }
}

type Deps = Awaited<ReturnType<typeof makeDeps>>

async function addCounsellors(deps: Deps, centreId: CentreId): Promise<readonly AccountId[]> {
  const password_hash = await deps.hasher.hash(BENCH_PASSWORD)
  const created_at = instant(deps.clock)
  const ids = Array.from({ length: COUNSELLORS }, () => deps.newId() as AccountId)
  await deps.database.write(async (tx) => {
    for (const [index, id] of ids.entries()) {
      await insertAccount(tx, {
        id,
        email: index === 0 ? BENCH_EMAIL : `beratung${index}@bench.example`,
        name: `Beratung ${index + 1}`,
        password_hash,
        state: 'active',
        link_hash: null,
        link_expires_at: null,
        created_at,
        version: 1,
      })
      await insertAssignment(tx, {
        id: deps.newId(),
        account_id: id,
        role: 'counsellor',
        scope_centre_id: centreId,
        school_number: null,
        owner_number: null,
        area: null,
        forms: null,
        created_at,
        ended_at: null,
      })
    }
  })
  return ids
}

/** One person who works for some schools of the desk measurements. */
async function addDeskAccount(
  deps: Deps,
  centreId: CentreId,
  { email, schools }: { readonly email: string; readonly schools: readonly string[] },
): Promise<void> {
  const password_hash = await deps.hasher.hash(BENCH_PASSWORD)
  const created_at = instant(deps.clock)
  const id = deps.newId() as AccountId
  await deps.database.write(async (tx) => {
    await insertAccount(tx, {
      ...{ id, email, name: 'Sekretariat', password_hash, state: 'active' },
      ...{ link_hash: null, link_expires_at: null, created_at, version: 1 },
    })
    for (const school of schools) {
      const school_number = school as SchoolNumber
      await insertAssignment(tx, {
        ...{ id: deps.newId(), account_id: id, role: 'school', scope_centre_id: centreId },
        ...{ school_number, owner_number: null, area: null, forms: null },
        ...{ created_at, ended_at: null },
      })
    }
  })
}

type Place = {
  readonly centreId: CentreId
  readonly decidedBy: AccountId
  readonly municipalities: readonly MunicipalityKey[]
}

async function addSchools(
  deps: Deps,
  { centreId, decidedBy, municipalities }: Place,
  { first, count }: { readonly first: number; readonly count: number },
) {
  const schools = Array.from({ length: count }, (_, i) =>
    schoolWith({
      number: String(first + i),
      municipality: municipalities[i % municipalities.length] as MunicipalityKey,
      east: 315_000 + (i % 10) * 2_000,
      north: 5_620_000 + Math.floor(i / 10) * 3_000,
    }),
  )
  const pools = schools.map(({ number }) => ({ id: deps.newId() as SeatPoolId, school: number }))
  const now = instant(deps.clock)
  await deps.database.write(async (tx) => {
    await saveSchools(tx, schools)
    await tx
      .insertInto('seat_pool')
      .values(
        pools.map(({ id, school }) =>
          poolRow({
            centre_id: centreId,
            id,
            school_number: school,
            school_year: schoolYearOf(today(deps.clock)),
            grade_to: 10,
            seats: MOST_SEATS,
            decided_by: decidedBy,
            decided_at: now,
          }),
        ),
      )
      .execute()
  })
  return pools
}

/** A school with a long table of seats, each decided on: ten grades, both kinds, this school year and the next. */
async function addTable(deps: Deps, { centreId, decidedBy, municipalities }: Place): Promise<void> {
  const thisYear = schoolYearOf(today(deps.clock))
  const pool = {
    ...{ centre_id: centreId, school_number: TABLE_SCHOOL as SchoolNumber },
    ...{ seats: 20, decided_by: decidedBy, decided_at: instant(deps.clock) },
  }
  const rows = [thisYear, thisYear + 1].flatMap((school_year) =>
    (['support', 'regular'] as const).flatMap((kind) =>
      Array.from({ length: GRADES }, (_, at) => {
        const grade = { grade_from: at + 1, grade_to: at + 1 }
        return poolRow({ ...pool, ...grade, school_year, kind, id: deps.newId() as SeatPoolId })
      }),
    ),
  )
  const school = schoolWith({
    ...{ number: TABLE_SCHOOL, municipality: municipalities[0] as MunicipalityKey },
    ...{ east: 315_000, north: 5_620_000 },
  })
  await deps.database.write(async (tx) => {
    await saveSchools(tx, [school])
    await tx.insertInto('seat_pool').values(rows).execute()
    for (const row of rows) await insertSeatDecision(tx, decisionOf(row, deps.newId()))
  })
}

/** The decision that a pool came with. */
function decisionOf(pool: Row<'seat_pool'>, id: string): Row<'seat_decision'> {
  return {
    ...{ centre_id: pool.centre_id, id, pool_id: pool.id, pool_version: pool.version },
    ...{ seats: pool.seats, others: pool.others, classes: pool.classes, reason_code: 'rooms' },
    ...{ valid_from: firstDayOfYear(pool.school_year), valid_to: null, entered_for_school: 0 },
    ...{ decided_by: pool.decided_by, decided_at: pool.decided_at },
  }
}
