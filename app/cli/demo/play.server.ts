import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { DeviationReason, GivenReason } from '#app/domain/case/reasons.ts'
import { reachesB1 } from '#app/domain/follow-up/ger-level.ts'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { COURSE_KINDS, type SchoolClass, usualClass } from '#app/domain/school/school-class.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import type { Actor } from '#app/policy/roles.ts'
import { setAppointment } from '#app/services/appointment/set-appointment.server.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { confirmCaseAdmission } from '#app/services/case/confirm-admission.server.ts'
import { confirmFirstDay } from '#app/services/case/confirm-first-day.server.ts'
import { declineProposal } from '#app/services/case/decline-proposal.server.ts'
import { markMissed } from '#app/services/case/mark-missed.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { registerChild } from '#app/services/case/register-child.server.ts'
import { reportCaseCapacity } from '#app/services/case/report-capacity.server.ts'
import { sayCanAdmitProposal } from '#app/services/case/say-can-admit.server.ts'
import { sayNotStarted } from '#app/services/case/say-not-started.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import { type VisibleCase, visibleCase } from '#app/services/case/visible-case.server.ts'
import { withdrawProposal } from '#app/services/case/withdraw-proposal.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { answerWhereabouts } from '#app/services/follow-up/answer-whereabouts.server.ts'
import { recordReview } from '#app/services/follow-up/record-review.server.ts'
import { finishCounselling } from '#app/services/interview/finish-counselling.server.ts'
import { saveTopic } from '#app/services/interview/save-topic.server.ts'
import { suggestForCase } from '#app/services/suggestion/suggest-for-case.server.ts'
import { answersOf, birthDateOf } from './answers.ts'
import { chosen, workingDay } from './calendar.ts'
import { done } from './done.ts'
import type { DemoFamily } from './family.ts'
import type { Cast } from './found-centre.server.ts'
import type { Past } from './past.server.ts'
import { arrivalMonthOf, childOf, familyOf } from './people.ts'
import { PLACES } from './places.ts'
import type { Scene, Story } from './script.ts'
import type { Step } from './steps.ts'

/** The demo while it is played: who plays, and what came of it so far. */
export type Play = {
  readonly past: Past
  readonly cast: Cast
  /** The day of the first start. */
  readonly start: CalendarDate
  readonly cases: Map<Story['child'], CaseId>
  /** How often the Beratungsbogen of a child was saved. */
  readonly drafts: Map<Story['child'], number>
}

type SceneOf<Do extends Step['do']> = Scene<Extract<Step, { readonly do: Do }>>
type Player<Do extends Step['do']> = (play: Play, scene: SceneOf<Do>) => Promise<void>

/** Plays one step by calling the service a person's click would call. */
export async function playScene(play: Play, scene: Scene): Promise<void> {
  // the table holds for every kind of step the player of that kind
  const player = PLAYERS[scene.step.do] as Player<Step['do']>
  await player(play, scene)
}

const PLAYERS: { readonly [Do in Step['do']]: Player<Do> } = {
  register,
  appoint,
  miss: async (play, scene) => {
    const { ctx, command } = await asCounsellor(play, scene)
    done(await markMissed(ctx, command), 'miss')
  },
  begin_interview: (play, scene) => saveAnswers(play, scene, 1),
  counsel,
  propose,
  can_admit: async (play, scene) => {
    const { ctx, command } = await asSchool(play, scene)
    done(await sayCanAdmitProposal(ctx, command), 'can admit')
  },
  decline: async (play, scene) => {
    const { ctx, command } = await asSchool(play, scene)
    done(await declineProposal(ctx, { ...command, reason: scene.step.reason }), 'decline')
  },
  send_back: async (play, scene) => {
    const { ctx, command } = await asAuthority(play, scene)
    done(await sendBackProposal(ctx, { ...command, reason: scene.step.reason }), 'send back')
  },
  withdraw: async (play, scene) => {
    const { ctx, command } = await asCounsellor(play, scene)
    done(await withdrawProposal(ctx, { ...command, reason: scene.step.reason }), 'withdraw')
  },
  assign: async (play, scene) => {
    const { ctx, command } = await asAuthority(play, scene)
    done(await assignSchool(ctx, command), 'assign')
  },
  admit: async (play, scene) => {
    const { ctx, command, found } = await asSchool(play, scene)
    const { firstDay } = scene.step
    const plannedFirstDay = firstDay === null ? null : workingDay(play.start, firstDay)
    const schoolClass = classOf(found.pupilCase, firstDay === null)
    done(await confirmCaseAdmission(ctx, { ...command, plannedFirstDay, schoolClass }), 'admit')
  },
  no_place: async (play, scene) => {
    const { ctx, command } = await asSchool(play, scene)
    done(await reportCaseCapacity(ctx, { ...command, reason: scene.step.reason }), 'no place')
  },
  start: async (play, scene) => {
    const { ctx, command, found } = await asSchool(play, scene)
    const className = nameOfClass(found.pupilCase)
    done(await confirmFirstDay(ctx, { ...command, firstDay: scene.day, className }), 'start')
  },
  not_started: async (play, scene) => {
    const { ctx, command } = await asSchool(play, scene)
    done(await sayNotStarted(ctx, command), 'not started')
  },
  gone: async (play, scene) => {
    const { ctx, command } = await asSchool(play, scene)
    done(await answerWhereabouts(ctx, { answers: [{ ...command, isHere: false }] }), 'gone')
  },
  review: async (play, scene) => {
    const { ctx, command } = await asCounsellor(play, scene)
    const { level: gerLevel } = scene.step
    const review = { on: scene.day, gerLevel, b1: reachesB1(gerLevel) }
    done(await recordReview(ctx, { ...command, review }), 'review')
  },
}

async function register(play: Play, { story, day, at }: SceneOf<'register'>): Promise<void> {
  const { child, family, number } = story
  const sibling = siblingOf(play, family)
  const ctx = play.past(counsellorOf(play, story), at)
  const registered = await registerChild(ctx, {
    child: childOf(child, play.start),
    family:
      sibling === undefined
        ? { kind: 'new', family: familyOf(family, number) }
        : { kind: 'of_sibling', caseId: sibling },
    language: family.language,
    nationality: family.nationality,
    arrivalMonth: arrivalMonthOf(family, day),
    municipality: PLACES[family.home].municipality,
    registeredOn: day,
    confirmedOthers: [],
  })
  play.cases.set(child, done(registered, 'register').caseId)
}

/** The case of a brother or sister who was registered before. */
function siblingOf({ cases }: Play, { children }: DemoFamily): CaseId | undefined {
  return children.map((child) => cases.get(child)).find((caseId) => caseId !== undefined)
}

async function appoint(play: Play, scene: SceneOf<'appoint'>): Promise<void> {
  const { ctx, command } = await asCounsellor(play, scene)
  const { forDay, time } = scene.step
  const appointment = {
    ...command,
    date: workingDay(play.start, forDay),
    time,
    durationMinutes: 60,
    mode: 'on_site',
    place: 'Bahnhofstraße 8, Lindenau, 2. Stock, Raum 214',
    alsoFor: scene.alongside.map((story) => caseOf(play, story)),
  } as const
  done(await setAppointment(ctx, appointment), 'appoint')
}

async function counsel(play: Play, scene: SceneOf<'counsel'>): Promise<void> {
  await saveAnswers(play, scene)
  const { ctx, command } = await asCounsellor(play, scene)
  const interviewVersion = play.drafts.get(scene.story.child) ?? 0
  const finished = await finishCounselling(ctx, { ...command, interviewVersion, on: scene.day })
  done(finished, 'counsel')
}

/** Saves the topics of the Beratungsbogen one after the other, or the first few of them. */
async function saveAnswers(play: Play, { story, day, at }: Scene, topics?: number): Promise<void> {
  const { child, family } = story
  const ctx = play.past(counsellorOf(play, story), at)
  const birthDate = birthDateOf(child, play.start)
  for (const answers of answersOf(family, child, { birthDate, on: day }).slice(0, topics)) {
    const version = play.drafts.get(child) ?? 0
    done(await saveTopic(ctx, { caseId: caseOf(play, story), version, answers }), answers.topic)
    play.drafts.set(child, version + 1)
  }
}

/** Why another than the first of the list, in the words of the counsellor. */
const DEVIATIONS: readonly [GivenReason<DeviationReason>, ...GivenReason<DeviationReason>[]] = [
  { code: 'seat_promised', sentence: 'Die Schulleitung hat den Platz am Telefon zugesagt.' },
  { code: 'family_wish', sentence: 'Die Familie hat diese Schule besucht und möchte dorthin.' },
  { code: 'after_school_care', sentence: 'Hier ist am Nachmittag ein Betreuungsplatz frei.' },
  { code: 'educational', sentence: 'Die Lerngruppe ist klein; das Kind war lange ohne Schule.' },
]

async function propose(play: Play, scene: SceneOf<'propose'>): Promise<void> {
  const { ctx, command, found } = await asCounsellor(play, scene)
  const { suggestions } = await suggestForCase(ctx, found.pupilCase)
  const numbers = suggestions.suggested.map(({ number }) => number)
  const schoolNumber = schoolFor(play, scene, numbers)
  const deviation =
    schoolNumber === numbers[0] ? null : chosen(DEVIATIONS, `deviation ${scene.story.child.given}`)
  done(await proposeSchool(ctx, { ...command, schoolNumber, deviation }), 'propose')
}

function schoolFor(
  { cast }: Play,
  { step, schoolAnswers }: SceneOf<'propose'>,
  suggested: readonly SchoolNumber[],
): SchoolNumber {
  const able = schoolAnswers ? suggested.filter((one) => cast.ofSchool(one) !== null) : suggested
  const school = able[step.rank - 1] ?? able[0]
  if (school === undefined) throw new Error('The demo cannot be made: no school has a seat')
  return school
}

// ---- where the child learns ----

/** A school that leaves the first day open leaves the class open as well. */
function classOf(pupilCase: PupilCase, isOpen: boolean): SchoolClass {
  const usual = usualClass('support')
  if (isOpen) return usual
  const courseKind = chosen(COURSE_KINDS, `course ${pupilCase.caseNumber}`)
  return { ...usual, className: nameOfClass(pupilCase), courseKind }
}

function nameOfClass(pupilCase: PupilCase): string {
  const grade = 'recommendation' in pupilCase ? pupilCase.recommendation.grade : 1
  return `${grade}${chosen(['a', 'b', 'c'], `class ${pupilCase.caseNumber}`)}`
}

// ---- who acts ----

type Acting = {
  readonly ctx: Context
  readonly found: VisibleCase
  readonly command: { readonly caseId: CaseId; readonly version: number }
}

function counsellorOf({ cast }: Play, { number }: Story): Actor {
  return cast.as(number % 3 === 1 ? 'beratung2' : 'beratung')
}

function asCounsellor(play: Play, scene: Scene): Promise<Acting> {
  return acting(play, scene, counsellorOf(play, scene.story))
}

function asAuthority(play: Play, scene: Scene): Promise<Acting> {
  return acting(play, scene, play.cast.as('schulamt'))
}

async function asSchool(play: Play, scene: Scene): Promise<Acting> {
  const { found } = await asCounsellor(play, scene)
  const { schoolNumber } = found.facts
  const school = schoolNumber === null ? null : play.cast.ofSchool(schoolNumber)
  if (school === null) throw new Error(`No school of the demo can ${scene.step.do}`)
  return acting(play, scene, school)
}

async function acting(play: Play, { story, at, step }: Scene, actor: Actor): Promise<Acting> {
  const ctx = play.past(actor, at)
  const caseId = caseOf(play, story)
  const found = await visibleCase(ctx, caseId)
  if (found === null) throw new Error(`The demo hides a case from who would ${step.do}`)
  return { ctx, found, command: { caseId, version: found.pupilCase.version } }
}

function caseOf({ cases }: Play, { child }: Story): CaseId {
  const caseId = cases.get(child)
  if (caseId === undefined) throw new Error('The demo went on with a child nobody registered')
  return caseId
}
