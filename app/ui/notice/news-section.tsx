import { Link } from '@remix-run/react'
import type { NoticeAudience } from '#app/domain/notice/desk-notice.ts'
import { MOST_READ } from '#app/forms/notices.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import type { DeskNews } from '#app/presenters/desk-news.server.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { Form } from '../form/form.tsx'
import { Section } from '../frame.tsx'
import { Notice } from '../notice.tsx'
import { newsText } from './news-words.ts'

/** What is new for the person, each with the page where they act; nothing where nothing is. */
export function NewsSection({ news }: { readonly news: DeskNews }) {
  return (
    <>
      <Undelivered names={news.undelivered} />
      {news.notices.length === 0 ? null : <News news={news} />}
      {news.listed.length === 0 ? null : <Listed news={news} />}
      <Elsewhere news={news} />
    </>
  )
}

function News({ news: { desk, notices, older } }: { readonly news: DeskNews }) {
  return (
    <Section
      title="Neu für Sie"
      side={
        notices.length < 2 ? null : (
          <Read desk={desk} ids={notices.map(({ id }) => id)} label="Neu für Sie: alles erledigt">
            Alles erledigt
          </Read>
        )
      }
    >
      <ul className="m-plain m-news">
        {notices.map((notice) => {
          const { text, href } = newsText(desk, notice)
          return (
            <li key={notice.id}>
              <p>
                <Link to={href}>{text}</Link>{' '}
                <span className="m-small m-muted">{formatDateTime(notice.at)}</span>
                {notice.why === null ? null : <span className="sub">Grund: {notice.why}</span>}
              </p>
              <Read desk={desk} ids={[notice.id]} label={`Erledigt: ${text}`}>
                Erledigt
              </Read>
            </li>
          )
        })}
      </ul>
      {older === 0 ? null : (
        <p className="m-small">
          {older === 1
            ? 'Und 1 älterer Eintrag: Er rückt'
            : `Und ${older} ältere Einträge: Sie rücken`}{' '}
          nach, wenn hier etwas erledigt ist.
        </p>
      )}
    </Section>
  )
}

/** What stands on the page as to be done is only counted: it stands there already. */
function Listed({ news: { desk, listed } }: { readonly news: DeskNews }) {
  const words = entries(listed.length)
  return (
    <div className="m-news m-row m-sect0">
      <p>{words} unten auf dieser Seite, neu für Sie.</p>
      <Read desk={desk} ids={listed.slice(0, MOST_READ)} label={`Gesehen: ${words}, neu für Sie`}>
        Gesehen
      </Read>
    </div>
  )
}

const ELSEWHERE: Readonly<Record<NoticeAudience, string>> = {
  school: 'bei einer anderen Schule. Wählen Sie sie oben.',
  authority: 'bei einem anderen Zentrum.',
  counsellor: 'bei einem anderen Zentrum. Wählen Sie es oben.',
}

/** The menu counts what is new in every centre of the person; a page shows one of them. */
function Elsewhere({ news: { desk, elsewhere } }: { readonly news: DeskNews }) {
  if (elsewhere === 0) return null
  return (
    <p>
      {entries(elsewhere)}, neu für Sie, {ELSEWHERE[desk]}
    </p>
  )
}

function entries(count: number): string {
  return count === 1 ? '1 Eintrag' : `${count} Einträge`
}

type ReadProps = {
  readonly desk: DeskNews['desk']
  readonly ids: readonly string[]
  readonly label: string
  readonly children: string
}

function Read({ desk, ids, label, children }: ReadProps) {
  return (
    <Form action="/neuigkeiten" label={label}>
      <input type="hidden" name="desk" value={desk} />
      <input type="hidden" name="ids" value={ids.join(',')} />
      <SubmitButton kind="tertiary" small label={label}>
        {children}
      </SubmitButton>
    </Form>
  )
}

/** Somebody waits for nothing because a mail did not arrive: one rings them up. */
function Undelivered({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null
  return (
    <Notice kind="warning" title="Eine Nachricht konnte nicht zugestellt werden.">
      <p>
        Nicht erreicht: {names.join(', ')}. Bitte rufen Sie dort an. Was wartet, steht dort nach der
        Anmeldung unter „Neu für Sie“.
      </p>
    </Notice>
  )
}
