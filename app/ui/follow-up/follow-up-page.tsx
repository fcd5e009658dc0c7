import type { GerLevel } from '#app/domain/follow-up/ger-level.ts'
import type { LatinLiteracy } from '#app/domain/interview/interview.ts'
import type { LanguageSupport } from '#app/domain/law/language-support.ts'
import { isLocalRule, type LegalSource } from '#app/domain/law/legal-source.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { formatDate } from '#app/i18n/format.ts'
import type { Refusal } from '#app/services/refusals.ts'
import type { CaseHead } from '../case/case-page-data.ts'
import { CasePartHead } from '../case/case-page-head.tsx'
import { Facts } from '../case/facts.tsx'
import { Section } from '../frame.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { RefusalNotice } from '../notice.tsx'
import { levelWord } from './level-words.ts'
import { RecordReview } from './record-review.tsx'

/** The follow-up of one child. */
export type CaseFollowUp = CaseHead & {
  readonly today: CalendarDate
  readonly school: string | null
  /** Null before the first school day. */
  readonly followUp: {
    readonly firstDay: CalendarDate
    readonly literacy: LatinLiteracy | null
    readonly support: LanguageSupport
    readonly lastReviewOn: CalendarDate | null
    /** Null once the language support is over. */
    readonly nextReviewOn: CalendarDate | null
    readonly reviewSource: LegalSource
  } | null
  readonly canRecord: boolean
  readonly reviews: readonly {
    readonly id: string
    readonly on: CalendarDate
    readonly gerLevel: GerLevel
    readonly b1: boolean
  }[]
}

type Props = { readonly page: CaseFollowUp; readonly refusal: Refusal | null | undefined }

/** When language support ends and by which rule, the reviews, and recording one. */
export function FollowUpPage({ page, refusal }: Props) {
  const { followUp } = page
  return (
    <>
      <CasePartHead head={page} title="Begleitung" current="/begleitung" />
      <RefusalNotice refusal={refusal} />
      {followUp === null ? (
        <p className="m-prose">
          Die Begleitung beginnt mit dem ersten Schultag. Vorher ist hier nichts zu tun.
        </p>
      ) : (
        <>
          <Support page={page} followUp={followUp} />
          <Reviews page={page} followUp={followUp} />
        </>
      )}
    </>
  )
}

type PartProps = {
  readonly page: CaseFollowUp
  readonly followUp: NonNullable<CaseFollowUp['followUp']>
}

function Support({ page, followUp }: PartProps) {
  const { firstDay, support } = followUp
  return (
    <Section title="Sprachförderung" prose>
      <Facts
        facts={[
          { term: 'Schule', value: page.school },
          { term: 'Erster Schultag', value: formatDate(firstDay) },
          { term: 'Endet am', value: <b>{formatDate(support.endsOn)}</b> },
          {
            term: 'Erinnerung',
            value: support.alertsOn.map((day) => formatDate(day)).join(' und '),
          },
        ]}
      />
      <p className="m-small m-muted m-sect0">
        {supportReason(followUp)} <Source source={support.source} />
      </p>
    </Section>
  )
}

function supportReason({ support, literacy }: PartProps['followUp']): string {
  const months = `${support.months} Monate ab dem ersten Schultag`
  if (literacy === 'no') return `${months}: 24 und 12 für das Lernen der lateinischen Schrift.`
  if (literacy === null) return `${months}. Ob das Kind lateinisch schreibt, ist nicht erfasst.`
  return `${months}.`
}

/** Where a rule comes from, and that nobody has held it against the text yet. */
function Source({ source }: { readonly source: LegalSource }) {
  if (isLocalRule(source)) return <>({source.citation})</>
  return (
    <>
      ({source.citation},{' '}
      {source.checkedOn === null
        ? 'noch von niemandem geprüft'
        : `geprüft am ${formatDate(source.checkedOn)}`}
      )
    </>
  )
}

const COLUMNS = [
  { key: 'on', label: 'Tag' },
  { key: 'level', label: 'Stufe' },
  { key: 'b1', label: 'B1 erreicht' },
]

function Reviews({ page, followUp }: PartProps) {
  const { nextReviewOn, reviewSource } = followUp
  return (
    <>
      <Section title="Lernstand">
        {nextReviewOn === null ? null : (
          <p>
            Der nächste Lernstand ist am <b>{formatDate(nextReviewOn)}</b> fällig{' '}
            <Source source={reviewSource} />.
          </p>
        )}
        {page.reviews.length === 0 ? (
          <p className="m-muted">Es ist noch kein Lernstand eingetragen.</p>
        ) : (
          <FoldTable
            caption="Lernstand bisher"
            captionHidden
            columns={COLUMNS}
            groups={[
              {
                key: 'all',
                rows: page.reviews.map(({ id, on, gerLevel, b1 }) => ({
                  id,
                  cells: [formatDate(on), levelWord(gerLevel), b1 ? 'ja' : 'nein'],
                })),
              },
            ]}
          />
        )}
      </Section>
      {page.canRecord ? <RecordReview version={page.version} today={page.today} /> : null}
    </>
  )
}
