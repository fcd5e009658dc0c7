import { Link } from '@remix-run/react'
import { PageTitle, Section } from '../frame.tsx'
import { SearchBox } from '../list/search-box.tsx'

type Props = { readonly page: { readonly caseNumber: string; readonly caseId: string | null } }

/** From a case number to its trail; the trail of the whole centre comes later. */
export function TrailPage({ page }: Props) {
  return (
    <div className="m-prose">
      <PageTitle title="Protokoll" sub="Wer eine Akte gesehen oder geändert hat" />
      <SearchBox
        label="Fallnummer"
        name="fall"
        value={page.caseNumber}
        hint="zum Beispiel DN-2026-0412"
        clearHref="/verwaltung/protokoll"
      />
      <Found page={page} />
      <Section title="Was noch kommt">
        <p>
          Hier stehen später alle Einträge Ihres Zentrums mit Filtern nach Person, Tag und Vorgang,
          dazu Löschfristen und Auskünfte. Bis dahin finden Sie das Protokoll eines Falls über seine
          Nummer.
        </p>
      </Section>
    </div>
  )
}

function Found({ page: { caseNumber, caseId } }: Props) {
  if (caseNumber === '') return null
  if (caseId === null) {
    return (
      <p className="m-sect">
        Einen Fall {caseNumber} gibt es in Ihrem Zentrum nicht. Bitte prüfen Sie die Nummer.
      </p>
    )
  }
  return (
    <p className="m-sect">
      <Link to={`/faelle/${caseId}/verlauf`}>Protokoll des Falls {caseNumber} ansehen</Link>
    </p>
  )
}
