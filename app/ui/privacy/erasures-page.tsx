import { Link } from '@remix-run/react'
import {
  ERASED_KINDS,
  type ErasedCounts,
  type ErasureGround,
  type ErasureState,
  type RecipientKind,
} from '#app/domain/privacy/erasure.ts'
import type { RetentionClass } from '#app/domain/privacy/retention.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'
import { erasurePath } from '#app/forms/erasures-query.ts'
import { formatDate, formatDateTime } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { Facts } from '../case/facts.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { Form } from '../form/form.tsx'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { CentreSwitch } from '../list/centre-switch.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { Pager } from '../list/pager.tsx'
import { RefusalNotice } from '../notice.tsx'
import { monthsText } from './retention-page.tsx'

type Certificate = {
  readonly id: string
  readonly number: number
  readonly state: ErasureState
  readonly ground: ErasureGround
  readonly orderer: string | null
  readonly orderedAt: Instant
  readonly keyGoneAt: Instant | null
  readonly finishedAt: Instant | null
  readonly rule: {
    readonly kind: RetentionClass
    readonly months: number
    readonly citation: string
  } | null
  readonly counts: Partial<ErasedCounts>
  readonly backups: { readonly keysUntil: CalendarDate; readonly dataUntil: CalendarDate } | null
  readonly recipients: readonly {
    readonly id: string
    readonly kind: RecipientKind
    readonly school: string | null
    readonly caseNumber: string | null
    readonly toldAt: Instant | null
  }[]
}

type Page = {
  readonly id: string
  readonly name: string
  readonly centres: readonly { readonly id: string; readonly name: string }[]
  readonly total: number
  readonly page: number
  readonly pageSize: number
  readonly rows: readonly {
    readonly id: string
    readonly number: number
    readonly orderedAt: Instant
    readonly finishedAt: Instant | null
    readonly ground: ErasureGround
  }[]
  readonly certificate: Certificate | null
  readonly mayTell: boolean
}

type Props = { readonly page: Page; readonly refusal: Refusal | null | undefined }

/** The erasures of a centre, or the certificate of one. */
export function ErasuresPage({ page, refusal }: Props) {
  if (page.certificate === null) return <List page={page} />
  return <CertificatePage page={page} certificate={page.certificate} refusal={refusal} />
}

function List({ page }: { readonly page: Page }) {
  const here = `/verwaltung/loeschungen?zentrum=${page.id}`
  return (
    <>
      <Crumb href="/verwaltung">Verwaltung</Crumb>
      <PageTitle title="Löschungen" sub={page.name} />
      <CentreSwitch
        centres={page.centres}
        current={page.id}
        href={(id) => `/verwaltung/loeschungen?zentrum=${id}`}
      />
      {page.rows.length === 0 ? (
        <p className="m-muted">
          Es wurde noch niemand gelöscht. Fristen stehen unter{' '}
          <Link to="/verwaltung/aufbewahrung">Aufbewahrung</Link>.
        </p>
      ) : (
        <FoldTable
          caption="Löschungen"
          captionHidden
          columns={[
            { key: 'number', label: 'Nummer' },
            { key: 'at', label: 'Begonnen' },
            { key: 'ground', label: 'Grund' },
            { key: 'state', label: 'Stand' },
          ]}
          groups={[
            {
              key: 'all',
              rows: page.rows.map((row) => ({
                id: row.id,
                cells: [
                  <Link key="number" to={erasurePath({ centreId: page.id, erasureId: row.id })}>
                    Löschung {row.number}
                  </Link>,
                  formatDateTime(row.orderedAt),
                  t(`ground.${row.ground}`),
                  row.finishedAt === null ? 'läuft noch' : 'abgeschlossen',
                ],
              })),
            },
          ]}
        />
      )}
      <Pager
        page={page.page}
        total={page.total}
        pageSize={page.pageSize}
        things="Löschungen"
        href={(to) => `${here}&seite=${to}`}
      />
    </>
  )
}

type CertificateProps = Props & { readonly certificate: Certificate }

function CertificatePage({ page, certificate, refusal }: CertificateProps) {
  const { number, counts } = certificate
  return (
    <div className="m-prose">
      <Crumb href={`/verwaltung/loeschungen?zentrum=${page.id}`}>Löschungen</Crumb>
      <PageTitle title={`Nachweis der Löschung ${number}`} sub={page.name} />
      <RefusalNotice refusal={refusal} />
      <Facts facts={factsOf(certificate)} />
      <Section title="Was gelöscht wurde">
        <Facts
          facts={ERASED_KINDS.map((kind) => ({
            term: t(`erased.${kind}`),
            value: String(counts[kind] ?? 0),
          }))}
        />
        <p className="m-sect0">
          Dazu Name, Geburtsdatum und alle übrigen Angaben des Kindes. Im Protokoll bleiben Nummern
          und Tage ohne Namen. Was vorher ausgedruckt oder weitergegeben wurde, löscht das Programm
          nicht.
        </p>
      </Section>
      <Section title="Sicherungen">
        <p>{backupText(certificate)}</p>
      </Section>
      <Recipients page={page} certificate={certificate} />
    </div>
  )
}

function factsOf({ ground, rule, orderer, orderedAt, keyGoneAt, finishedAt }: Certificate) {
  return [
    { term: 'Grund', value: t(`ground.${ground}`) },
    ...(rule === null
      ? []
      : [
          {
            term: 'Frist',
            value: `${t(`retention.${rule.kind}`)}: ${monthsText(rule.months)} (${rule.citation}, noch von niemandem geprüft)`,
          },
        ]),
    { term: 'Veranlasst', value: `${orderer ?? 'vom Programm'}, ${formatDateTime(orderedAt)}` },
    {
      term: 'Schlüssel vernichtet',
      value: keyGoneAt === null ? 'noch nicht' : formatDateTime(keyGoneAt),
    },
    {
      term: 'Abgeschlossen',
      value:
        finishedAt === null
          ? 'noch nicht; das Programm holt es von selbst nach'
          : formatDateTime(finishedAt),
    },
  ]
}

function backupText({ backups }: Certificate): string {
  if (backups === null) return 'Die Löschung läuft noch.'
  return `Ältere Sicherungen der Schlüssel gibt es bis ${formatDate(backups.keysUntil)}, ältere Sicherungen der Daten bis ${formatDate(backups.dataUntil)}, wenn sie wie empfohlen 7 und 35 Tage aufgehoben werden. Ohne den Schlüssel lassen sich die Daten nicht lesen. Wird eine Sicherung zurückgespielt, löscht das Programm das Kind vor dem Start noch einmal.`
}

function Recipients({ page, certificate }: Omit<CertificateProps, 'refusal'>) {
  const { recipients, id } = certificate
  return (
    <Section title="Wem Bescheid zu geben ist">
      {recipients.length === 0 ? (
        <p>Niemandem: Von diesem Kind wurde nichts weitergegeben.</p>
      ) : (
        <>
          <p>
            Bitte teilen Sie die Löschung mit, nur mit der Fallnummer (Art. 19 DSGVO, noch von
            niemandem geprüft). Danach ist auch die Fallnummer hier gelöscht.
          </p>
          <ul className="m-plain m-stack m-sect0">
            {recipients.map((one) => (
              <li key={one.id}>
                <Recipient one={one} page={page} erasureId={id} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  )
}

type RecipientProps = {
  readonly one: Certificate['recipients'][number]
  readonly page: Page
  readonly erasureId: string
}

function Recipient({ one, page, erasureId }: RecipientProps) {
  const { toldAt } = one
  const who = one.kind === 'authority' ? 'Schulaufsicht' : (one.school ?? 'Schule')
  if (toldAt !== null) return `${who}: mitgeteilt am ${formatDate(toldAt)}`
  return (
    <>
      {who}, Fall {one.caseNumber}{' '}
      {page.mayTell ? (
        <Form className="m-inline m-noprint" label={`Mitgeteilt: ${who}`}>
          <input type="hidden" name="centre" value={page.id} />
          <input type="hidden" name="erasure" value={erasureId} />
          <input type="hidden" name="recipient" value={one.id} />
          <SubmitButton kind="secondary" small label={`Mitgeteilt: ${who}`}>
            Mitgeteilt
          </SubmitButton>
        </Form>
      ) : null}
    </>
  )
}
