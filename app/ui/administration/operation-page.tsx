import type { Check, CheckState } from '#app/domain/operation/self-check.ts'
import type { Instant } from '#app/domain/time.ts'
import { checkName, checkText } from '#app/i18n/check-text.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { Notice } from '../notice.tsx'

type Job = {
  readonly kind: string
  readonly state: 'waiting' | 'running' | 'done' | 'failed'
  readonly count: number
  readonly dueForSeconds: number
}

type Page = {
  readonly version: string
  readonly node: string
  readonly openSince: Instant
  readonly engine: 'sqlite' | 'postgres'
  readonly schema: string
  readonly megabytes: number
  readonly isDatabaseHealthy: boolean
  readonly areKeysHealthy: boolean
  readonly names: 'filling' | 'full'
  readonly failedSignIns: number
  readonly backup: { readonly lastGood: Instant | null; readonly failedAt: Instant | null }
  readonly keysLeft: number
  readonly jobs: readonly Job[]
  readonly checks: readonly Check[]
}

const JOBS: Readonly<Record<string, string>> = {
  anchor_trail: 'Ende des Protokolls anderswo aufheben',
  chain_audit: 'Protokoll verketten',
  expire_holds: 'Abgelaufene Vormerkungen beenden',
  resume_erasures: 'Löschungen zu Ende führen',
  retain: 'Nach Fristen löschen',
  rotate_keys: 'Schlüssel neu verpacken',
  sweep_keys: 'Schlüssel ohne Akte entfernen',
  tidy_up: 'Aufräumen',
}
const STATES: Readonly<Record<Job['state'], string>> = {
  waiting: 'wartet',
  running: 'läuft',
  done: 'erledigt',
  failed: 'gescheitert',
}

/** How the installation does, for the people who run it. */
export function OperationPage({ page }: { readonly page: Page }) {
  const hasFailed = page.jobs.some(({ state }) => state === 'failed')
  return (
    <div className="m-prose">
      <Crumb href="/verwaltung">Verwaltung</Crumb>
      <PageTitle title="Betrieb" />
      {page.isDatabaseHealthy && page.areKeysHealthy ? null : (
        <Notice kind="danger" title="Datenbank oder Schlüssel antworten nicht wie erwartet.">
          Sehen Sie im Protokoll des Dienstes nach und starten Sie ihn neu.
        </Notice>
      )}
      {hasFailed ? (
        <Notice
          kind="warning"
          title="Ein Auftrag ist achtmal gescheitert und wird nicht mehr versucht."
        >
          Im Protokoll des Dienstes steht „job_failed“ mit der Art des Fehlers.
        </Notice>
      ) : null}
      {page.backup.failedAt === null ? null : (
        <Notice
          kind="warning"
          title={`Die letzte Sicherung ist gescheitert, am ${formatDateTime(page.backup.failedAt)}.`}
        >
          Der Grund steht in der Ausgabe von „backup create“. Frühere Sicherungen sind noch da.
        </Notice>
      )}
      <CheckSection checks={page.checks} />
      <ProgramSection page={page} />
      <StateSection page={page} />
      <JobSection jobs={page.jobs} />
      <UpkeepSection page={page} />
    </div>
  )
}

const GRADES: Readonly<Record<CheckState, string>> = {
  ok: 'In Ordnung',
  hint: 'Hinweis',
  refused: 'So startet das Programm nicht noch einmal',
}

/** What is wrong first, then what is worth a look; what is in order is folded away. */
function CheckSection({ checks }: { readonly checks: readonly Check[] }) {
  const fine = checks.filter(({ state }) => state === 'ok')
  const others = (['refused', 'hint'] as const).flatMap((grade) =>
    checks.filter(({ state }) => state === grade),
  )
  return (
    <Section title="Selbstprüfung">
      {others.length === 0 ? <p>Es gibt nichts zu tun.</p> : null}
      {others.map((check) => (
        <Notice
          key={`${check.code} ${checkText(check)}`}
          kind={check.state === 'refused' ? 'danger' : 'warning'}
          title={`${GRADES[check.state]}: ${checkName(check)}`}
        >
          {checkText(check)}
        </Notice>
      ))}
      <details>
        <summary>In Ordnung: {fine.length}</summary>
        <dl className="m-dl">
          {fine.map((check) => (
            <Fine key={check.code} check={check} />
          ))}
        </dl>
      </details>
      <p className="m-small m-muted">
        Dasselbe wird bei jedem Start geprüft. „npm run -s ki -- check“ liest dazu die ganze
        Datenbank.
      </p>
    </Section>
  )
}

function Fine({ check }: { readonly check: Check }) {
  return (
    <>
      <dt>{checkName(check)}</dt>
      <dd>{checkText(check)}</dd>
    </>
  )
}

function ProgramSection({ page }: { readonly page: Page }) {
  return (
    <Section title="Programm">
      <dl className="m-dl">
        <dt>Fassung</dt>
        <dd>{page.version}</dd>
        <dt>Node.js</dt>
        <dd>{page.node}</dd>
        <dt>Läuft seit</dt>
        <dd>{formatDateTime(page.openSince)}</dd>
        <dt>Datenbank</dt>
        <dd>
          {page.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}, {page.megabytes} MiB
        </dd>
        <dt>Stand der Datenbank</dt>
        <dd>{page.schema}</dd>
      </dl>
    </Section>
  )
}

function StateSection({ page }: { readonly page: Page }) {
  const said = (isHealthy: boolean) => (isHealthy ? 'in Ordnung' : 'antwortet nicht wie erwartet')
  return (
    <Section title="Zustand">
      <dl className="m-dl">
        <dt>Daten</dt>
        <dd>{said(page.isDatabaseHealthy)}</dd>
        <dt>Schlüssel</dt>
        <dd>{said(page.areKeysHealthy)}</dd>
        <dt>Namensverzeichnis</dt>
        <dd>{page.names === 'full' ? 'vollständig' : 'wird gerade aufgebaut'}</dd>
        <dt>Gescheiterte Anmeldungen</dt>
        <dd>{page.failedSignIns} in 24 Stunden, seit dieser Prozess läuft</dd>
      </dl>
    </Section>
  )
}

function JobSection({ jobs }: { readonly jobs: readonly Job[] }) {
  return (
    <Section title="Aufträge">
      {jobs.length === 0 ? <p>Keiner wartet, keiner ist gescheitert.</p> : null}
      <ul className="m-plain m-stack">
        {jobs.map(({ kind, state, count, dueForSeconds }) => (
          <li key={`${kind} ${state}`}>
            {JOBS[kind] ?? kind}: {count} {STATES[state]}
            <span className="m-small m-muted">
              {' '}
              – der älteste ist seit {Math.ceil(dueForSeconds / 60)} Minuten fällig
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function UpkeepSection({ page: { backup, keysLeft } }: { readonly page: Page }) {
  return (
    <Section title="Vorsorge">
      <dl className="m-dl">
        <dt>Letzte gute Sicherung</dt>
        <dd>
          {backup.lastGood === null
            ? 'noch keine – im Handbuch steht unter „Sichern und zurückspielen“, wie es geht'
            : formatDateTime(backup.lastGood)}
        </dd>
        <dt>Schlüsselwechsel</dt>
        <dd>
          {keysLeft === 0
            ? 'alles liegt unter dem jetzigen Hauptschlüssel'
            : `${keysLeft} Schlüssel liegen noch unter einem früheren; stündlich geht es von selbst weiter`}
        </dd>
      </dl>
    </Section>
  )
}
