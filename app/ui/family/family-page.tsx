import type { ReactNode } from 'react'
import { directionOf, LOCALE_NAMES, LOCALES, type Locale } from '#app/i18n/locales.ts'
import { translator } from '#app/i18n/translator.ts'
import { Form } from '../form/form.tsx'
import { type FormGuard, FormGuardContext } from '../form/guard.ts'
import familyHref from '../styles/family.css?url'
import { telHref } from '../telephone.ts'

type Props = {
  readonly locale: Locale
  readonly title: string
  readonly guard: FormGuard
  readonly evaluation: boolean
  /** The centre's telephone number as it is written; empty: nobody is asked to ring. */
  readonly phone: string
  /** When somebody answers it, in the reader's language; null: not said. */
  readonly hours?: string | null | undefined
  /** The same page in another language. */
  readonly languageHref: (locale: Locale) => string
  readonly signedIn: boolean
  readonly children: ReactNode
}

/**
 * A whole family page, its own document: no script, no KERN, no font file, one small style sheet,
 * so that an old phone loads it in one go. The language's direction stands on `<html>`.
 */
export function FamilyPage(props: Props) {
  const { locale, title, guard, evaluation, children } = props
  const tell = translator(locale)
  return (
    <html lang={locale} dir={directionOf(locale)}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href={familyHref} />
      </head>
      <body className="fam">
        <FormGuardContext.Provider value={guard}>
          <header className="top">
            <div className="in">
              <Languages {...props} />
              {evaluation ? <p className="trial">{tell('family.evaluation')}</p> : null}
            </div>
          </header>
          <main className="in">
            <h1>{title}</h1>
            {children}
          </main>
          <Help {...props} />
        </FormGuardContext.Provider>
      </body>
    </html>
  )
}

function Languages({ locale, languageHref }: Props) {
  return (
    <nav aria-label={translator(locale)('family.languages')}>
      <ul className="langs">
        {LOCALES.map((other) => (
          <li key={other}>
            {other === locale ? (
              <b lang={other} aria-current="true">
                {LOCALE_NAMES[other]}
              </b>
            ) : (
              <a lang={other} hrefLang={other} dir={directionOf(other)} href={languageHref(other)}>
                {LOCALE_NAMES[other]}
              </a>
            )}
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Help({ locale, phone, hours, signedIn }: Props) {
  const tell = translator(locale)
  return (
    <footer className="help">
      <div className="in">
        {phone === '' ? null : (
          <>
            <h2>{tell('family.help.heading')}</h2>
            <p>
              {tell('family.help.text')}
              {hours ? ` ${hours}` : null}
            </p>
            <a className="tel" href={telHref(phone)} dir="ltr">
              {phone}
            </a>
          </>
        )}
        <p className="why">{tell('family.private')}</p>
        {signedIn ? (
          <Form>
            <button className="out" type="submit" name="intent" value="sign_out">
              {tell('family.signOut')}
            </button>
          </Form>
        ) : null}
      </div>
    </footer>
  )
}
