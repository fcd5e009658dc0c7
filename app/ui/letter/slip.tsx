import fontsHref from '@kern-ux/native/dist/fonts/fira-sans.css?url'
import type { CalendarDate } from '#app/domain/time.ts'
import { formatLongDate, formatPin, formatShortCode } from '#app/i18n/format.ts'
import { directionOf, type Locale, toLocale } from '#app/i18n/locales.ts'
import { translator } from '#app/i18n/translator.ts'
import letterHref from '../styles/letter.css?url'

/** What stands on the slip that opens the family page. */
export type SlipFacts = {
  readonly centre: string
  readonly phone: string
  /** Opening hours or the like in German, at the foot; null: left out. */
  readonly footNote: string | null
  readonly date: CalendarDate
  readonly caseNumber: string
  readonly contactPerson: string
  /** The child's first name; null where it must not stand on paper. */
  readonly childName: string | null
  /** The family page's address as one types it: `einstieg.kreis.example/familie`. */
  readonly address: string
  readonly code: string
  readonly pin: string
}

type Props = SlipFacts & {
  /** The family's language, or the one nearest to it that we speak: `slipLocale(language)`. */
  readonly locale: Locale
  /** Back to the case; on screen only. */
  readonly backHref: string
  readonly evaluation: boolean
}

/** The language of the second column: the family's own where we speak it, else English. */
export function slipLocale(language: string): Locale {
  return toLocale(language) ?? 'en'
}

/**
 * The slip (Zettel): one A4 page, German and the family's language side by side. A document of its
 * own: the answer to a POST, never stored, printed by the browser. It is shown once; a reload makes
 * a new PIN and ends the old.
 */
export function SlipPage(props: Props) {
  const both: readonly Locale[] = props.locale === 'de' ? ['de'] : ['de', props.locale]
  return (
    <html lang="de">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`Zettel ${props.caseNumber} – Einstieg`}</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href={fontsHref} />
        <link rel="stylesheet" href={letterHref} />
      </head>
      <body className="brief">
        <header className="bar">
          <p>
            <b>Drucken Sie diese Seite jetzt.</b> Die PIN steht nur hier: Wenn Sie die Seite neu
            laden, gilt eine neue. <a href={props.backHref}>Zurück zum Fall</a>
          </p>
          {props.evaluation ? <p>Probebetrieb mit erfundenen Daten.</p> : null}
        </header>
        <main className="sheet">
          <div className="letterhead">
            <b>{props.centre}</b>
            <span>Einstieg</span>
          </div>
          <Info {...props} />
          <div className={both.length === 1 ? 'cols cols--one' : 'cols'}>
            {both.map((locale) => (
              <Column key={locale} {...props} locale={locale} />
            ))}
          </div>
          <div className="foot">
            <span>{props.centre}</span>
            <span>{props.footNote}</span>
          </div>
        </main>
      </body>
    </html>
  )
}

function Info({ date, caseNumber, contactPerson, phone }: Props) {
  return (
    <dl className="info">
      <div>
        <dt>Datum</dt>
        <dd>{formatLongDate(date)}</dd>
      </div>
      <div>
        <dt>Aktenzeichen</dt>
        <dd>{caseNumber}</dd>
      </div>
      <div>
        <dt>Ansprechperson</dt>
        <dd>{contactPerson}</dd>
      </div>
      <div>
        <dt>Telefon</dt>
        <dd>{phone}</dd>
      </div>
    </dl>
  )
}

function Column({ locale, childName, address, code, pin, phone, contactPerson }: Props) {
  const tell = translator(locale)
  // one heading of the first level on the sheet: the German one, which both sides can read
  const [Title, Part] = locale === 'de' ? (['h1', 'h2'] as const) : (['h2', 'h3'] as const)
  return (
    <div lang={locale} dir={directionOf(locale)}>
      <Title className="title">{tell('slip.title')}</Title>
      <p>{tell('slip.greeting')}</p>
      <p>
        {childName === null
          ? tell('slip.purposeGeneral')
          : tell('slip.purpose', { name: childName })}{' '}
        {tell('slip.page')} {tell('slip.free')}
      </p>
      <Part className="part">{tell('slip.how')}</Part>
      <ol className="how">
        <Numbered words={tell('slip.openAddress')} value={address} />
        <Numbered words={tell('slip.enterCode')} value={formatShortCode(code)} code />
        <Numbered words={tell('slip.enterPin')} value={formatPin(pin)} code />
      </ol>
      <p>{tell('slip.keep')}</p>
      <p>{tell('slip.renewed')}</p>
      <Part className="part">{tell('slip.question')}</Part>
      <p>
        <bdi className="tel" dir="ltr">
          {phone}
        </bdi>
      </p>
      <p className="regards">
        {tell('slip.regards')}
        <br />
        <bdi lang="de">{contactPerson}</bdi>
      </p>
    </div>
  )
}

type NumberedProps = { readonly words: string; readonly value: string; readonly code?: boolean }

function Numbered({ words, value, code }: NumberedProps) {
  return (
    <li>
      {words}
      <bdi className={code ? 'code' : 'address'} lang="de" dir="ltr">
        {value}
      </bdi>
    </li>
  )
}
