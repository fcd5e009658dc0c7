import { formatDate } from '#app/i18n/format.ts'
import type { AskedWhereabouts } from '#app/presenters/school-children.server.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { RadioGroup } from '../form/choices.tsx'
import { Form } from '../form/form.tsx'
import { Section } from '../frame.tsx'

/** Where on the page the question stands: the desk links to it. */
export const WHEREABOUTS_ANCHOR = 'verbleib'

type Props = { readonly asked: AskedWhereabouts }

/** "Ist das Kind noch an Ihrer Schule?", for several children in one form; every answer may wait. */
export function WhereaboutsQuestion({ asked: { rows, total } }: Props) {
  if (rows.length === 0) return null
  return (
    <Section id={WHEREABOUTS_ANCHOR} title="Sind diese Kinder noch an Ihrer Schule?" prose>
      <p>
        Das fragen wir einmal im Schuljahr, ab dem 1. Oktober (örtliche Regel). Sagen Sie Nein,
        klärt die Beratung, wo das Kind ist. Was Sie offen lassen, fragen wir wieder.
        {total > rows.length ? ' Nach dem Speichern kommen die nächsten Kinder.' : ''}
      </p>
      <Form className="m-stack m-sect0" label="Verbleib">
        {rows.map((row, index) => (
          <Question key={row.caseId} row={row} index={index} />
        ))}
        <SubmitButton>Antworten speichern</SubmitButton>
      </Form>
    </Section>
  )
}

type QuestionProps = {
  readonly row: AskedWhereabouts['rows'][number]
  readonly index: number
}

function Question({ row, index }: QuestionProps) {
  const { caseId, version, name, firstDay, goneOn } = row
  const field = `answers.${index}`
  return (
    <>
      <input type="hidden" name={`${field}.caseId`} value={caseId} />
      <input type="hidden" name={`${field}.version`} value={version} />
      <RadioGroup
        name={`${field}.isHere`}
        label={name}
        hint={
          goneOn === null
            ? `Erster Schultag: ${formatDate(firstDay)}`
            : `Am ${formatDate(goneOn)} haben Sie Nein gesagt. Ist das Kind doch da?`
        }
        horizontal
        options={goneOn === null ? BOTH : [YES]}
      />
    </>
  )
}

const YES = { value: 'ja', label: 'Ja' }
const BOTH = [YES, { value: 'nein', label: 'Nein' }]
