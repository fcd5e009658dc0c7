import { Link } from '@remix-run/react'
import { WITHDRAW_REASONS } from '#app/domain/case/reasons.ts'
import { dayOf } from '#app/domain/time.ts'
import { workListPath } from '#app/forms/list-query.ts'
import { WithdrawProposalForm } from '#app/forms/withdraw-proposal.ts'
import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { Select } from '../form/select.tsx'
import { TextArea } from '../form/text-area.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Crumb, Section, TwoColumns } from '../frame.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'
import { CaseAside } from './case-page-aside.tsx'
import type { CaseFile, HistoryEntry } from './case-page-data.ts'
import { CaseTabs, CaseTitle } from './case-page-head.tsx'
import { CaseNextStep } from './case-page-next.tsx'
import { ThreeClocks } from './three-clocks.tsx'
import { Timeline } from './timeline.tsx'
import { Tracks } from './tracks.tsx'
import { historyText, reasonText, whoText } from './trail-words.ts'

type Props = {
  readonly file: CaseFile
  /** Why the last action was not done; null or absent: it was. */
  readonly refusal: Refusal | null | undefined
}

/** The file of one case: where it stands, what comes next, what was done. */
export function CasePage({ file, refusal }: Props) {
  return (
    <>
      <Crumb href={workListPath({ centre: file.listOf })}>Arbeitsliste</Crumb>
      <CaseTitle file={file} />
      <RefusalNotice refusal={refusal} />
      {file.isLocked ? <AddressLock /> : null}
      <CaseTabs caseId={file.caseId} current="" />
      <ThreeClocks {...file} followUp={<FollowUp file={file} />} />
      <CaseNextStep file={file} />
      <TwoColumns main={<Main file={file} />} aside={<CaseAside file={file} />} />
    </>
  )
}

function AddressLock() {
  return (
    <div className="m-lock">
      <Notice kind="warning" title="Auskunftssperre">
        <p>
          Die Anschrift steht in keiner Liste, auf keiner Karte und in keinem Brief an Dritte. Auch
          der Ort und die Schulen der Geschwister sind hier verdeckt.
        </p>
      </Notice>
    </div>
  )
}

function FollowUp({ file: { followUp } }: { readonly file: CaseFile }) {
  if (followUp === null) return <p>beginnt mit dem ersten Schultag</p>
  return (
    <>
      <p>Sprachförderung bis {formatDate(followUp.supportEndsOn)}</p>
      <p>nächster Lernstand {formatDate(followUp.nextReviewOn)}</p>
    </>
  )
}

function Main({ file }: { readonly file: CaseFile }) {
  return (
    <>
      <Section title="Was nebenher läuft">
        <Tracks
          tracks={[
            {
              name: 'Zettel für die Familie',
              state: file.slipPrintedAt === null ? 'open' : 'ok',
              word: file.slipPrintedAt === null ? 'offen' : 'gedruckt',
              text: <Slip file={file} />,
            },
          ]}
        />
      </Section>
      {file.may.withdraw ? <Withdraw file={file} /> : null}
      <Section
        title="Verlauf"
        side={<Link to={`/faelle/${file.caseId}/verlauf`}>Alle Zugriffe</Link>}
      >
        <Timeline events={file.history.entries.map(timelineEvent)} />
        {file.history.entries.length < file.history.total ? (
          <p className="m-sect0">
            <Link to="?verlauf=alle">Alle {file.history.total} Einträge</Link>
          </p>
        ) : null}
      </Section>
    </>
  )
}

function timelineEvent(entry: HistoryEntry) {
  const isOther = entry.reasonCode === 'other' && entry.sentence !== null
  const code = isOther ? null : reasonText(entry.event, entry.reasonCode)
  const reason = [code, entry.sentence].filter(Boolean).join(': ')
  return {
    id: entry.id,
    validOn: entry.validOn,
    recordedOn: dayOf(entry.recordedAt),
    text: historyText(entry),
    who: whoText(entry.who, entry.role),
    ...(reason === '' ? {} : { reason }),
  }
}

function Slip({ file }: { readonly file: CaseFile }) {
  const { slipPrintedAt, may, caseId } = file
  return (
    <>
      {slipPrintedAt === null
        ? 'Mit Kurzcode und PIN sieht die Familie ihren Stand. '
        : `Gedruckt am ${formatDate(slipPrintedAt)}. Ein neuer Zettel hat eine neue PIN; die alte gilt dann nicht mehr. `}
      {may.printSlip ? (
        <Form action={`/faelle/${caseId}/zettel`} reloadDocument className="m-inline">
          <button type="submit" className="m-linkbtn">
            {slipPrintedAt === null ? 'Zettel drucken' : 'Neuen Zettel drucken'}
          </button>
        </Form>
      ) : null}
    </>
  )
}

const WITHDRAW_LABELS = { reason: 'Grund', sentence: 'Begründung in einem Satz' }

/** Taking the proposal back, folded away: it is not the next step. */
function Withdraw({ file }: { readonly file: CaseFile }) {
  const { formProps, field, summary } = useCheckedForm(WithdrawProposalForm, {
    labels: WITHDRAW_LABELS,
  })
  return (
    <Section title="Vorschlag zurücknehmen">
      <details open={summary.length > 0}>
        <summary>Grund angeben und zurücknehmen</summary>
        <ErrorSummary errors={summary} />
        <Form {...formProps} className="m-stack m-prose">
          <input type="hidden" name="version" value={file.version} />
          <p>Der Platz wird frei, und das Kind wartet wieder.</p>
          <Select
            {...field('reason')}
            required
            options={WITHDRAW_REASONS.map((code) => ({
              value: code,
              label: t(`withdraw.${code}`),
            }))}
          />
          <TextArea {...field('sentence')} required maxLength={500} />
          <SubmitButton kind="secondary">Vorschlag zurücknehmen</SubmitButton>
        </Form>
      </details>
    </Section>
  )
}
