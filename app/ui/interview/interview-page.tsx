import { useActionData } from '@remix-run/react'
import type { ReactNode } from 'react'
import type { Topic } from '#app/domain/interview/topics.ts'
import { type InterviewStep, TOPIC_FORMS } from '#app/forms/interview.ts'
import { formatDate, formatDateTime } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { CasePartHead, years } from '../case/case-page-head.tsx'
import { Facts } from '../case/facts.tsx'
import { fieldId } from '../form/field.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'
import { answersOf } from './answers.ts'
import { AllAnswers, CheckAnswers, MissingList } from './check-answers.tsx'
import type { CaseInterview } from './interview-data.ts'
import { useRowsKey } from './rows.tsx'
import { StepList, stepTitle } from './step-list.tsx'
import { LanguagesTopic } from './topic-languages.tsx'
import { RecommendationTopic } from './topic-recommendation.tsx'
import { SchoolingTopic } from './topic-schooling.tsx'
import { SiblingsTopic } from './topic-siblings.tsx'
import { WishTopic } from './topic-wish.tsx'

const TOPIC_PAGES: Readonly<Record<Topic, (props: { readonly page: CaseInterview }) => ReactNode>> =
  {
    languages: LanguagesTopic,
    schooling: SchoolingTopic,
    siblings: SiblingsTopic,
    wish: WishTopic,
    recommendation: RecommendationTopic,
  }

type Props = {
  readonly page: CaseInterview
  readonly step: InterviewStep
  readonly refusal: Refusal | null | undefined
}

/** The Beratungsbogen: one topic a page, with the list of its parts aside. */
export function InterviewPage({ page, step, refusal }: Props) {
  const rowsKey = useRowsKey()
  const Content = step === 'check' ? CheckAnswers : TOPIC_PAGES[step]
  return (
    <>
      <CasePartHead
        head={page}
        title={page.canEdit ? `Beratungsbogen: ${stepTitle(step)}` : 'Beratungsbogen'}
        current="/beratung"
        facts={factsOf(page)}
      />
      {page.canEdit ? (
        <div className="m-two m-two--left">
          <StepList page={page} current={step} />
          <div className="m-stack">
            <Refused refusal={refusal} />
            <Content key={`${step} ${page.interviewVersion} ${rowsKey}`} page={page} />
          </div>
        </div>
      ) : (
        <Closed page={page} step={step} refusal={refusal} />
      )}
    </>
  )
}

function factsOf({ age, appointmentAt }: CaseInterview): readonly string[] {
  return [
    ...(age === null ? [] : [years(age)]),
    ...(appointmentAt === null ? [] : [`Termin ${formatDateTime(appointmentAt)}`]),
  ]
}

/** Why it was not saved, with what helps: the row, what is missing. */
function Refused({ refusal }: Pick<Props, 'refusal'>) {
  if (!refusal) return null
  return (
    <RefusalNotice refusal={refusal}>
      {'row' in refusal && refusal.row !== undefined ? (
        <a href={`#${fieldId(`schooling.${refusal.row}.country`)}`}>
          Zur Zeile „Schulbesuch {refusal.row + 1}“
        </a>
      ) : null}
      {refusal.code === 'interview_incomplete' ? <MissingList missing={refusal.missing} /> : null}
    </RefusalNotice>
  )
}

/** After the counselling: to read, not to change. What came too late is shown to be copied. */
function Closed({ page, step, refusal }: Props) {
  const { counselledOn, finishedAt, stage } = page
  return (
    <>
      <RefusalNotice refusal={refusal} />
      <TooLate page={page} step={step} />
      <Notice
        kind="info"
        title={
          counselledOn === null
            ? `Der Fall steht bei „${t(`stage.${stage}`)}“: Eine Beratung ist nicht vorgesehen.`
            : `Beraten am ${formatDate(counselledOn)}. Der Bogen ist abgeschlossen.`
        }
      >
        {finishedAt === null ? null : <p>Abgeschlossen {formatDateTime(finishedAt)}.</p>}
      </Notice>
      <AllAnswers page={page} canChange={false} />
    </>
  )
}

type TooLateProps = Pick<Props, 'page' | 'step'>

/** What somebody sent to a topic that was closed meanwhile, in the words of the page. */
function TooLate({ page, step }: TooLateProps) {
  const values = useActionData<{ readonly values?: unknown }>()?.values
  if (values === undefined || step === 'check') return null
  const typed = TOPIC_FORMS[step].safeParse(values)
  if (!typed.success) return null
  const interview = { ...page.interview, ...typed.data.answers }
  return (
    <Notice kind="warning" title={t('typed.unsaved')}>
      <p>{t('typed.copy')}</p>
      <Facts facts={answersOf(step, { ...page, interview })} />
    </Notice>
  )
}
