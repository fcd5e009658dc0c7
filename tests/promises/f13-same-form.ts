import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CaseId } from '#app/domain/ids.ts'
import { EMPTY_INTERVIEW } from '#app/domain/interview/interview.ts'
import {
  canonical,
  chooseName,
  mergeAnswers,
  type RecordAnswers,
  typedAnswers,
  wasName,
  wasText,
} from '#app/forms/both-versions.ts'
import { parseForm } from '#app/forms/form.ts'
import { TOPIC_FORMS } from '#app/forms/interview.ts'
import { saveTopic } from '#app/services/interview/save-topic.server.ts'
import { findInterview, openInterview } from '#db/queries/interview.server.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { SharedWorld } from '#tests/promises/file-world.ts'
import { CENTRES } from '#tests/setup/world.ts'

/** The fields of the recommendation, as its form has them. */
type Fields = Readonly<Record<'form' | 'grade' | 'reason', string>>

const NAMES = ['form', 'grade', 'reason'] as const

/** What the form of the recommendation shows, and over which version. */
export type Screen = { readonly version: number; readonly fields: Fields }

/** Somebody with the form open, and what they changed in it. */
export type Typist = {
  readonly who: 'counsellor' | 'colleague' | 'lead'
  readonly changed: Partial<Fields>
}

type Saved = {
  readonly who: string
  readonly over: Fields
  readonly stored: Fields
  /** Fields the person was asked about, and what they chose. */
  readonly chosen: Readonly<Record<string, string>>
}

/** How a person goes on who is told "stale": by the page, or carelessly, as before it asked. */
export type Manner = 'asked' | 'careless'

type Played = {
  readonly base: Fields
  readonly typists: readonly Typist[]
  /** In the order of their versions. */
  readonly saves: readonly Saved[]
  readonly told: readonly string[]
  readonly last: Fields | null
}

/** The recommendation as the page of the Beratungsbogen begins with it; null: the case is gone. */
export async function screenOf(world: SharedWorld, caseId: CaseId): Promise<Screen | null> {
  const { db } = world.database
  const centreId = CENTRES.DN.id
  const row = await findInterview(db, centreId, caseId)
  const found = await db
    .selectFrom('pupil_case')
    .select('child_id')
    .where('id', '=', caseId)
    .executeTakeFirst()
  if (found === undefined) return null
  const key = await childKey(db, world.keys, centreId, found.child_id)
  const { recommendation } = row === null ? EMPTY_INTERVIEW : openInterview(key, row)
  const { form, grade, reason } = recommendation ?? {}
  return {
    version: row?.version ?? 0,
    fields: { form: form ?? '', grade: String(grade ?? ''), reason: reason ?? '' },
  }
}

function answersOf(fields: Fields): RecordAnswers {
  return Object.fromEntries(NAMES.map((name) => [name, { [name]: fields[name] }]))
}

type Round = {
  readonly world: SharedWorld
  readonly caseId: CaseId
  readonly base: Screen
  readonly random: () => number
  readonly manner: Manner
}

/**
 * All type over the same screen and save at the same moment; who is told that somebody was faster goes
 * on from the page that comes back, until it is saved.
 */
export async function play(round: Round, typists: readonly Typist[]): Promise<Played> {
  const told: string[] = []
  const saves = await Promise.all(
    typists.map((typist) => untilSaved(round, typist, (code) => told.push(code))),
  )
  return {
    base: round.base.fields,
    typists,
    saves: saves.filter((one) => one !== null).toSorted((one, other) => one.at - other.at),
    told,
    last: (await screenOf(round.world, round.caseId))?.fields ?? null,
  }
}

async function untilSaved(
  round: Round,
  { who, changed }: Typist,
  tell: (code: string) => void,
): Promise<(Saved & { readonly at: number }) | null> {
  const { base, random } = round
  let sheet: Sheet | null = sheetOf(base, { ...base.fields, ...changed })
  while (sheet !== null) {
    for (let turns = Math.floor(random() * 6); turns > 0; turns -= 1) await nextTurn()
    const { code, stored } = await save(round, who, sheet.form)
    const { over, chosen } = sheet
    if (code === null) return { who, over: over.fields, stored, chosen, at: over.version }
    tell(code)
    sheet = code === 'stale_case' ? await cameBack(round, sheet) : null
  }
  return null
}

async function save({ world, caseId }: Round, who: Typist['who'], form: FormData) {
  const read = parseForm(TOPIC_FORMS.recommendation, form)
  if (!read.ok) throw new Error(JSON.stringify(read.failure.errors))
  const ctx = who === 'colleague' ? world.asColleague() : world.as(who)
  const done = await saveTopic(ctx, { caseId, ...read.data })
  const stored = fieldsOf(read.data.answers.recommendation)
  return { code: done.ok ? null : done.error.code, stored }
}

/** A form in somebody's hands: over which state, and what was chosen in it. */
type Sheet = {
  readonly over: Screen
  readonly form: FormData
  readonly chosen: Readonly<Record<string, string>>
}

function sheetOf(over: Screen, typed: Fields): Sheet {
  const form = new FormData()
  form.set('version', String(over.version))
  form.set(wasName(''), wasText(answersOf(over.fields)))
  for (const name of NAMES) form.set(name, typed[name])
  return { over, form, chosen: {} }
}

/** The form as the page hands it back over what is stored now, and as the person goes on with it. */
async function cameBack(
  { world, caseId, random, manner }: Round,
  { over, form: sent, chosen: before }: Sheet,
): Promise<Sheet | null> {
  const now = await screenOf(world, caseId)
  if (now === null) return null
  const typed = Object.fromEntries(NAMES.map((name) => [name, sent.get(name)]))
  if (manner === 'careless') return sheetOf(now, typed as Fields)
  const stored = answersOf(now.fields)
  const mine = typedAnswers(typed, stored)
  const merged = mergeAnswers(answersOf(over.fields), stored, mine, Object.keys(before))
  const sheet = sheetOf(now, Object.assign({}, ...Object.values(merged.answers)))
  const chosen: Record<string, string> = {}
  for (const name of merged.conflicts) {
    const choice = random() < 0.5 ? 'stored' : 'typed'
    chosen[name] = choice
    sheet.form.append(chooseName('', name), '')
    sheet.form.append(chooseName('', name), choice)
  }
  return { ...sheet, chosen }
}

function fieldsOf(
  recommendation: {
    readonly form: string | null
    readonly grade: number | null
    readonly reason: string
  } | null,
): Fields {
  const { form, grade, reason } = recommendation ?? {}
  return { form: form ?? '', grade: String(grade ?? ''), reason: reason ?? '' }
}

/** What went wrong: a change that is gone without anybody having decided so, a value of nobody's. */
export function troublesOf({ base, typists, saves, last }: Played): readonly string[] {
  if (last === null) return []
  return [
    ...(saves.length === typists.length ? [] : ['somebody did not get to save']),
    ...(canonical(saves.at(-1)?.stored) === canonical(last) ? [] : ['another state is stored']),
    ...saves.flatMap((save, at) => lostBy(save, saves[at - 1]?.stored ?? base)),
    ...NAMES.flatMap((name) => wrongIn(name, base, typists, last)),
  ]
}

/** What a save replaces that it was not laid over, or that nobody was asked about. */
function lostBy({ who, over, stored, chosen }: Saved, before: Fields): readonly string[] {
  if (canonical(over) !== canonical(before)) return [`${who} saved over a state that was gone`]
  return NAMES.filter((name) => chosen[name] === 'stored' && stored[name] !== before[name]).map(
    (name) => `${who} kept ${name}, and it changed`,
  )
}

function wrongIn(
  name: (typeof NAMES)[number],
  base: Fields,
  typists: readonly Typist[],
  last: Fields,
): readonly string[] {
  const wanted = new Set(
    typists.flatMap(({ changed }) =>
      changed[name] === undefined || changed[name] === base[name] ? [] : [changed[name]],
    ),
  )
  if (wanted.size === 0) return last[name] === base[name] ? [] : [`${name} is nobody’s`]
  if (wanted.has(last[name])) return []
  return [`${name} is ${last[name]}, and not one of ${[...wanted].join(', ')}`]
}
