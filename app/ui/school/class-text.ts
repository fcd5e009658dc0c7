import type { SchoolClass } from '#app/domain/school/school-class.ts'
import { t } from '#app/i18n/translate.ts'

/** Class, kind and course as one line of facts. */
export function classText({ className, classKind, courseKind }: SchoolClass): string {
  return [
    className ?? 'Klasse noch nicht genannt',
    t(`class_kind.${classKind}`),
    ...(courseKind === null ? [] : [t(`course_kind.${courseKind}`)]),
  ].join(' · ')
}
