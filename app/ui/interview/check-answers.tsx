import { Link } from '@remix-run/react'
import { type MissingAnswer, TOPICS } from '#app/domain/interview/topics.ts'
import { FinishCounsellingForm } from '#app/forms/interview.ts'
import { t } from '#app/i18n/translate.ts'
import { Facts } from '../case/facts.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { DateField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Section } from '../frame.tsx'
import { Notice } from '../notice.tsx'
import { answersOf } from './answers.ts'
import { type CaseInterview, stepHref } from './interview-data.ts'

/** All answers at a glance, what is missing, and finishing. */
export function CheckAnswers({ page }: { readonly page: CaseInterview }) {
  return (
    <>
      {page.missing.length === 0 ? null : (
        <Notice kind="info" title="Zum Abschließen fehlen noch Angaben">
          <MissingList missing={page.missing} />
        </Notice>
      )}
      <AllAnswers page={page} canChange />
      {page.missing.length === 0 ? <Finish page={page} /> : null}
    </>
  )
}

/** Every topic with its answers; with a way to change them while the Beratungsbogen is open. */
export function AllAnswers({
  page,
  canChange,
}: {
  readonly page: CaseInterview
  readonly canChange: boolean
}) {
  return (
    <>
      {TOPICS.map((topic) => (
        <Section
          key={topic}
          title={t(`topic.${topic}`)}
          side={
            canChange ? (
              <Link to={stepHref(topic)} aria-label={`${t(`topic.${topic}`)} ändern`}>
                Ändern
              </Link>
            ) : null
          }
        >
          <Facts facts={answersOf(topic, page)} />
        </Section>
      ))}
    </>
  )
}

/** What finishing still needs, each a link to its part. */
export function MissingList({ missing }: { readonly missing: readonly MissingAnswer[] }) {
  return (
    <ul>
      {missing.map(({ topic, field }) => (
        <li key={field}>
          <Link to={stepHref(topic)}>{t(`answer.${field}`)}</Link>
        </li>
      ))}
    </ul>
  )
}

function Finish({ page }: { readonly page: CaseInterview }) {
  const { formProps, field, summary } = useCheckedForm(FinishCounsellingForm, {
    labels: { on: 'Tag der Beratung' },
    defaults: { on: page.today },
  })
  return (
    <Section title="Beratung abschließen" prose>
      <ErrorSummary errors={summary} />
      <Form {...formProps} className="m-stack">
        <input type="hidden" name="version" value={page.version} />
        <input type="hidden" name="interviewVersion" value={page.interviewVersion} />
        <p>Danach wartet das Kind auf einen Platz. Der Bogen lässt sich dann nicht mehr ändern.</p>
        <DateField {...field('on')} min={page.registeredOn} max={page.today} required />
        <SubmitButton>Beratung abschließen</SubmitButton>
      </Form>
    </Section>
  )
}
