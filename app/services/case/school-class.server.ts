import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { isLiterateInLatin } from '#app/domain/interview/interview.ts'
import { supportMonths } from '#app/domain/law/language-support.ts'
import type { PlacedClass, SchoolClass } from '#app/domain/school/school-class.ts'
import { instant } from '#app/domain/time.ts'
import { readInterview } from '#db/queries/interview.server.ts'
import type { Row } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { sealRecord } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'

/**
 * The sealed row of what a school says of a child. How long support lasts is worked out here, once,
 * from the Beratungsbogen: the school reads the number of months and never the Beratungsbogen. Nobody
 * changes that once the counselling is finished (`saveTopic`), so the number stays right.
 */
export async function classRow(
  ctx: Context,
  pupilCase: PupilCase,
  key: SubjectKey,
  schoolClass: SchoolClass,
): Promise<Row<'school_class'>> {
  const { centreId, id } = pupilCase
  const interview = await readInterview(ctx.database.db, ctx.keys, pupilCase)
  const months = supportMonths(isLiterateInLatin(interview?.latinLiteracy ?? null))
  const { className, classKind, courseKind } = schoolClass
  const placed: PlacedClass = { className, classKind, courseKind, supportMonths: months }
  return {
    centre_id: centreId,
    id,
    sealed: sealRecord(key, 'school_class', centreId, id, placed),
    said_at: instant(ctx.clock),
  }
}
