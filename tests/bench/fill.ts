import { join } from 'node:path'
import { dueOn } from '#app/domain/case/clocks.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { DEFAULT_TARGETS } from '#app/domain/centre/centre.ts'
import type { Child } from '#app/domain/child/child.ts'
import type { Family } from '#app/domain/family/family.ts'
import { nextReview } from '#app/domain/follow-up/review.ts'
import type {
  AccountId,
  CaseId,
  CentreId,
  ChildId,
  FamilyId,
  MunicipalityKey,
  SchoolNumber,
  SeatEntryId,
  SeatPoolId,
} from '#app/domain/ids.ts'
import { type Interview, isLiterateInLatin } from '#app/domain/interview/interview.ts'
import { type SupportLength, supportMonths } from '#app/domain/law/language-support.ts'
import { addDays, type CalendarDate, type Instant, schoolYearOf } from '#app/domain/time.ts'
import { toCaseRow } from '#db/queries/case-row.ts'
import type { Row } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { readOrMakeKek } from '#db/sealing/kek.server.ts'
import { openKeyFile, openKeyPostgres } from '#db/sealing/keys.server.ts'
import { sealRecord } from '#db/sealing/records.server.ts'
import { type Bulk, openBulk } from './bulk.ts'

/** Where the bulk goes: made by the services beforehand (centre, accounts, schools, pools). */
export type Ground = {
  readonly dataDir: string
  /** PostgreSQL's address; null: SQLite in the data folder. */
  readonly url: string | null
  readonly centreId: CentreId
  readonly counsellors: readonly AccountId[]
  readonly municipalities: readonly MunicipalityKey[]
  readonly pools: readonly { readonly id: SeatPoolId; readonly school: SchoolNumber }[]
  readonly today: CalendarDate
  readonly now: Instant
  readonly newId: () => string
  /** All of them at this stage and counted from this number on; cases of all stages from 0 on unless told. */
  readonly only?: { readonly stage: PupilCase['stage']; readonly first: number }
}

const AT_ONCE = 1_000

/** Running numbers begin here, beyond what the bench's registrations reach. */
const FIRST_NUMBER = 100_001

/** Two in three cases have ended or are followed up, as in a centre after some years. */
const STAGES: readonly (readonly [PupilCase['stage'], number])[] = [
  ['registered', 4],
  ['appointed', 4],
  ['waiting', 8],
  ['proposed', 4],
  ['assigned', 3],
  ['admitted', 2],
  ['attending', 45],
  ['regular_class', 30],
]

const SYLLABLES =
  'ba de fi go hu ja ke li mo nu pa qe ri so tu va we xi yo za ne ra mi lo du'.split(' ')
const CLOSED_SYLLABLES =
  'ank bert dorf eck falk gris horn imm kolk lund mark nest olm pfal quist rink stam torp ulm vang wolk zeit bruk drost flint'.split(
    ' ',
  )

/** As many as a pool can have: the seats of the many children of a large bench. */
export const MOST_SEATS = 999

/**
 * Writes the cases from number `from` up to `to` past `transact`, as only a bench may: sealed records,
 * cases of all stages, their history and interview. Names are invented from syllables.
 */
export async function fill(ground: Ground, from: number, to: number): Promise<void> {
  const bulk = openBulk(ground)
  const kek = readOrMakeKek(join(ground.dataDir, 'keys', 'kek'))
  const keys =
    ground.url === null
      ? openKeyFile(join(ground.dataDir, 'keys', 'keys.db'), kek)
      : openKeyPostgres(ground.url, kek)
  for (let start = from; start < to; start += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, to - start) }, (_, i) =>
      plan(ground, start + i),
    )
    const { centreId } = ground
    const childKeys = await keys.create(
      some.map(({ pupilCase }) => ({ kind: 'child', centreId, id: pupilCase.childId })),
      ground.now,
    )
    const familyKeys = await keys.create(
      some.map(({ pupilCase }) => ({ kind: 'family', centreId, id: pupilCase.familyId })),
      ground.now,
    )
    await store(bulk, ground, some, childKeys, familyKeys)
  }
  await keys.close()
  await bulk.close()
}

type Planned = { readonly pupilCase: PupilCase; readonly index: number }

async function store(
  bulk: Bulk,
  ground: Ground,
  some: readonly Planned[],
  childKeys: readonly SubjectKey[],
  familyKeys: readonly SubjectKey[],
): Promise<void> {
  const { centreId, now } = ground
  // registrations between two fills have written changes as well
  const lastChange = await bulk.lastChange()
  const families: Row<'family'>[] = []
  const children: Row<'child'>[] = []
  const cases: Row<'pupil_case'>[] = []
  const events: Row<'case_event'>[] = []
  const interviews: Row<'interview'>[] = []
  const supports: Row<'language_support'>[] = []
  const entries: Row<'seat_entry'>[] = []
  const changes: Row<'child_change'>[] = []
  some.forEach(({ pupilCase, index }, i) => {
    const { childId, familyId, id } = pupilCase
    const childKey = childKeys[i] as SubjectKey
    const base = { centre_id: centreId, version: 1, created_at: now }
    families.push({
      ...base,
      id: familyId,
      sealed: sealRecord(
        familyKeys[i] as SubjectKey,
        'family',
        centreId,
        familyId,
        familyOf(index),
      ),
    })
    children.push({
      ...base,
      id: childId,
      family_id: familyId,
      sealed: sealRecord(childKey, 'child', centreId, childId, childOf(index)),
    })
    cases.push(toCaseRow(pupilCase, dueOn(pupilCase, DEFAULT_TARGETS)))
    events.push(eventOf(ground, pupilCase))
    if ('counselledOn' in pupilCase) {
      const interview = interviewOf(pupilCase)
      interviews.push({
        centre_id: centreId,
        id,
        sealed: sealRecord(childKey, 'interview', centreId, id, interview),
        finished_at: now,
        version: 1,
        changed_at: now,
      })
      supports.push(supportOf(childKey, pupilCase, interview))
    }
    const entry = entryOf(ground, pupilCase, index)
    if (entry !== null) entries.push(entry)
    changes.push({ centre_id: centreId, seq: lastChange + i + 1, child_id: childId })
  })
  await bulk.insert([
    ['family', families],
    ['child', children],
    ['pupil_case', cases],
    ['case_event', events],
    ['interview', interviews],
    ['language_support', supports],
    ['seat_entry', entries],
    ['child_change', changes],
  ])
}

function plan(ground: Ground, index: number): Planned {
  const stage = ground.only?.stage ?? stageOf(index)
  const age = stage === 'attending' || stage === 'regular_class' ? 120 + (index % 900) : index % 45
  const registeredOn = addDays(ground.today, -age)
  const core = {
    id: ground.newId() as CaseId,
    centreId: ground.centreId,
    childId: ground.newId() as ChildId,
    familyId: ground.newId() as FamilyId,
    caseNumber: `BN-${registeredOn.slice(0, 4)}-${FIRST_NUMBER + index}`,
    version: 1,
    registeredOn,
    stageSince: registeredOn,
    counsellorId: pick(ground.counsellors, index),
    municipality: pick(ground.municipalities, index),
    language: pick(['ar', 'uk', 'tr', 'fa', 'ro', 'ti'], index),
    nationality: null,
    arrivalMonth: null,
  }
  return {
    index,
    pupilCase: { ...core, ...factsOf(ground, stage, registeredOn, index) } as PupilCase,
  }
}

function factsOf(ground: Ground, stage: PupilCase['stage'], registeredOn: CalendarDate, i: number) {
  const pool = pick(ground.pools, i)
  const seat = {
    schoolNumber: pool.school,
    poolId: pool.id,
    seatEntryId: ground.newId() as SeatEntryId,
  }
  const counselled = {
    counselledOn: registeredOn,
    recommendation: { form: null, grade: 5 + (i % 6) },
  }
  const placement = { ...seat, assignedOn: registeredOn }
  const admitted = { ...counselled, placement, admittedOn: registeredOn }
  const firstDay = addDays(registeredOn, 20 + (i % 40))
  const attending = {
    ...admitted,
    firstDay,
    lastReviewOn: null,
    nextReviewOn: nextReview(addDays(ground.today, -(i % 60))),
    goneOn: null,
  }
  switch (stage) {
    case 'appointed':
      return { stage, appointmentOn: addDays(ground.today, i % 10) }
    case 'waiting':
      return { stage, ...counselled }
    case 'proposed': {
      const holdUntil = new Date(Date.parse(ground.now) + 6 * 86_400_000).toISOString()
      return {
        stage,
        ...counselled,
        proposal: {
          ...seat,
          ...{ proposedOn: registeredOn, proposedBy: null, holdUntil, canAdmitAt: null },
        },
      }
    }
    case 'assigned':
      return { stage, ...counselled, placement, proposedBy: null, capacityReport: null }
    case 'admitted':
      return { stage, ...admitted, plannedFirstDay: null }
    case 'attending':
    case 'regular_class':
      return { stage, ...attending }
    default:
      return { stage: 'registered' as const }
  }
}

/** Of more children than a school has seats, the others have left again. */
function entryOf(ground: Ground, pupilCase: PupilCase, index: number): Row<'seat_entry'> | null {
  const seat =
    'proposal' in pupilCase
      ? pupilCase.proposal
      : 'placement' in pupilCase
        ? pupilCase.placement
        : null
  if (seat === null || pupilCase.stage === 'regular_class') return null
  const place = index - (ground.only?.first ?? 0)
  const seatNumber = Math.floor(place / ground.pools.length) + 1
  const entry = {
    centre_id: ground.centreId,
    id: seat.seatEntryId,
    pool_id: seat.poolId,
    case_id: pupilCase.id,
    kind: 'support',
    school_year: schoolYearOf(ground.today),
    made_at: ground.now,
  } as const
  if (seatNumber > MOST_SEATS) {
    const left = { state: 'released', hold_until: null, released_at: ground.now } as const
    return { ...entry, ...left, seat_number: 0 }
  }
  const holdUntil = 'holdUntil' in seat ? seat.holdUntil : null
  const kept = pupilCase.stage === 'assigned' ? 'assigned' : 'taken'
  const state = holdUntil === null ? kept : 'hold'
  return { ...entry, state, hold_until: holdUntil, released_at: null, seat_number: seatNumber }
}

function eventOf(ground: Ground, pupilCase: PupilCase): Row<'case_event'> {
  return {
    centre_id: ground.centreId,
    id: ground.newId(),
    case_id: pupilCase.id,
    event: 'case_registered',
    stage: 'registered',
    valid_on: pupilCase.registeredOn,
    recorded_at: ground.now,
    account_id: pupilCase.counsellorId,
    role: 'counsellor',
    school_number: null,
    sealed: null,
  }
}

/** A name of the bench: the index written in syllables, so that no two of 390,000 families share one. */
export function nameOf(index: number): { readonly given: string; readonly family: string } {
  return {
    given: written(index * 7_919 + 13, 3, SYLLABLES),
    family: written(index * 104_729 + 5, 4, SYLLABLES),
  }
}

/**
 * The name of a child the bench registers: given names as the others have them, so that there is much
 * to compare with, and a family name that sounds like nobody's, so that no person has to be asked.
 */
export function newNameOf(index: number): { readonly given: string; readonly family: string } {
  return {
    given: nameOf(index).given,
    family: written(index * 104_729 + 5, 4, CLOSED_SYLLABLES),
  }
}

function written(index: number, length: number, syllables: readonly string[]): string {
  let rest = index % syllables.length ** length
  let text = ''
  for (let i = 0; i < length; i += 1) {
    text += syllables[rest % syllables.length]
    rest = Math.floor(rest / syllables.length)
  }
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function childOf(index: number): Child {
  const { given, family } = nameOf(index)
  const year = 2008 + (index % 12)
  return {
    givenNames: given,
    familyName: family,
    originalScript: index % 3 === 0 ? { given: 'محمد', family: 'الحسن' } : null,
    birthDate: {
      precision: 'day',
      date: addDays(`${year}-01-01` as CalendarDate, (index * 37) % 365),
    },
    sex: index % 2 === 0 ? 'm' : 'w',
    furtherLanguages: [],
    addressLock: false,
  }
}

function familyOf(index: number): Family {
  return {
    guardians: [{ name: `${nameOf(index + 1).given} Eltern`, role: 'mother', reachability: '' }],
    address: { street: `Rurstraße ${index % 90}`, postcode: '52349', town: 'Düren', free: '' },
    contact: { phone: `0221 4710-${index % 1000}`, email: '', channel: 'phone' },
    readsLanguages: ['ar'],
  }
}

function supportOf(
  key: SubjectKey,
  { centreId, id }: PupilCase,
  { latinLiteracy }: Interview,
): Row<'language_support'> {
  const length: SupportLength = { supportMonths: supportMonths(isLiterateInLatin(latinLiteracy)) }
  return {
    centre_id: centreId,
    id,
    sealed: sealRecord(key, 'language_support', centreId, id, length),
  }
}

function interviewOf(pupilCase: PupilCase): Interview {
  const recommendation = 'recommendation' in pupilCase ? pupilCase.recommendation : null
  return {
    languages: [{ language: pupilCase.language }],
    latinLiteracy: 'yes',
    germanLevel: 'A1',
    schooling: [],
    siblings: [],
    wish: { schools: [], forms: [], note: '' },
    recommendation: recommendation && { ...recommendation, reason: 'passt' },
  }
}

function stageOf(index: number): PupilCase['stage'] {
  const total = STAGES.reduce((sum, [, share]) => sum + share, 0)
  let rest = (index * 61) % total
  for (const [stage, share] of STAGES) {
    if (rest < share) return stage
    rest -= share
  }
  return 'registered'
}

function pick<T>(from: readonly T[], index: number): T {
  return from[index % from.length] as T
}
