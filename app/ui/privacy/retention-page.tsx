import type { RetentionClass, RetentionTrigger } from '#app/domain/privacy/retention.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'
import { ProposeRuleForm } from '#app/forms/retention.ts'
import { formatDate, formatDateTime } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { Facts } from '../case/facts.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { Select } from '../form/select.tsx'
import { TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { CentreSwitch } from '../list/centre-switch.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'

type Approved = {
  readonly months: number
  readonly approver: string | null
  readonly approvedAt: Instant | null
  readonly validFrom: CalendarDate | null
}

type Rule = {
  readonly kind: RetentionClass
  readonly trigger: RetentionTrigger
  readonly citation: string
  readonly current: Approved | null
  readonly coming: Approved | null
  readonly proposal: {
    readonly ruleId: string | null
    readonly months: number
    readonly proposer: string | null
  } | null
  readonly wouldTake: number
}

type Page = {
  readonly id: string
  readonly name: string
  readonly centres: readonly { readonly id: string; readonly name: string }[]
  readonly rules: readonly Rule[]
  readonly due: readonly {
    readonly caseNumbers: readonly string[]
    readonly on: CalendarDate
    readonly kind: RetentionClass
  }[]
  readonly isClockDoubted: boolean
  readonly lastRunAt: Instant | null
  readonly may: {
    readonly propose: boolean
    readonly approve: boolean
    readonly stop: boolean
    readonly confirm: boolean
  }
}

type Props = { readonly page: Page; readonly refusal: Refusal | null | undefined }

/** The periods of a centre, who approved them, and who is erased in the next 30 days. */
export function RetentionPage({ page, refusal }: Props) {
  return (
    <>
      <Crumb href="/verwaltung">Verwaltung</Crumb>
      <PageTitle title="Aufbewahrung" sub={page.name} />
      <RefusalNotice refusal={refusal} />
      {page.isClockDoubted ? <ClockDoubted page={page} /> : null}
      <CentreSwitch
        centres={page.centres}
        current={page.id}
        href={(id) => `/verwaltung/aufbewahrung?zentrum=${id}`}
      />
      <p className="m-prose">
        Gelöscht wird nur nach Fristen, die jemand vom Datenschutz freigegeben hat. Vorschläge
        löschen nichts. Für die Akte eines Kommunalen Integrationszentrums nennt kein Gesetz eine
        Frist; die vorgeschlagenen Monate hat noch niemand geprüft.
      </p>
      {page.rules.map((rule) => (
        <RuleSection key={rule.kind} rule={rule} page={page} />
      ))}
      {page.may.propose ? <Propose page={page} /> : null}
      <Due page={page} />
      <WorkingData />
    </>
  )
}

function ClockDoubted({ page }: { readonly page: Page }) {
  return (
    <Notice kind="warning" title="Die Uhr ist gesprungen. Gelöscht wird zurzeit nichts.">
      <p>
        Der letzte Lauf war {page.lastRunAt === null ? 'noch nie' : formatDateTime(page.lastRunAt)}.
        Stimmt das Datum dieses Servers, so bestätigen Sie es; der nächste Lauf löscht dann wieder.
      </p>
      {page.may.confirm ? (
        <Form label="Uhr bestätigen">
          <input type="hidden" name="centre" value={page.id} />
          <SubmitButton kind="secondary" name="intent" value="clock">
            Die Uhr geht richtig
          </SubmitButton>
        </Form>
      ) : null}
    </Notice>
  )
}

type RuleProps = { readonly rule: Rule; readonly page: Page }

function RuleSection({ rule, page }: RuleProps) {
  const { kind, trigger, citation, current, coming, proposal } = rule
  return (
    <Section title={t(`retention.${kind}`)} prose>
      <Facts
        facts={[
          { term: 'Gezählt', value: t(`retention_from.${trigger}`) },
          { term: 'Grundlage', value: `${citation} (noch von niemandem geprüft)` },
          {
            term: 'Gilt',
            value: current === null ? 'keine Frist: nichts wird gelöscht' : approvedText(current),
          },
          ...(coming === null ? [] : [{ term: 'Gilt danach', value: approvedText(coming) }]),
          ...(proposal === null ? [] : [{ term: 'Vorschlag', value: proposalText(rule) }]),
        ]}
      />
      {proposal !== null && page.may.approve ? <Approve rule={rule} page={page} /> : null}
      {(current ?? coming) !== null && page.may.stop ? (
        <Form className="m-sect0" label={`Aussetzen: ${t(`retention.${kind}`)}`}>
          <input type="hidden" name="centre" value={page.id} />
          <input type="hidden" name="class" value={kind} />
          <SubmitButton kind="secondary" small name="intent" value="stop">
            Frist aussetzen
          </SubmitButton>
        </Form>
      ) : null}
    </Section>
  )
}

/** `12 Monate`, `1 Monat`. */
export function monthsText(months: number): string {
  return months === 1 ? '1 Monat' : `${months} Monate`
}

function approvedText({ months, approver, approvedAt, validFrom }: Approved): string {
  const when = approvedAt === null ? '' : ` am ${formatDate(approvedAt)}`
  const from = validFrom === null ? '' : `, gilt ab ${formatDate(validFrom)}`
  return `${monthsText(months)}, freigegeben${when} von ${approver ?? 'unbekannt'}${from}`
}

function proposalText({ proposal, wouldTake }: Rule): string {
  if (proposal === null) return ''
  const by = proposal.proposer === null ? 'vom Programm' : `von ${proposal.proposer}`
  const taken = wouldTake === 1 ? '1 Kind' : `${wouldTake} Kinder`
  return `${monthsText(proposal.months)}, ${by}. Heute fällig wären damit: ${taken}.`
}

function Approve({ rule, page }: RuleProps) {
  const { proposal, kind } = rule
  if (proposal === null) return null
  return (
    <Form className="m-sect0" label={`Freigeben: ${t(`retention.${kind}`)}`}>
      <input type="hidden" name="centre" value={page.id} />
      <input type="hidden" name="class" value={kind} />
      <input type="hidden" name="rule" value={proposal.ruleId ?? ''} />
      <input type="hidden" name="months" value={proposal.months} />
      <SubmitButton small name="intent" value="approve">
        {`${monthsText(proposal.months)} ab morgen freigeben`}
      </SubmitButton>
    </Form>
  )
}

function Propose({ page }: { readonly page: Page }) {
  const { formProps, field, summary } = useCheckedForm(ProposeRuleForm, {
    labels: { class: 'Art der Akte', months: 'Frist in Monaten' },
    intent: 'propose',
  })
  return (
    <Section title="Andere Frist vorschlagen" prose>
      <ErrorSummary errors={summary} />
      <Form {...formProps} className="m-stack" label="Andere Frist vorschlagen">
        <input type="hidden" name="intent" value="propose" />
        <input type="hidden" name="centre" value={page.id} />
        <Select
          {...field('class')}
          required
          options={page.rules.map(({ kind }) => ({ value: kind, label: t(`retention.${kind}`) }))}
        />
        <TextField {...field('months')} inputMode="numeric" autoComplete="off" narrow required />
        <SubmitButton kind="secondary">Frist vorschlagen</SubmitButton>
      </Form>
    </Section>
  )
}

function Due({ page }: { readonly page: Page }) {
  return (
    <Section title="Wird in den nächsten 30 Tagen gelöscht">
      {page.due.length === 0 ? (
        <p className="m-muted">Niemand. Fällig wird ein Kind nur nach einer freigegebenen Frist.</p>
      ) : (
        <FoldTable
          caption="Wird in den nächsten 30 Tagen gelöscht"
          captionHidden
          columns={[
            { key: 'number', label: 'Fallnummer' },
            { key: 'on', label: 'Tag' },
            { key: 'rule', label: 'Frist' },
          ]}
          groups={[
            {
              key: 'all',
              rows: page.due.map(({ caseNumbers, on, kind }) => ({
                id: caseNumbers.join(),
                cells: [caseNumbers.join(', '), formatDate(on), t(`retention.${kind}`)],
              })),
            },
          ]}
        />
      )}
    </Section>
  )
}

const WORKING = [
  ['Sitzungen von Beschäftigten und Familien', '30 Tage nach ihrem Ende'],
  ['Zugang der Familie', '14 Tage nach dem Ende des Falls'],
  ['Nachrichten im Postausgang', '7 Tage nach der Zustellung'],
  ['Antworten auf abgeschickte Formulare', '48 Stunden'],
  ['Zählungen von Fehlversuchen', 'mit dem Ende ihrer Frist, höchstens nach Stunden'],
] as const

function WorkingData() {
  return (
    <Section title="Was das Programm von selbst aufräumt" prose>
      <Facts facts={WORKING.map(([term, value]) => ({ term, value }))} />
      <p className="m-small m-muted m-sect0">
        Das Protokoll wird noch nicht gelöscht; es enthält keine Namen.
      </p>
    </Section>
  )
}
