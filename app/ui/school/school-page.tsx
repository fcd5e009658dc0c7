import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { formatDate } from '#app/i18n/format.ts'
import type { SchoolPage, ShownOperation } from '#app/presenters/school-page.server.ts'
import { Facts } from '../case/facts.tsx'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { SeatsRefused } from '../seat/refused-seats.tsx'
import { ReserveForm } from '../seat/reserve-form.tsx'
import { SeatReviewForm } from '../seat/seat-review.tsx'
import { SeatsEditor } from '../seat/seats-editor.tsx'
import { telHref } from '../telephone.ts'

type Props = { readonly page: SchoolPage }

/** One school: what the state's list says of it, and its seats. */
export function SchoolView({ page }: Props) {
  return (
    <>
      <Crumb href="/schulen">Schulen</Crumb>
      <PageTitle title={page.name} sub={`${SCHOOL_FORMS[page.form]} · ${page.number}`} />
      <SeatsRefused seats={page.seats} />
      <SeatReviewForm />
      <Facts facts={factsOf(page)} />
      {page.seats === null ? null : (
        <Section
          title="Plätze"
          side={
            <p className="m-small m-muted">Frei = beschlossen − belegt − vorgemerkt − Reserve</p>
          }
        >
          <Seats page={page} seats={page.seats} />
        </Section>
      )}
    </>
  )
}

type SeatsProps = Props & { readonly seats: NonNullable<SchoolPage['seats']> }

function Seats({ page, seats }: SeatsProps) {
  return (
    <>
      <p className="m-prose">{introOf(page, seats)}</p>
      <SeatsEditor seats={seats} />
      {seats.mayReserve && seats.pools.length > 0 ? <ReserveForm seats={seats} /> : null}
    </>
  )
}

function introOf(
  { decidedBy, entersForOthers }: SchoolPage,
  { pools }: SeatsProps['seats'],
): string {
  if (entersForOthers) {
    return 'Schule oder Träger haben kein eigenes Konto. Tragen Sie ein, was man Ihnen am Telefon oder schriftlich sagt; dabei steht dann „telefonisch oder schriftlich angegeben, eingetragen von“ mit Ihrem Namen.'
  }
  const deciders = decidersText(decidedBy)
  return pools.length === 0 ? `Diese Schule hat noch keine Plätze gemeldet. ${deciders}` : deciders
}

const DECIDERS = { school: 'die Schule', owner: 'der Schulträger' } as const

function decidersText({ support, regular }: SchoolPage['decidedBy']): string {
  return support === regular
    ? `Über Förder- und Regelplätze entscheidet ${DECIDERS[support]}.`
    : `Über Förderplätze entscheidet ${DECIDERS[support]}, über Regelplätze ${DECIDERS[regular]}.`
}

function factsOf(page: SchoolPage) {
  const { phone, email, homepage } = page
  return [
    { term: 'Name', value: page.officialName },
    { term: 'Betrieb', value: operationText(page.operation) },
    { term: 'Trägerschaft', value: page.isPrivate ? 'privat (Ersatzschule)' : 'öffentlich' },
    { term: 'Anschrift', value: `${page.street}, ${page.place}` },
    { term: 'Telefon', value: phone === null ? '' : <a href={telHref(phone)}>{phone}</a> },
    { term: 'E-Mail', value: email === '' ? '' : <a href={`mailto:${email}`}>{email}</a> },
    {
      term: 'Internet',
      value:
        homepage === null ? (
          ''
        ) : (
          <a href={homepage} rel="noreferrer">
            {homepage}
          </a>
        ),
    },
    {
      term: 'Quelle',
      value: page.isInvented ? 'erfunden (Probebetrieb)' : 'amtliche Schulliste des Landes',
    },
  ]
}

function operationText(operation: ShownOperation): string {
  switch (operation.state) {
    case 'open':
      return 'nimmt Kinder auf'
    case 'closing':
      return `nimmt Kinder auf, läuft zum ${formatDate(operation.on)} aus`
    case 'opening':
      return `öffnet am ${formatDate(operation.on)}`
    case 'closed':
      return operation.on === null
        ? 'nimmt keine Kinder auf'
        : `nimmt keine Kinder auf (seit ${formatDate(operation.on)})`
  }
}
