import type { EndReason } from '#app/domain/case/reasons.ts'
import type { Due, RetentionTrigger } from '#app/domain/privacy/retention.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { EndForm } from '#app/forms/end.ts'
import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { Refusal } from '#app/services/refusals.ts'
import type { CaseHead } from '../case/case-page-data.ts'
import { CasePartHead } from '../case/case-page-head.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { Select } from '../form/select.tsx'
import { TextArea } from '../form/text-area.tsx'
import { DateField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Section } from '../frame.tsx'
import { RefusalNotice } from '../notice.tsx'
import { EraseNow, Hold } from './end-page-erasure.tsx'

/** How a case ends, and how its data go. */
export type CaseEnd = CaseHead & {
  readonly today: CalendarDate
  /** Null while it is open. */
  readonly endedOn: CalendarDate | null
  readonly reasons: readonly EndReason[]
  readonly hasSeat: boolean
  /** Null while the work goes on: then no period runs. `due` null: no rule was approved. */
  readonly erasure: {
    readonly due: Due | null
    readonly proposedMonths: number
    readonly trigger: RetentionTrigger
  } | null
  /** Further cases of the same child; they go together. */
  readonly otherCases: number
  readonly isHeld: boolean
  readonly hold: { readonly until: CalendarDate; readonly sentence: string } | null
  readonly may: { readonly hold: boolean; readonly erase: boolean }
}

type Props = { readonly page: CaseEnd; readonly refusal: Refusal | null | undefined }

/** Ending a case, or since when it has ended; when it is erased, and what keeps it from that. */
export function EndPage({ page, refusal }: Props) {
  return (
    <>
      <CasePartHead head={page} title="Ende des Falls" current="/ende" />
      <RefusalNotice refusal={refusal} />
      {page.endedOn === null ? <EndCase page={page} /> : <Ended page={page} />}
      <Section title="Wann die Angaben gelöscht werden" prose>
        <p>{erasureText(page)}</p>
        {page.otherCases > 0 ? (
          <p>
            Zu diesem Kind gibt es noch {page.otherCases === 1 ? 'einen Fall' : 'weitere Fälle'}:
            Gelöscht wird alles zusammen, wenn die letzte Frist abgelaufen ist.
          </p>
        ) : null}
      </Section>
      <Hold page={page} />
      {page.may.erase ? <EraseNow page={page} /> : null}
    </>
  )
}

function erasureText({ erasure, otherCases }: CaseEnd): string {
  if (erasure === null) return 'Solange an dem Fall gearbeitet wird, läuft keine Frist.'
  const { due, proposedMonths, trigger } = erasure
  if (due !== null) return `Ab dem ${formatDate(due.on)}, nach der freigegebenen Frist.`
  if (otherCases > 0) return 'Noch nicht: Ein Fall dieses Kindes ist offen oder hat keine Frist.'
  return `Noch gar nicht: Es ist keine Frist freigegeben. Vorgeschlagen, von niemandem geprüft, sind ${proposedMonths} Monate ${t(`retention_from.${trigger}`)}.`
}

function Ended({ page }: { readonly page: CaseEnd }) {
  return (
    <Section title={`Beendet am ${page.endedOn === null ? '' : formatDate(page.endedOn)}`} prose>
      <p>
        Stand: {t(`stage.${page.stage}`)}. Der Grund steht im Verlauf des Falls. Kommt das Kind
        wieder, so melden Sie es neu; es bekommt einen zweiten Fall.
      </p>
    </Section>
  )
}

/** A child whose follow-up is over stays at its school. */
function seatText({ reasons }: CaseEnd): string {
  return reasons.includes('follow_up_over')
    ? 'Der Platz an der Schule wird frei. Ist die Begleitung zu Ende, wird nur der Förderplatz frei; der Regelplatz bleibt bis zum Ende des Schuljahres belegt, auch im nächsten, wenn er dort schon übernommen ist. '
    : 'Der Platz an der Schule wird frei. '
}

const LABELS = { on: 'Gilt seit', reason: 'Grund', sentence: 'Begründung in einem Satz' }

function EndCase({ page }: { readonly page: CaseEnd }) {
  const { formProps, field, summary } = useCheckedForm(EndForm, {
    labels: LABELS,
    defaults: { on: page.today },
    intent: 'end',
  })
  return (
    <Section title="Fall beenden" prose>
      <p>
        {page.hasSeat ? seatText(page) : ''}Ein vereinbarter Termin dieses Kindes wird abgesagt. Die
        Familie kann ihre Seite noch 14 Tage lesen. Einen beendeten Fall öffnet niemand wieder.
      </p>
      <ErrorSummary errors={summary} />
      <Form {...formProps} className="m-stack m-sect0" label="Fall beenden">
        <input type="hidden" name="intent" value="end" />
        <input type="hidden" name="version" value={page.version} />
        <Select
          {...field('reason')}
          required
          options={page.reasons.map((code) => ({ value: code, label: t(`end.${code}`) }))}
        />
        <DateField {...field('on')} max={page.today} required />
        <TextArea {...field('sentence')} required maxLength={500} />
        <SubmitButton>Fall beenden</SubmitButton>
      </Form>
    </Section>
  )
}
