import { BEFORE_COUNSELLING } from '#app/domain/case/counsel.ts'
import { isAt, type PupilCase } from '#app/domain/case/pupil-case.ts'
import { type WrongStage, wrongStage } from '#app/domain/case/transition.ts'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { EMPTY_INTERVIEW, type Interview } from '#app/domain/interview/interview.ts'
import { checkSchooling, type SchoolingRefusal } from '#app/domain/interview/schooling.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { lockCase } from '#db/queries/case.server.ts'
import { findInterview, openInterview, saveInterview } from '#db/queries/interview.server.ts'
import { listSchoolsByNumber } from '#db/queries/school.server.ts'
import { childKey, readChild, sealRecord } from '#db/sealing/records.server.ts'
import { visibleCase } from '../case/visible-case.server.ts'
import type { Context } from '../context.server.ts'
import { carryDrafts } from '../draft/carry-drafts.server.ts'
import { transact } from '../transact.server.ts'

/** The answers of one topic of the Beratungsbogen, complete or not. */
export type TopicAnswers =
  | ({ readonly topic: 'languages' } & Pick<
      Interview,
      'languages' | 'latinLiteracy' | 'germanLevel'
    >)
  | ({ readonly topic: 'schooling' } & Pick<Interview, 'schooling'>)
  | ({ readonly topic: 'siblings' } & Pick<Interview, 'siblings'>)
  | ({ readonly topic: 'wish' } & Pick<Interview, 'wish'>)
  | ({ readonly topic: 'recommendation' } & Pick<Interview, 'recommendation'>)

export type SaveTopicRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' | 'school_not_found' }
  | Forbidden
  | WrongStage
  /** `row`: which row of the school biography, counted from 0. */
  | (SchoolingRefusal & { readonly row: number })

/**
 * Saves one topic of the Beratungsbogen as a draft over the version that was on screen (0: nothing
 * saved yet). Drafts may be incomplete; what finishing needs is `missingForFinish`'s. Refused:
 * `case_not_found`, `forbidden`, `wrong_stage` once the counselling is finished or the case has ended, the years of
 * schooling, `school_not_found`, `stale_case`.
 */
export async function saveTopic(
  ctx: Context,
  command: {
    readonly caseId: CaseId
    readonly version: number
    readonly answers: TopicAnswers
  },
): Promise<Result<{ readonly caseId: CaseId }, SaveTopicRefusal>> {
  const { caseId, version, answers } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.interview', found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const checked = await checkAnswers(ctx, pupilCase, answers)
  if (!checked.ok) return checked
  const { centreId } = pupilCase
  const key = await childKey(ctx.database.db, ctx.keys, centreId, pupilCase.childId)
  const { topic, ...changed } = answers
  return transact(ctx, permit.value, centreId, async (tx) => {
    const now = await lockCase(tx, centreId, caseId)
    if (now === null) return err({ code: 'case_not_found' })
    if (!isAt(now, BEFORE_COUNSELLING)) return err(wrongStage(now, BEFORE_COUNSELLING))
    const row = await findInterview(tx, centreId, caseId)
    const interview = row === null ? EMPTY_INTERVIEW : openInterview(key, row)
    const saved = await saveInterview(tx, {
      centre_id: centreId,
      id: caseId,
      sealed: sealRecord(key, 'interview', centreId, caseId, { ...interview, ...changed }),
      finished_at: null,
      version,
      changed_at: instant(ctx.clock),
    })
    if (!saved) return err({ code: 'stale_case' })
    await carryDrafts(tx, key, { centreId, caseId }, { topic, from: version })
    return ok({ value: { caseId }, events: [{ event: 'interview_saved', caseId, topic }] })
  })
}

/** What only stored facts can tell: whether years fit the child's age, whether schools exist. */
async function checkAnswers(
  ctx: Context,
  pupilCase: PupilCase,
  answers: TopicAnswers,
): Promise<Result<null, SaveTopicRefusal>> {
  if (answers.topic === 'schooling') return checkRows(ctx, pupilCase, answers.schooling ?? [])
  if (answers.topic === 'siblings') {
    return checkSchools(
      ctx,
      (answers.siblings ?? []).map(({ schoolNumber }) => schoolNumber),
    )
  }
  return answers.topic === 'wish' ? checkSchools(ctx, answers.wish?.schools ?? []) : ok(null)
}

/** With an unknown birth date only the order of the years can be checked. */
const ANY_BIRTH_YEAR = 0

async function checkRows(
  ctx: Context,
  { centreId, childId }: PupilCase,
  rows: NonNullable<Interview['schooling']>,
): Promise<Result<null, SaveTopicRefusal>> {
  const { birthDate } = await readChild(ctx.database.db, ctx.keys, centreId, childId)
  const facts = {
    birthYear: birthDate.date === null ? ANY_BIRTH_YEAR : Number(birthDate.date.slice(0, 4)),
    today: today(ctx.clock),
  }
  for (const [row, schooling] of rows.entries()) {
    const checked = checkSchooling(schooling, facts)
    if (!checked.ok) return err({ ...checked.error, row })
  }
  return ok(null)
}

async function checkSchools(
  ctx: Context,
  numbers: readonly SchoolNumber[],
): Promise<Result<null, SaveTopicRefusal>> {
  const stored = await listSchoolsByNumber(ctx.database.db, numbers)
  const isKnown = numbers.every((number) => stored.some((school) => school.number === number))
  return isKnown ? ok(null) : err({ code: 'school_not_found' })
}
