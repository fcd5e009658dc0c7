import { useActionData } from '@remix-run/react'
import type { SchoolListCounts } from '#app/domain/school/compare-school-list.ts'
import type { BadRow } from '#app/domain/school/read-school-list.ts'
import type { FormFailure } from '#app/forms/form.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import type { SchoolListPage } from '#app/presenters/school-list-import.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { Facts } from '../case/facts.tsx'
import { LinkButton, SubmitButton } from '../form/buttons.tsx'
import { Checkbox } from '../form/choices.tsx'
import { Form } from '../form/form.tsx'
import { TextField } from '../form/text-field.tsx'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { FoldTable } from '../list/fold-table.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'

const numbers = new Intl.NumberFormat('de-DE')

type Props = { readonly page: SchoolListPage }
type Answer = FormFailure & { readonly refusal: Refusal | null }

/** The official school list: upload, look at what would change, take it over. */
export function SchoolListView({ page }: Props) {
  const answer = useActionData<Answer>()
  const refusal = answer?.refusal ?? null
  return (
    <>
      <Crumb href="/verwaltung">Verwaltung</Crumb>
      <PageTitle
        title="Schulliste"
        sub={`${numbers.format(page.stored.all)} Schulen gespeichert, ${numbers.format(page.stored.placeable)} nehmen heute Kinder auf`}
      />
      <RefusalNotice refusal={refusal}>
        {refusal?.code === 'school_list_rows_bad' ? <BadRows rows={refusal.rows} /> : null}
      </RefusalNotice>
      {page.isGone && refusal === null ? <RefusalNotice refusal={{ code: 'upload_gone' }} /> : null}
      {page.preview === null ? (
        <Upload page={page} error={answer?.errors['file']?.message} />
      ) : (
        <Preview preview={page.preview} />
      )}
    </>
  )
}

function Upload({ page, error }: Props & { readonly error: string | undefined }) {
  return (
    <>
      <Section title="Neue Liste hochladen" prose>
        <p>
          Das Ministerium veröffentlicht die Schulgrunddaten als Datei „schuldaten.csv“. Nach dem
          Hochladen sehen Sie erst, was sich ändern würde; gespeichert wird noch nichts.
        </p>
        <Form encType="multipart/form-data" className="m-stack m-sect0" label="Liste hochladen">
          <input type="hidden" name="intent" value="upload" />
          <TextField
            name="file"
            type="file"
            accept=".csv,text/csv"
            label="Datei „schuldaten.csv“"
            error={error}
          />
          <SubmitButton>Datei prüfen</SubmitButton>
        </Form>
      </Section>
      {page.last === null ? null : (
        <Section title="Zuletzt übernommen">
          <Facts
            facts={[
              { term: 'Wann', value: formatDateTime(page.last.at) },
              { term: 'Gelesen', value: numbers.format(page.last.read) },
              { term: 'Neu', value: numbers.format(page.last.new) },
              { term: 'Geändert', value: numbers.format(page.last.changed) },
              { term: 'Geschlossen', value: numbers.format(page.last.closed) },
            ]}
          />
        </Section>
      )}
    </>
  )
}

type PreviewProps = { readonly preview: NonNullable<SchoolListPage['preview']> }

function Preview({ preview }: PreviewProps) {
  const { counts, tooManyClosures } = preview
  return (
    <>
      <Section title="Das würde sich ändern">
        <Facts facts={countFacts(counts)} />
      </Section>
      <Closing preview={preview} />
      <Implausible preview={preview} />
      <Section title="Übernehmen" prose>
        {tooManyClosures === null ? null : (
          <Notice
            kind="warning"
            title={`${numbers.format(tooManyClosures.closing)} von ${numbers.format(tooManyClosures.open)} Schulen würden als geschlossen gelten.`}
          >
            Vermutlich enthält die Datei nur einen Teil der Schulen. Bitte prüfen Sie das, bevor Sie
            zustimmen.
          </Notice>
        )}
        <Form className="m-stack m-sect0" label="Liste übernehmen">
          <input type="hidden" name="intent" value="import" />
          <input type="hidden" name="token" value={preview.token} />
          {tooManyClosures === null ? null : (
            <Checkbox name="accept" label="Ja, diese Schulen sind geschlossen." />
          )}
          <div className="m-row">
            <SubmitButton>Liste übernehmen</SubmitButton>
            <LinkButton kind="tertiary" to="/verwaltung/schulen">
              Nicht übernehmen
            </LinkButton>
          </div>
        </Form>
      </Section>
    </>
  )
}

function countFacts(counts: SchoolListCounts) {
  const skipped = Object.values(counts.skipped).reduce((sum, count) => sum + count, 0)
  return [
    { term: 'Gelesen', value: `${numbers.format(counts.read)} Zeilen` },
    { term: 'Neu', value: numbers.format(counts.new) },
    { term: 'Geändert', value: numbers.format(counts.changed) },
    { term: 'Unverändert', value: numbers.format(counts.unchanged) },
    {
      term: 'Geschlossen',
      value: `${counts.closed}, davon nicht mehr in der Liste: ${counts.missing}`,
    },
    { term: 'Keine Schulen', value: `${skipped} (Schulaufsicht, Seminare)` },
  ]
}

function Closing({ preview }: PreviewProps) {
  const { closing, counts } = preview
  if (closing.length === 0) return null
  return (
    <Section title={`Diese Schulen würden schließen (${counts.closed})`}>
      <p className="m-prose">
        Sie bleiben gespeichert, und Fälle an diesen Schulen bleiben, wie sie sind. Vorgeschlagen
        werden sie nicht mehr.
      </p>
      <FoldTable
        caption="Schulen, die schließen würden"
        captionHidden
        columns={[
          { key: 'school', label: 'Schule' },
          { key: 'number', label: 'Nummer' },
          { key: 'why', label: 'Warum' },
        ]}
        groups={[
          {
            key: 'all',
            rows: closing.map(({ number, name, isMissing }) => ({
              id: number,
              cells: [
                name,
                number,
                isMissing
                  ? 'steht nicht mehr in der Liste'
                  : 'in der Liste als geschlossen geführt',
              ],
            })),
          },
        ]}
      />
      {closing.length < counts.closed ? (
        <p className="m-muted">und {counts.closed - closing.length} weitere</p>
      ) : null}
    </Section>
  )
}

function Implausible({ preview }: PreviewProps) {
  if (preview.implausible.length === 0) return null
  return (
    <Section title={`Lage passt nicht zur Gemeinde (${preview.implausible.length})`} prose>
      <p>
        Diese Punkte liegen mehr als 500 m außerhalb der angegebenen Gemeinde. Die Liste wird
        trotzdem übernommen; Schulwege dorthin sind dann falsch geschätzt.
      </p>
      <ul>
        {preview.implausible.map(({ number, name }) => (
          <li key={number}>
            {number}: {name}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function BadRows({ rows }: { readonly rows: readonly BadRow[] }) {
  return (
    <FoldTable
      caption="Zeilen, die sich nicht lesen lassen"
      columns={[
        { key: 'line', label: 'Zeile' },
        { key: 'column', label: 'Spalte' },
        { key: 'why', label: 'Was nicht stimmt' },
      ]}
      groups={[
        {
          key: 'all',
          rows: rows.map(({ line, column, why }) => ({
            id: `${line} ${column}`,
            cells: [String(line), column, why],
          })),
        },
      ]}
    />
  )
}
