import { Link } from '@remix-run/react'
import type { Instant } from '#app/domain/time.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import { PageTitle, Section } from '../frame.tsx'

type Task =
  | 'accounts'
  | 'leads'
  | 'centre'
  | 'schools'
  | 'retention'
  | 'erasures'
  | 'trail'
  | 'operation'

type Health = {
  readonly engine: 'sqlite' | 'postgres'
  readonly isStorageHealthy: boolean
  readonly names: 'filling' | 'full'
  readonly centres: readonly { readonly name: string; readonly code: string }[]
  readonly schoolsImportedAt: Instant | null
  readonly isEvaluation: boolean
}

type Page = { readonly tasks: readonly Task[]; readonly health: Health | null }

const TASKS: Readonly<
  Record<Task, { readonly label: string; readonly href: string; readonly what: string }>
> = {
  accounts: {
    label: 'Konten',
    href: '/verwaltung/konten',
    what: 'einladen, sperren, einen neuen Link machen',
  },
  leads: {
    label: 'Leitungen der Zentren',
    href: '/verwaltung/konten',
    what: 'die Leitung eines Zentrums einladen',
  },
  centre: {
    label: 'Einstellungen des Zentrums',
    href: '/verwaltung/zentrum',
    what: 'Ziele in Tagen, Telefon und Adresse',
  },
  schools: {
    label: 'Schulliste',
    href: '/verwaltung/schulen',
    what: 'die Liste des Ministeriums einlesen',
  },
  retention: {
    label: 'Aufbewahrung',
    href: '/verwaltung/aufbewahrung',
    what: 'Fristen freigeben, und wer demnächst gelöscht wird',
  },
  erasures: {
    label: 'Löschungen',
    href: '/verwaltung/loeschungen',
    what: 'was gelöscht wurde, mit Nachweis zum Drucken',
  },
  trail: {
    label: 'Protokoll',
    href: '/verwaltung/protokoll',
    what: 'wer welche Akte gesehen oder geändert hat',
  },
  operation: {
    label: 'Betrieb',
    href: '/verwaltung/betrieb',
    what: 'Fassung, Datenbank, Aufträge, gescheiterte Anmeldungen',
  },
}

/** What one may administer, and for the operator how the installation does. */
export function AdministrationPage({ page }: { readonly page: Page }) {
  return (
    <div className="m-prose">
      <PageTitle title="Verwaltung" />
      <ul className="m-plain m-stack">
        {page.tasks.map((task) => (
          <li key={task}>
            <Link to={TASKS[task].href}>{TASKS[task].label}</Link>
            <span className="m-small m-muted"> – {TASKS[task].what}</span>
          </li>
        ))}
      </ul>
      {page.health === null ? null : <HealthSection health={page.health} />}
    </div>
  )
}

function HealthSection({ health }: { readonly health: Health }) {
  const { engine, schoolsImportedAt } = health
  return (
    <Section title="Zustand">
      <dl className="m-dl">
        <dt>Daten und Schlüssel</dt>
        <dd>
          {engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'},{' '}
          {health.isStorageHealthy ? 'in Ordnung' : 'antwortet nicht wie erwartet'}
        </dd>
        <dt>Namensverzeichnis</dt>
        <dd>{health.names === 'full' ? 'vollständig' : 'wird gerade aufgebaut'}</dd>
        <dt>Betriebsart</dt>
        <dd>{health.isEvaluation ? 'Probebetrieb auf diesem Rechner' : 'Installation'}</dd>
        <dt>Schulliste</dt>
        <dd>
          {schoolsImportedAt === null
            ? 'noch nicht eingelesen'
            : `eingelesen am ${formatDateTime(schoolsImportedAt)}`}
        </dd>
        <dt>Zentren</dt>
        <dd>
          {health.centres.length === 0
            ? 'noch keines'
            : health.centres.map(({ name, code }) => `${name} (${code})`).join(', ')}
        </dd>
      </dl>
    </Section>
  )
}
