import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Child } from '#app/domain/child/child.ts'
import type { Family } from '#app/domain/family/family.ts'
import type { CaseId, CentreId, FamilyId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import type { School } from '#app/domain/school/school.ts'
import { type CalendarDate, type Clock, type Instant, instant } from '#app/domain/time.ts'
import { loadBorders } from '#app/gateways/borders.server.ts'
import type { ErasureLedger, LedgerEntry } from '#app/gateways/erasure-ledger-file.server.ts'
import type { Actor, Assignment, StaffRole } from '#app/policy/roles.ts'
import { type RegisterChild, registerChild } from '#app/services/case/register-child.server.ts'
import type {
  Context,
  Deps,
  Hasher,
  LogLine,
  Secrets,
  Whereabouts,
} from '#app/services/context.server.ts'
import { type Database, openMemory, openPostgres } from '#db/open.server.ts'
import { insertAccount, insertAssignment } from '#db/queries/account.server.ts'
import { openReason } from '#db/queries/case.server.ts'
import { insertArea, insertCentre, insertMunicipalities } from '#db/queries/centre.server.ts'
import type { Row, Tx } from '#db/schema.ts'
import { kekOf, keyedHash } from '#db/sealing/kek.server.ts'
import { type KeyStore, openKeyMemory, openKeyPostgres } from '#db/sealing/keys.server.ts'
import { nameIndexFeed } from '#db/sealing/name-index-feed.server.ts'
import { childKey } from '#db/sealing/records.server.ts'
import { schoolWith } from '#tests/domain/school/factories.ts'
import { testEngine } from '#tests/setup/engine.ts'
import { dropDatabase, freshDatabase, type Prepare } from '#tests/setup/postgres.ts'

/** The two centres every test holds: nothing may leak from one to the other. */
export type CentreCode = 'DN' | 'BOR'

/** Roles with an account in each centre; `state` and `operator` belong to none. */
type RoleInCentre = Exclude<StaffRole, 'state' | 'operator'>

/** A clock that stands still until a test moves it. It starts on Thursday, 19 November 2026, 10:00 in Berlin. */
export type MovableClock = Clock & {
  readonly moveTo: (at: CalendarDate | Instant) => void
  readonly passDays: (count: number) => void
  readonly passHours: (count: number) => void
}

/** A migrated database with two centres, their schools and accounts, and everything a use case needs. */
export type World = Deps & {
  readonly clock: MovableClock
  /** Every log line written so far. */
  readonly logLines: readonly LogLine[]
  /** Somebody with the role in the centre (`DN`); a `school` is the centre's first one. */
  readonly as: (role: StaffRole, centre?: CentreCode) => Context
  /** A second counsellor of the centre. */
  readonly asColleague: (centre?: CentreCode) => Context
  /** The account of a school; the last two schools of each centre have none. */
  readonly asSchool: (number: SchoolNumber) => Context
  /** A section of Düren's authority: responsible for the town of Düren and for Gesamtschulen only. */
  readonly asSection: () => Context
  /** The family of a case, signed in by code and PIN. */
  readonly family: (caseId: CaseId) => Promise<Context>
  /** The program itself: terminal and jobs. */
  readonly asSystem: () => Context
  readonly close: () => Promise<void>
}

/** What every account of the world signs in with. */
export const WORLD_PASSWORD = 'ein langes Passwort fuer Tests'

const START = '2026-11-19T09:00:00.000Z'
/** The key-encryption key of every world. */
export const WORLD_KEK = kekOf(createHash('sha256').update('key of the tests').digest())

type CentreFixture = {
  readonly id: CentreId
  readonly code: CentreCode
  readonly name: string
  readonly area: string
  readonly postcode: string
  readonly schools: readonly [SchoolFixture, ...SchoolFixture[]]
}
type SchoolFixture = readonly [
  number: string,
  form: School['form'],
  municipality: string,
  town: string,
  name: string,
]

/** The centres with their schools: one Grundschule, two or three of Sekundarstufe I, a Gymnasium, a Berufskolleg. */
export const CENTRES: Readonly<Record<CentreCode, CentreFixture>> = {
  DN: {
    id: 'centre-dn' as CentreId,
    code: 'DN',
    name: 'Kommunales Integrationszentrum Kreis Düren',
    area: '05358',
    postcode: '52349',
    schools: [
      ['180101', '15', '05358008', 'Düren', 'Gesamtschule Am Beispielweg'],
      ['180102', '02', '05358008', 'Düren', 'Grundschule Am Muster'],
      ['180103', '10', '05358024', 'Jülich', 'Realschule Nordstadt'],
      ['180104', '20', '05358024', 'Jülich', 'Gymnasium Zum Vorbild'],
      ['180105', '04', '05358028', 'Kreuzau', 'Hauptschule Kreuzau'],
      ['180106', '30', '05358008', 'Düren', 'Berufskolleg Rurtal'],
    ],
  },
  BOR: {
    id: 'centre-bor' as CentreId,
    code: 'BOR',
    name: 'Kommunales Integrationszentrum Kreis Borken',
    area: '05554',
    postcode: '46325',
    schools: [
      ['190101', '15', '05554012', 'Borken', 'Gesamtschule Westtor'],
      ['190102', '02', '05554012', 'Borken', 'Grundschule Am Wall'],
      ['190103', '10', '05554008', 'Bocholt', 'Realschule Aaue'],
      ['190104', '20', '05554008', 'Bocholt', 'Gymnasium Sankt Beispiel'],
      ['190105', '14', '05554004', 'Ahaus', 'Sekundarschule Ahaus'],
      ['190106', '30', '05554012', 'Borken', 'Berufskolleg Westmünsterland'],
    ],
  },
}

/** How many schools of a centre have an account, counted from the first. */
const SCHOOLS_WITH_ACCOUNT = 4

/**
 * A world of its own for one test, on the engine this run of the tests is about unless told: the
 * database is a copy of one that was migrated and furnished once, in memory (0.6 ms) or in the
 * throw-away cluster (30 ms). The hasher is sha256 instead of argon2id: hashing lies outside what
 * these tests are about, and costs 30 ms a time.
 */
export async function makeWorld(
  options: { readonly engine?: Database['engine'] } = {},
): Promise<World> {
  const engine = options.engine ?? testEngine
  const { database, keys, close } =
    engine === 'postgres' ? await openOnPostgres(FURNISHED) : await openFurnishedMemory()
  const clock = movableClock()
  const logLines: LogLine[] = []
  const deps = {
    database,
    keys,
    names: nameIndexFeed(database, keys),
    clock,
    newId: countingIds(),
    secrets: countingSecrets(),
    hasher: fastHasher(),
    keyed: keyedHash(await keys.root()),
    borders: loadBorders,
    provider: null,
    ledger: memoryLedger(),
    removeLeftovers: async () => undefined,
    log: (line: LogLine) => void logLines.push(line),
    program: {
      version: '0.0.0',
      node: process.version,
      startedAt: instant(clock),
      countOfLastDay: (event: string) => logLines.filter((line) => line.event === event).length,
    },
    settings: nowhere(),
    origin: 'http://127.0.0.1:3000',
    isEvaluation: true,
  }
  deps.names.start()
  await deps.names.whenFull(10_000)
  let requests = 0
  const contextOf = (actor: Actor): Context => {
    requests += 1
    return {
      ...deps,
      actor,
      requestId: `request-${requests}`,
      steppedUp: true,
      idempotencyKey: null,
    }
  }
  const world: World = {
    ...deps,
    logLines,
    as: (role, centre = 'DN') => contextOf(actorOf(accountFor(role, centre))),
    asColleague: (centre = 'DN') => contextOf(actorOf(colleagueOf(centre))),
    asSchool: (number) => contextOf(actorOf(accountOfSchool(number))),
    asSection: () => contextOf(actorOf(SECTION)),
    family: async (caseId) => contextOf(await familyActor(database, caseId)),
    asSystem: () => contextOf({ kind: 'system' }),
    close: async () => {
      standing.delete(world)
      deps.names.stop()
      await close()
    },
  }
  standing.add(world)
  return world
}

const standing = new Set<World>()

/** Closes every world that a test left standing: on PostgreSQL each is a database and two pools. */
export async function closeWorlds(): Promise<void> {
  for (const world of standing) await world.close()
}

/** Data and keys of one program, and how both are put away. */
type Opened = {
  readonly database: Database
  readonly keys: KeyStore
  readonly close: () => Promise<void>
}

/** A migrated database that holds nothing, on the engine this run of the tests is about. */
export async function openEmpty(): Promise<Opened> {
  if (testEngine === 'postgres') return openOnPostgres({ name: 'empty', run: migrated })
  const database = openMemory()
  await database.migrate()
  return withKeyMemory(database)
}

let template: Promise<Buffer> | undefined

async function openFurnishedMemory(): Promise<Opened> {
  template ??= furnishedBytes()
  return withKeyMemory(openMemory(Buffer.from(await template)))
}

async function withKeyMemory(database: Database): Promise<Opened> {
  const keys = openKeyMemory(WORLD_KEK)
  await keys.migrate()
  return { database, keys, close: () => closed({ database, keys }) }
}

async function furnishedBytes(): Promise<Buffer> {
  const database = openMemory()
  await database.migrate()
  await database.write(furnish)
  const bytes = database.bytes()
  await database.close()
  return bytes
}

async function openOnPostgres(prepare: Prepare): Promise<Opened> {
  const url = await freshDatabase(prepare)
  const opened = { database: openPostgres(url), keys: openKeyPostgres(url, WORLD_KEK) }
  return {
    ...opened,
    close: async () => {
      await closed(opened)
      await dropDatabase(url)
    },
  }
}

async function closed({ database, keys }: Omit<Opened, 'close'>): Promise<void> {
  await database.close()
  await keys.close()
}

async function migrated(url: string): Promise<void> {
  const keys = openKeyPostgres(url, WORLD_KEK)
  await keys.migrate()
  await keys.close()
  await withDatabase(url, (database) => database.migrate())
}

/** A PostgreSQL database with the two centres, for every copy of it. */
export const FURNISHED: Prepare = {
  name: 'furnished',
  run: async (url) => {
    await migrated(url)
    await withDatabase(url, (database) => database.write(furnish))
  },
}

async function withDatabase(
  url: string,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  const database = openPostgres(url)
  await work(database)
  await database.close()
}

// ---- what stands in the database from the start ----

async function furnish(tx: Tx): Promise<void> {
  for (const centre of Object.values(CENTRES)) await furnishCentre(tx, centre)
  for (const account of accounts()) {
    await insertAccount(tx, {
      id: account.id,
      email: account.email,
      name: account.name,
      password_hash: hashed(WORLD_PASSWORD),
      state: 'active',
      link_hash: null,
      link_expires_at: null,
      created_at: START,
      version: 1,
    })
    await insertAssignment(tx, assignmentRow(account))
  }
}

async function furnishCentre(tx: Tx, centre: CentreFixture): Promise<void> {
  const municipalities = municipalitiesOf(centre)
  await insertMunicipalities(tx, municipalities)
  await insertCentre(tx, {
    id: centre.id,
    name: centre.name,
    code: centre.code,
    phone: '02421 1045',
    address: null,
    target_counselling_days: 28,
    target_assignment_days: 14,
    target_first_day_days: 7,
    hold_days: 7,
    second_seat: 'warn',
    support_decided_by: 'school',
    regular_decided_by: 'owner',
    assigned_by: 'authority',
    source: 'operator',
    version: 1,
  })
  const keys = municipalities.map(({ key }) => key)
  await insertArea(tx, centre.id, keys)
  await tx
    .insertInto('school')
    .values(centre.schools.map((one) => schoolRow(centre, one)))
    .execute()
}

function municipalitiesOf({ area }: CentreFixture): readonly Row<'municipality'>[] {
  const borders = loadBorders()
  return borders.municipalities
    .filter(({ key }) => key.startsWith(area))
    .map(({ key, name }) => {
      const middle = borders.middleOf(key) ?? { east: 0, north: 0 }
      return { key, name, east: Math.round(middle.east), north: Math.round(middle.north) }
    })
}

function schoolRow(centre: CentreFixture, fixture: SchoolFixture): Row<'school'> {
  const [number, form, municipality, town, name] = fixture
  const middle = loadBorders().middleOf(municipality as MunicipalityKey) ?? { east: 0, north: 0 }
  const school = schoolWith({
    number,
    form,
    municipality: municipality as MunicipalityKey,
    town,
    names: [name, '', ''],
    shortName: `${town}, ${name}`,
    postcode: centre.postcode,
    email: `${number}@schule.example`,
    east: Math.round(middle.east) + Number(number.slice(-1)) * 300,
    north: Math.round(middle.north),
  })
  const { names, phone, fax } = school
  return {
    number: school.number,
    source: school.source,
    form: school.form,
    name_1: names[0],
    name_2: names[1],
    name_3: names[2],
    short_name: school.shortName,
    district: school.districtOffice,
    postcode: school.postcode,
    town: school.town,
    street: school.street,
    phone_prefix: phone.areaCode,
    phone: phone.number,
    fax_prefix: fax.areaCode,
    fax: fax.number,
    email: school.email,
    homepage: school.homepage,
    legal_form: school.legalForm,
    owner_number: school.ownerNumber,
    municipality_key: school.municipality,
    status: school.status,
    status_on: school.statusOn,
    epsg: school.epsg,
    east: school.east,
    north: school.north,
    delisted_on: school.delistedOn,
  }
}

// ---- accounts ----

type Account = {
  readonly id: Row<'account'>['id']
  readonly email: string
  readonly name: string
  readonly assignment: Assignment
}

const NAMES: Readonly<Record<RoleInCentre, string>> = {
  counsellor: 'Amira Brandt',
  lead: 'Petra Lindholm',
  authority: 'Jens Vogt',
  school: 'Sekretariat',
  owner: 'Ute Kern',
  coordinator: 'Samir Haddad',
  auditor: 'Doris Ahlers',
}

function accounts(): readonly Account[] {
  const codes = Object.keys(CENTRES) as CentreCode[]
  return [
    ...codes.flatMap((code) => [
      ...(Object.keys(NAMES) as RoleInCentre[])
        .filter((role) => role !== 'school')
        .map((role) => accountFor(role, code)),
      colleagueOf(code),
      ...CENTRES[code].schools
        .slice(0, SCHOOLS_WITH_ACCOUNT)
        .map(([number]) => accountOfSchool(number as SchoolNumber)),
    ]),
    SECTION,
    accountFor('state', 'DN'),
    accountFor('operator', 'DN'),
  ]
}

function accountFor(role: StaffRole, code: CentreCode): Account {
  const { id: centreId, schools } = CENTRES[code]
  if (role === 'state' || role === 'operator') return account(role, role, { role })
  if (role === 'school') return accountOfSchool(schools[0][0] as SchoolNumber)
  const key = `${role}-${code.toLowerCase()}`
  return account(key, NAMES[role], scoped(role, centreId))
}

function scoped(role: Exclude<RoleInCentre, 'school'>, centreId: CentreId): Assignment {
  if (role === 'authority') return { role, centreId, area: null, forms: null }
  if (role === 'owner') return { role, centreId, ownerNumber: '10000' }
  return { role, centreId }
}

function colleagueOf(code: CentreCode): Account {
  const role = 'counsellor'
  return account(`colleague-${code.toLowerCase()}`, 'Elif Demir', {
    role,
    centreId: CENTRES[code].id,
  })
}

function accountOfSchool(schoolNumber: SchoolNumber): Account {
  const centre = Object.values(CENTRES).find(({ schools }) =>
    schools.slice(0, SCHOOLS_WITH_ACCOUNT).some(([number]) => number === schoolNumber),
  )
  if (centre === undefined) throw new Error(`School ${schoolNumber} has no account here`)
  const assignment = { role: 'school', centreId: centre.id, schoolNumber } as const
  return account(`school-${schoolNumber}`, `${NAMES.school} ${schoolNumber}`, assignment)
}

const SECTION = account('section-dn', 'Dirk Ohm', {
  role: 'authority',
  centreId: CENTRES.DN.id,
  area: ['05358008'],
  forms: ['15'],
})

function account(key: string, name: string, assignment: Assignment): Account {
  return {
    id: `account-${key}` as Account['id'],
    email: `${key}@beispiel.example`,
    name,
    assignment,
  }
}

function actorOf({ id, name, assignment }: Account): Actor {
  return { kind: 'staff', accountId: id, name, assignments: [assignment] }
}

function assignmentRow({ id, assignment }: Account): Row<'role_assignment'> {
  return {
    id: `${id}-assignment`,
    account_id: id,
    role: assignment.role,
    scope_centre_id: 'centreId' in assignment ? assignment.centreId : null,
    school_number: 'schoolNumber' in assignment ? assignment.schoolNumber : null,
    owner_number: 'ownerNumber' in assignment ? assignment.ownerNumber : null,
    area: 'area' in assignment ? (assignment.area?.join(',') ?? null) : null,
    forms: 'forms' in assignment ? (assignment.forms?.join(',') ?? null) : null,
    created_at: START,
    ended_at: null,
  }
}

async function familyActor({ db }: Database, caseId: CaseId): Promise<Actor> {
  const row = await db
    .selectFrom('pupil_case')
    .select(['centre_id', 'family_id'])
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  const familyId: FamilyId = row.family_id
  return { kind: 'family', centreId: row.centre_id, familyId, caseId }
}

/** Gives an account (`counsellor-dn`) a role in a further centre, as a lead's invitation does. */
export async function alsoIn(
  { database, newId }: Pick<World, 'database' | 'newId'>,
  key: string,
  role: Exclude<RoleInCentre, 'school'>,
  code: CentreCode,
): Promise<void> {
  const further = account(key, '', scoped(role, CENTRES[code].id))
  const row = { ...assignmentRow(further), id: newId() }
  await database.write((tx) => insertAssignment(tx, row))
}

// ---- what a test controls ----

function movableClock(): MovableClock {
  let now = Date.parse(START)
  return {
    now: () => new Date(now),
    moveTo: (at) => {
      now = Date.parse(at.includes('T') ? at : `${at}T09:00:00.000Z`)
    },
    passDays: (count) => {
      now += count * 86_400_000
    },
    passHours: (count) => {
      now += count * 3_600_000
    },
  }
}

/** A ledger that lives as long as the world. */
export function memoryLedger(): ErasureLedger {
  const entries: LedgerEntry[] = []
  return { read: () => [...entries], append: (more) => void entries.push(...more) }
}

/** Settings of a program whose data lie in memory: the folder is there and empty of ours. */
export function nowhere(): Whereabouts {
  const dataDir = tmpdir()
  return {
    ...{ dataDir, dataFiles: [], keyFile: null, auditHeadFile: null, origin: null },
    ledgerFile: join(dataDir, 'erasures.jsonl'),
  }
}

/** Ids in the shape of UUIDv7, each greater than the one before. */
function countingIds(): () => string {
  let count = 0
  return () => {
    count += 1
    return `019e0000-0000-7000-8000-${count.toString(16).padStart(12, '0')}`
  }
}

function countingSecrets(): Secrets {
  let count = 0
  const next = () => {
    count += 1
    return count
  }
  return {
    token: () => `token-for-tests-${String(next()).padStart(27, '0')}`,
    shortCode: () => `K7M4X${String(next()).padStart(5, '0')}`,
    pin: () => String(20_000_000 + next()),
  }
}

function fastHasher(): Hasher {
  return {
    hash: async (secret) => hashed(secret),
    verify: async (stored, secret) => stored === hashed(secret),
  }
}

function hashed(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Now, as the clock of a world says. */
export function nowIn(world: Pick<World, 'clock'>): Instant {
  return instant(world.clock)
}

// ---- what tests have in common ----

/** A registration that says only what the test is about. */
export function registration(
  facts: Partial<Omit<RegisterChild, 'child'>> & { readonly child?: Partial<Child> } = {},
): RegisterChild {
  const { child, ...others } = facts
  const isNamed = child?.givenNames !== undefined || child?.familyName !== undefined
  return {
    child: {
      givenNames: 'Daryna',
      familyName: 'Kovalenko',
      originalScript: isNamed ? null : { given: 'Дарина', family: 'Коваленко' },
      birthDate: { precision: 'day', date: '2015-04-03' },
      sex: 'w',
      furtherLanguages: [],
      addressLock: false,
      ...child,
    },
    family: { kind: 'new', family: FAMILY },
    language: 'uk',
    nationality: '166',
    arrivalMonth: '2026-09',
    municipality: '05358008' as MunicipalityKey,
    registeredOn: '2026-11-09',
    confirmedOthers: [],
    ...others,
  }
}

/** A family in Düren, as a registration holds it. */
export const FAMILY: Family = {
  guardians: [{ name: 'Olena Kovalenko', role: 'mother', reachability: '' }],
  address: { street: 'Rurstraße 4', postcode: '52349', town: 'Düren', free: '' },
  contact: { phone: '0151 2345678', email: '', channel: 'phone' },
  readsLanguages: ['uk'],
}

/** The history of a case, oldest first, with its reasons opened. */
export async function historyOf(
  { database, keys }: Pick<Deps, 'database' | 'keys'>,
  caseId: CaseId,
) {
  const rows = await database.db
    .selectFrom('case_event')
    .innerJoin('pupil_case', 'pupil_case.id', 'case_event.case_id')
    .selectAll('case_event')
    .select('pupil_case.child_id')
    .where('case_event.case_id', '=', caseId)
    .orderBy('case_event.id')
    .execute()
  return Promise.all(
    rows.map(async ({ child_id, ...row }) => ({
      ...row,
      reason: openReason(await childKey(database.db, keys, row.centre_id, child_id), row),
    })),
  )
}

/** Registers like somebody who has said of every child that is there: it is another one. */
export async function registerAnyway(
  ctx: Context,
  command: RegisterChild,
): ReturnType<typeof registerChild> {
  const rows = await ctx.database.db.selectFrom('pupil_case').select('id').execute()
  return registerChild(ctx, { ...command, confirmedOthers: rows.map(({ id }) => id) })
}

/** Registers a child as a counsellor of Düren would, whoever it is like. @throws when it is refused. */
export async function registered(
  world: World,
  facts: Parameters<typeof registration>[0] = {},
): Promise<CaseId> {
  const done = await registerAnyway(world.as('counsellor'), registration(facts))
  if (!done.ok) throw new Error(`Not registered: ${done.error.code}`)
  return done.value.caseId
}
