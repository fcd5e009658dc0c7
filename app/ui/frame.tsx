import { Link } from '@remix-run/react'
import { type ReactNode, useId } from 'react'
import { Form } from './form/form.tsx'

/** A link of the head or foot. */
export type FrameLink = {
  readonly label: string
  readonly href: string
  readonly current?: boolean | undefined
  /** What is new for the person there; said after the label. */
  readonly unread?: number | undefined
}

type FrameProps = {
  /** "Kommunales Integrationszentrum Kreis Düren"; the product's name where nobody is signed in. */
  readonly centre: string
  readonly nav: readonly FrameLink[]
  /** Who is signed in, and as what ("KI-Beratung · Kreis Düren"); null before signing in. */
  readonly who: { readonly name: string; readonly role: string } | null
  readonly homeHref: string
  /** Where the sign-out form is sent; null before signing in. */
  readonly signOutTo: string | null
  /** The switch between several roles, if the account has them. */
  readonly roleSwitch?: ReactNode
  /** True: an evaluation with invented data whose key lies beside the data. */
  readonly evaluation: boolean
  readonly footer?: readonly FrameLink[] | undefined
  readonly children: ReactNode
}

/** The frame of every staff page: skip link, head, main content, foot. */
export function StaffFrame(props: FrameProps) {
  return (
    <div className="m-app">
      <a className="m-skip" href="#inhalt">
        Zum Inhalt springen
      </a>
      <ClockPatterns />
      <header className="m-head">
        {props.evaluation ? <EvaluationBanner /> : null}
        <div className="kern-kopfzeile">
          <div className="m-wrap kern-kopfzeile__content">
            <span className="kern-kopfzeile__label">{props.centre}</span>
          </div>
        </div>
        <div className="m-wrap m-head__in">
          <Link className="m-brand" to={props.homeHref}>
            Einstieg
          </Link>
          {props.nav.length === 0 ? null : (
            <nav className="m-nav" aria-label="Hauptmenü">
              <NavList links={props.nav} />
            </nav>
          )}
          <Who {...props} />
          <Menu {...props} />
        </div>
      </header>
      <main className="m-wrap m-main" id="inhalt" tabIndex={-1}>
        {props.children}
      </main>
      <Foot links={props.footer ?? []} />
    </div>
  )
}

/** Says on every page of an evaluation what it is, and where its key lies. */
function EvaluationBanner() {
  return (
    <div className="m-evaluation">
      <div className="m-wrap">
        <p>
          <b>Probebetrieb mit erfundenen Daten.</b> Der Schlüssel liegt bei den Daten (
          <code>DATA_DIR/keys/kek</code>): Bitte tragen Sie keine echten Kinder ein.
        </p>
      </div>
    </div>
  )
}

/** The hatch of overrun clocks, once per page; every clock bar refers to it. */
function ClockPatterns() {
  return (
    <svg className="m-defs" aria-hidden="true" focusable="false">
      <defs>
        <pattern
          id="hatch"
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect className="c-hatch-ground" width="5" height="5" />
          <rect className="c-hatch-line" width="2.5" height="5" />
        </pattern>
      </defs>
    </svg>
  )
}

function NavList({ links }: { readonly links: readonly FrameLink[] }) {
  return (
    <ul>
      {links.map((link) => (
        <li key={link.href}>
          <Link to={link.href} aria-current={link.current ? 'page' : undefined}>
            {link.label}
            {link.unread ? ` (${link.unread} neu)` : null}
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Who({ who, signOutTo, roleSwitch }: FrameProps) {
  if (who === null) return null
  return (
    <div className="m-me">
      <Link to="/konto">{who.name}</Link>
      {signOutTo === null ? null : (
        <>
          {' · '}
          <SignOut to={signOutTo} />
        </>
      )}
      <br />
      {who.role}
      {roleSwitch}
    </div>
  )
}

/** The same links for narrow screens, folded, without script. */
function Menu({ nav, who, signOutTo, roleSwitch }: FrameProps) {
  if (nav.length === 0 && who === null) return null
  return (
    <details className="m-menu">
      <summary>Menü</summary>
      <nav aria-label="Hauptmenü">
        <NavList links={nav} />
      </nav>
      {who === null ? null : (
        <div className="m-menu__who">
          <p className="m-muted">
            <Link to="/konto">{who.name}</Link>, {who.role}
          </p>
          {roleSwitch}
          {signOutTo === null ? null : <SignOut to={signOutTo} />}
        </div>
      )}
    </details>
  )
}

function SignOut({ to }: { readonly to: string }) {
  return (
    <Form action={to} className="m-inline">
      <button type="submit" className="m-linkbtn">
        Abmelden
      </button>
    </Form>
  )
}

function Foot({ links }: { readonly links: readonly FrameLink[] }) {
  return (
    <footer className="m-foot">
      <div className="m-wrap">
        <ul>
          {links.map((link) => (
            <li key={link.href}>
              <Link to={link.href}>{link.label}</Link>
            </li>
          ))}
          <li>Jeder Blick in eine Akte wird protokolliert.</li>
        </ul>
      </div>
    </footer>
  )
}

type TitleProps = {
  readonly title: ReactNode
  readonly sub?: ReactNode
  /** A button or a fact at the end of the line. */
  readonly side?: ReactNode
}

/** The page's one h1, with a line of facts under it. */
export function PageTitle({ title, sub, side }: TitleProps) {
  return (
    <div className="m-title">
      <div>
        <h1>{title}</h1>
        {sub ? <p>{sub}</p> : null}
      </div>
      {side}
    </div>
  )
}

/** The way back, above the title. */
export function Crumb({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  return (
    <nav className="m-crumb" aria-label="Sie sind hier">
      <Link to={href}>{children}</Link>
    </nav>
  )
}

/** The parts of a case: links, no script. */
export function Tabs({
  label,
  links,
}: {
  readonly label: string
  readonly links: readonly FrameLink[]
}) {
  return (
    <nav aria-label={label}>
      <ul className="m-tabs">
        {links.map((link) => (
          <li key={link.href}>
            <Link to={link.href} aria-current={link.current ? 'page' : undefined}>
              {link.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

type SectionProps = {
  readonly title: string
  /** Where a link within the page leads. */
  readonly id?: string | undefined
  /** A link or fact at the end of the heading's line. */
  readonly side?: ReactNode
  readonly prose?: boolean | undefined
  readonly children: ReactNode
}

/** A part of a page with its h2; 32 px from the one before. */
export function Section({ title, side, prose, children, ...props }: SectionProps) {
  const own = useId()
  const id = props.id ?? own
  return (
    <section className={prose ? 'm-sect m-prose' : 'm-sect'} aria-labelledby={id}>
      <div className="m-sect__h">
        <h2 id={id}>{title}</h2>
        {side}
      </div>
      {children}
    </section>
  )
}

/** Main content beside an aside of context (22 rem); one under the other when narrow. */
export function TwoColumns({
  main,
  aside,
}: {
  readonly main: ReactNode
  readonly aside: ReactNode
}) {
  return (
    <div className="m-two">
      <div>{main}</div>
      <div className="m-aside">{aside}</div>
    </div>
  )
}
