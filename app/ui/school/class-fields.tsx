import {
  CLASS_KINDS,
  COURSE_KINDS,
  LONGEST_CLASS_NAME,
  type SchoolClass,
} from '#app/domain/school/school-class.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { t } from '#app/i18n/translate.ts'
import { dayText, optionText } from '../form/answer-text.ts'
import { RadioGroup } from '../form/choices.tsx'
import { Select } from '../form/select.tsx'
import { eachField, type SharedRecord } from '../form/shared-record.ts'
import { DateField, TextField } from '../form/text-field.tsx'
import type { CheckedForm } from '../form/use-checked-form.ts'

/** The labels of the fields below. */
export const CLASS_LABELS = {
  className: 'Klasse',
  classKind: 'Klassenart',
  courseKind: 'Kurs in Deutsch',
  plannedFirstDay: 'Erster Schultag',
}

/** What the fields below begin with. */
export function classDefaults(before: SchoolClass, plannedFirstDay: CalendarDate | null) {
  return {
    className: before.className ?? '',
    classKind: before.classKind,
    courseKind: before.courseKind ?? '',
    plannedFirstDay: plannedFirstDay ?? '',
  }
}

/** The fields below as a record that several people edit. */
export function sharedClass(
  values: ReturnType<typeof classDefaults>,
  withFirstDay: boolean,
): readonly SharedRecord[] {
  const fields = eachField(values, CLASS_LABELS, {
    classKind: (kind) => optionText(KIND_OPTIONS, kind),
    courseKind: (kind) => optionText(COURSE_OPTIONS, kind),
    plannedFirstDay: dayText,
  })
  return [
    { prefix: '', fields: fields.filter(({ name }) => withFirstDay || name !== 'plannedFirstDay') },
  ]
}

const KIND_OPTIONS = CLASS_KINDS.map((kind) => ({ value: kind, label: t(`class_kind.${kind}`) }))

const COURSE_OPTIONS = COURSE_KINDS.map((kind) => ({
  value: kind,
  label: t(`course_kind.${kind}`),
}))

type Props = {
  readonly form: CheckedForm
  readonly withFirstDay: boolean
  /** The class has a name already, and keeps one. */
  readonly named?: boolean
}

/** Where in the school a child learns, and from when. */
export function ClassFields({ form, withFirstDay, named = false }: Props) {
  return (
    <>
      <TextField
        {...form.field('className')}
        optional={!named}
        narrow
        maxLength={LONGEST_CLASS_NAME}
        hint={
          named
            ? 'So, wie Ihre Schule sie schreibt, etwa 5b.'
            : 'So, wie Ihre Schule sie schreibt, etwa 5b. Spätestens zum ersten Schultag.'
        }
      />
      <RadioGroup {...form.field('classKind')} options={KIND_OPTIONS} />
      <Select {...form.field('courseKind')} empty="kein Kurs" options={COURSE_OPTIONS} />
      {withFirstDay ? (
        <DateField
          {...form.field('plannedFirstDay')}
          optional
          hint="Die Familie sieht diesen Tag. Sie können ihn offen lassen."
        />
      ) : null}
    </>
  )
}
