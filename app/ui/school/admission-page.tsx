import { useActionData } from '@remix-run/react'
import type { ReactNode } from 'react'
import { DECLINE_REASONS, NO_PLACE_REASONS } from '#app/domain/case/reasons.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import type { GuardianRole } from '#app/domain/family/family.ts'
import { LONGEST_CLASS_NAME } from '#app/domain/school/school-class.ts'
import { Admit, Decline, ReportCapacity, SayClass, Start } from '#app/forms/admission.ts'
import { formatDate, formatDateTime } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { AdmissionPage, TransferRecord } from '#app/presenters/admission-page.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { Facts } from '../case/facts.tsx'
import { NextStepBox } from '../case/next-step.tsx'
import { ChildName } from '../case/words.tsx'
import { dayText } from '../form/answer-text.ts'
import { BothVersions } from '../form/both-versions.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { OwnState } from '../form/own-answer.tsx'
import { Select } from '../form/select.tsx'
import { eachField } from '../form/shared-record.ts'
import { TextArea } from '../form/text-area.tsx'
import { DateField, TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { RefusalNotice } from '../notice.tsx'
import { telHref } from '../telephone.ts'
import { CLASS_LABELS, ClassFields, classDefaults, sharedClass } from './class-fields.tsx'
import { classText } from './class-text.ts'

type Props = { readonly page: AdmissionPage }

/** One child as its school sees it: what to answer, then the data it needs for the admission. */
export function AdmissionView({ page }: Props) {
  return <Child key={page.caseId} page={page} />
}

function Child({ page }: Props) {
  const answer = useActionData<{ readonly refusal?: Refusal | null }>()
  const { record } = page
  return (
    <>
      <Crumb href="/schultisch">Schultisch</Crumb>
      <PageTitle
        title={<ChildName name={record.name} original={record.original} />}
        sub={`${page.caseNumber} · ${t(`stage.${page.stage}`)} seit ${formatDate(page.stageSince)}`}
      />
      <RefusalNotice refusal={answer?.refusal} />
      <Step page={page} />
      {page.stage === 'admitted' && page.isFirstDayOver ? <NotCome page={page} /> : null}
      <Section title="Angaben für die Aufnahme">
        <Facts facts={factsOf(page)} />
        <p className="m-small m-muted m-sect0">
          Sie sehen die Daten, die Schulen einander bei einem Wechsel mitteilen (VO-DV I § 7; hier
          entsprechend angewandt). Mehr gibt das Kommunale Integrationszentrum nicht weiter.
        </p>
      </Section>
      {page.stage === 'proposed' ? (
        <OwnState now={page} versionOf={versionOf} intent="decline">
          {(own) => <DeclineForm page={own} />}
        </OwnState>
      ) : null}
      {page.stage === 'assigned' && !isWaiting(page) ? (
        <OwnState now={page} versionOf={versionOf} intent="report_capacity">
          {(own) => <ReportForm page={own} />}
        </OwnState>
      ) : null}
      {CLASS_STAGES.includes(page.stage) ? (
        <OwnState now={page} versionOf={versionOf} intent="class">
          {(own) => <ClassForm page={own} />}
        </OwnState>
      ) : null}
    </>
  )
}

function versionOf({ version }: AdmissionPage): number {
  return version
}

/** Where the school says, or corrects, the class. */
const CLASS_STAGES: readonly Stage[] = ['admitted', 'attending']

function Step({ page }: Props) {
  switch (page.stage) {
    case 'proposed':
      return <AnswerProposal page={page} />
    case 'assigned':
      return <Assigned page={page} />
    case 'admitted':
      return (
        <OwnState now={page} versionOf={versionOf} intent="start">
          {(own) => <ConfirmFirstDay page={own} />}
        </OwnState>
      )
    case 'not_started':
      return (
        <NextStepBox title="Die Beratung klärt, warum das Kind fehlt">
          Sie haben am {formatDate(page.stageSince)} gemeldet, dass das Kind nicht gekommen ist. Der
          Platz ist wieder frei. Kommt das Kind doch noch, rufen Sie bitte die Beratung an.
        </NextStepBox>
      )
    default:
      return page.firstDay === null ? null : (
        <p className="m-prose">Erster Schultag war der {formatDate(page.firstDay)}.</p>
      )
  }
}

function AnswerProposal({ page }: Props) {
  const decider = deciderOf(page)
  const until = page.holdUntil === null ? '' : formatDateTime(page.holdUntil)
  if (page.canAdmitAt !== null) {
    return (
      <NextStepBox
        title={`${decider} entscheidet`}
        waitsFor={page.isDelegated ? undefined : 'authority'}
      >
        Sie haben am {formatDate(page.canAdmitAt)} gesagt, dass Sie das Kind aufnehmen können. Der
        Platz ist bis {until} vorgemerkt.
      </NextStepBox>
    )
  }
  return (
    <NextStepBox
      title="Können Sie das Kind aufnehmen?"
      action={
        <Form label="Können aufnehmen">
          <Hidden intent="can_admit" version={page.version} />
          <SubmitButton>Wir können aufnehmen</SubmitButton>
        </Form>
      }
    >
      Der Platz ist bis {until} vorgemerkt. {decider} sieht Ihre Antwort und entscheidet dann.
    </NextStepBox>
  )
}

function DeclineForm({ page }: Props) {
  const form = useCheckedForm(Decline, {
    intent: 'decline',
    labels: { reason: 'Grund', sentence: 'Begründung in einem Satz' },
  })
  return (
    <Section title="Absagen" prose>
      <Form {...form.formProps} className="m-stack" label="Absagen">
        <ErrorSummary errors={form.summary} />
        <Hidden intent="decline" version={page.version} />
        <Select
          {...form.field('reason')}
          options={DECLINE_REASONS.map((reason) => ({
            value: reason,
            label: t(`decline.${reason}`),
          }))}
        />
        <TextArea
          {...form.field('sentence')}
          hint="Die Beratung liest ihn und sucht damit eine andere Schule."
          maxLength={500}
        />
        <SubmitButton kind="secondary">Mit diesem Grund absagen</SubmitButton>
      </Form>
    </Section>
  )
}

/** Who decides about the proposal. */
function deciderOf({ isDelegated }: AdmissionPage): string {
  return isDelegated ? 'Das Zentrum' : 'Das Schulamt'
}

/** Who decides about a report that a place is missing (decision 0034). */
function reportDeciderOf({ isDelegated }: AdmissionPage): string {
  return isDelegated ? 'Das Zentrum oder das Schulamt' : 'Das Schulamt'
}

/** The school said that it has no place, and nobody has decided yet. */
function isWaiting({ capacityReport }: AdmissionPage): boolean {
  return capacityReport?.state === 'open'
}

/** Also while a missing place is reported and nobody has decided yet, the child can be admitted. */
function Assigned({ page }: Props) {
  const isReported = isWaiting(page)
  return (
    <>
      {isReported ? <Reported page={page} /> : null}
      <Boxed
        title={isReported ? 'Haben Sie doch einen Platz?' : 'Als Nächstes: Aufnahme bestätigen'}
        text={isReported ? '' : assignedText(page)}
        isNext={!isReported}
      >
        <OwnState now={page} versionOf={versionOf} intent="admit">
          {(own) => <AdmitForm page={own} />}
        </OwnState>
      </Boxed>
    </>
  )
}

function Reported({ page }: Props) {
  const at = page.capacityReport?.at ?? null
  return (
    <NextStepBox
      title={`${reportDeciderOf(page)} entscheidet`}
      waitsFor={page.isDelegated ? undefined : 'authority'}
    >
      Sie haben {at === null ? '' : `am ${formatDate(at)} `}gemeldet, dass der Platz fehlt. Bis zur
      Entscheidung bleibt das Kind Ihrer Schule zugewiesen.
    </NextStepBox>
  )
}

function assignedText({ assignedOn, capacityReport }: AdmissionPage): string {
  if (capacityReport?.state === 'kept') {
    return `Sie haben gemeldet, dass der Platz fehlt. Am ${formatDate(capacityReport.at)} ist entschieden worden: Die Zuweisung bleibt.`
  }
  return assignedOn === null
    ? ''
    : `Das Kind ist am ${formatDate(assignedOn)} Ihrer Schule zugewiesen worden.`
}

function AdmitForm({ page }: Props) {
  const form = useCheckedForm(Admit, {
    intent: 'admit',
    defaults: classDefaults(page.classBefore, null),
    labels: CLASS_LABELS,
  })
  return (
    <Form {...form.formProps} className="m-stack" label="Aufnahme bestätigen">
      <ErrorSummary errors={form.summary} />
      <Hidden intent="admit" version={page.version} />
      <ClassFields form={form} withFirstDay />
      <SubmitButton>Aufnahme bestätigen</SubmitButton>
    </Form>
  )
}

function ReportForm({ page }: Props) {
  const decider = reportDeciderOf(page)
  const form = useCheckedForm(ReportCapacity, {
    intent: 'report_capacity',
    labels: { reason: 'Grund', sentence: 'Begründung in einem Satz' },
  })
  return (
    <Section title="Fehlt der Platz?" prose>
      <p>
        Dann melden Sie es hier. {decider} entscheidet, ob die Zuweisung bleibt; bis dahin ist das
        Kind Ihrer Schule zugewiesen.
      </p>
      <Form {...form.formProps} className="m-stack m-sect0" label="Fehlenden Platz melden">
        <ErrorSummary errors={form.summary} />
        <Hidden intent="report_capacity" version={page.version} />
        <Select
          {...form.field('reason')}
          options={NO_PLACE_REASONS.map((reason) => ({
            value: reason,
            label: t(`no_place.${reason}`),
          }))}
        />
        <TextArea
          {...form.field('sentence')}
          hint={`${decider} liest ihn und entscheidet damit.`}
          maxLength={500}
        />
        <SubmitButton kind="secondary">
          {page.isDelegated ? 'Dem Zentrum melden' : 'Dem Schulamt melden'}
        </SubmitButton>
      </Form>
    </Section>
  )
}

function ConfirmFirstDay({ page }: Props) {
  const labels = { firstDay: 'Erster Schultag', inClass: 'Klasse' }
  const defaults = {
    firstDay: page.plannedFirstDay ?? page.today,
    inClass: page.classBefore.className ?? '',
  }
  const form = useCheckedForm(Start, {
    intent: 'start',
    defaults,
    labels,
    shared: [{ prefix: '', fields: eachField(defaults, labels, { firstDay: dayText }) }],
  })
  return (
    <Boxed
      title="Als Nächstes: Ersten Schultag bestätigen"
      text={
        page.plannedFirstDay === null
          ? 'Bestätigen Sie den Tag, sobald das Kind gekommen ist.'
          : `Geplant ist der ${formatDate(page.plannedFirstDay)}. Bestätigen Sie den Tag, sobald das Kind gekommen ist.`
      }
    >
      <Form {...form.formProps} className="m-stack" label="Ersten Schultag bestätigen">
        <ErrorSummary errors={form.summary} />
        <Hidden intent="start" version={page.version} />
        <BothVersions form={form} />
        <DateField {...form.field('firstDay')} />
        <TextField {...form.field('inClass')} narrow maxLength={LONGEST_CLASS_NAME} />
        <SubmitButton>Ersten Schultag bestätigen</SubmitButton>
      </Form>
    </Boxed>
  )
}

function NotCome({ page }: Props) {
  return (
    <Section title="Ist das Kind nicht gekommen?" prose>
      <p>
        Dann melden Sie es hier. Die Beratung klärt mit der Familie, warum, und der Platz ist wieder
        frei. Kommt das Kind nur später, tragen Sie unten einen anderen Tag ein.
      </p>
      <Form className="m-sect0" label="Nicht gekommen">
        <Hidden intent="not_started" version={page.version} />
        <SubmitButton kind="secondary">Das Kind ist nicht gekommen</SubmitButton>
      </Form>
    </Section>
  )
}

function ClassForm({ page }: Props) {
  const isAwaited = page.stage === 'admitted'
  const defaults = classDefaults(page.classBefore, page.plannedFirstDay)
  const form = useCheckedForm(SayClass, {
    intent: 'class',
    defaults,
    labels: CLASS_LABELS,
    shared: sharedClass(defaults, isAwaited),
  })
  return (
    <Section title={isAwaited ? 'Klasse und erster Schultag' : 'Klasse'} prose>
      <Form {...form.formProps} className="m-stack" label="Klasse">
        <ErrorSummary errors={form.summary} />
        <Hidden intent="class" version={page.version} />
        <BothVersions form={form} />
        <ClassFields form={form} withFirstDay={isAwaited} named={!isAwaited} />
        <p className="m-small m-muted">
          Wie lange die Förderung in Deutsch dauert, steht seit dem Ende der Beratung fest; hier
          ändert sich daran nichts.
        </p>
        <SubmitButton kind="secondary">Klasse speichern</SubmitButton>
      </Form>
    </Section>
  )
}

type BoxedProps = {
  readonly title: string
  readonly text: string
  /** Not the next thing: a part of the page like others. The form inside stays the same. */
  readonly isNext?: boolean
  readonly children: ReactNode
}

function Boxed({ title, text, isNext = true, children }: BoxedProps) {
  return (
    <section
      className={isNext ? 'm-next m-next--col' : 'm-sect m-prose'}
      aria-labelledby="next-step"
    >
      <div className={isNext ? undefined : 'm-sect__h'}>
        <h2 id="next-step">{title}</h2>
        {text === '' ? null : <p>{text}</p>}
      </div>
      {children}
    </section>
  )
}

function Hidden({ intent, version }: { readonly intent: string; readonly version: number }) {
  return (
    <>
      <input type="hidden" name="intent" value={intent} />
      <input type="hidden" name="version" value={version} />
    </>
  )
}

const GUARDIANS = {
  mother: 'Mutter',
  father: 'Vater',
  guardian: 'Vormund',
  foster_carer: 'Pflegeperson',
  youth_office: 'Jugendamt',
} as const satisfies Readonly<Record<GuardianRole, string>>

function factsOf({ record, schoolClass }: AdmissionPage) {
  const { phone, email, seat } = record
  return [
    { term: 'Geboren', value: bornText(record) },
    { term: 'Geschlecht', value: record.sex },
    { term: 'Staatsangehörigkeit', value: record.nationality },
    { term: 'Sprache der Familie', value: record.language },
    { term: 'Anschrift', value: record.address },
    { term: 'Sorgeberechtigte', value: <Guardians guardians={record.guardians} /> },
    { term: 'Telefon', value: phone === '' ? '' : <a href={telHref(phone)}>{phone}</a> },
    { term: 'E-Mail', value: email === '' ? '' : <a href={`mailto:${email}`}>{email}</a> },
    {
      term: 'Empfohlene Klasse',
      value: record.grade === null ? '' : `Klasse ${record.grade}`,
    },
    {
      term: 'Förderung in Deutsch',
      value:
        seat === 'support'
          ? 'ja, vorgesehen ist ein Förderplatz'
          : 'nein, vorgesehen ist ein Regelplatz',
    },
    ...(schoolClass === null ? [] : [{ term: 'Klasse', value: classText(schoolClass) }]),
  ]
}

function bornText({ born, age }: TransferRecord): string {
  return age === null ? born : `${born} (${age} Jahre)`
}

function Guardians({ guardians }: Pick<TransferRecord, 'guardians'>) {
  if (guardians.length === 0) return <span className="m-muted">nicht angegeben</span>
  return (
    <ul className="m-plain">
      {guardians.map(({ name, role, reachability }) => (
        <li key={`${role} ${name}`}>
          {name}, {GUARDIANS[role]}
          {reachability === '' ? null : <span className="m-muted"> · {reachability}</span>}
        </li>
      ))}
    </ul>
  )
}
