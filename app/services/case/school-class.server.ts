import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { isLiterateInLatin } from '#app/domain/interview/interview.ts'
import { type SupportLength, supportMonths } from '#app/domain/law/language-support.ts'
import type { PlacedClass, SchoolClass } from '#app/domain/school/school-class.ts'
import { instant } from '#app/domain/time.ts'
import { readInterview } from '#db/queries/interview.server.ts'
import { readSupportLength } from '#db/queries/language-support.server.ts'
import { readSchoolClass } from '#db/queries/school-class.server.ts'
import type { Row } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { sealRecord } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'

/**
 * The sealed row of what a school says of a child, with how long support lasts: that was worked out
 * where the counselling was finished, and nobody changes it afterwards (`saveTopic`).
 */
export async function classRow(
  ctx: Context,
  pupilCase: PupilCase,
  key: SubjectKey,
  schoolClass: SchoolClass,
): Promise<Row<'school_class'>> {
  const { centreId, id } = pupilCase
  const length =
    (await readSupportLength(ctx.database.db, key, pupilCase)) ??
    (await earlierLength(ctx, pupilCase))
  const { className, classKind, courseKind } = schoolClass
  const placed: PlacedClass = {
    ...{ className, classKind, courseKind },
    supportMonths: length.supportMonths,
  }
  return {
    centre_id: centreId,
    id,
    sealed: sealRecord(key, 'school_class', centreId, id, placed),
    said_at: instant(ctx.clock),
  }
}

/**
 * The same where the counselling was finished before migration 016 (decision 0035): from what the
 * school has said already, which holds it too; until it has said anything, from the Beratungsbogen.
 */
async function earlierLength(ctx: Context, pupilCase: PupilCase): Promise<SupportLength> {
  const { db } = ctx.database
  const said = await readSchoolClass(db, ctx.keys, pupilCase)
  if (said !== null) return said
  const interview = await readInterview(db, ctx.keys, pupilCase)
  return { supportMonths: supportMonths(isLiterateInLatin(interview?.latinLiteracy ?? null)) }
}
