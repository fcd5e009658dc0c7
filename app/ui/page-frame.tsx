import { Link, useLocation } from '@remix-run/react'
import type { ReactNode } from 'react'
import type { StaffRole } from '#app/policy/roles.ts'
import { ROLE_WORDS } from './account/role-words.ts'
import { StaffFrame } from './frame.tsx'
import { Notice } from './notice.tsx'

type Props = {
  /** Null where even the frame could not be loaded: an error page stands alone then. */
  readonly frame: {
    readonly centre: string
    readonly nav: readonly {
      readonly label: string
      readonly href: string
      readonly unread?: number
    }[]
    readonly who: { readonly name: string; readonly roles: readonly StaffRole[] } | null
    readonly homeHref: string
    readonly homes: readonly { readonly label: string; readonly href: string }[]
    readonly isEvaluation: boolean
    readonly hasNews: boolean
  } | null
  readonly children: ReactNode
}

/** The staff frame around a page, with the menu's present place marked. */
export function PageFrame({ frame, children }: Props) {
  const { pathname } = useLocation()
  const links = frame?.nav ?? []
  const here = placeOf(pathname, links)
  const nav = links.map((link) => ({ ...link, current: link === here }))
  return (
    <StaffFrame
      centre={frame?.centre ?? 'Einstieg'}
      nav={nav}
      who={frame?.who ? { name: frame.who.name, role: wordsFor(frame.who.roles) } : null}
      homeHref={frame?.homeHref ?? '/'}
      signOutTo={frame?.who ? '/abmelden' : null}
      evaluation={frame?.isEvaluation ?? false}
      roleSwitch={frame && frame.homes.length > 0 ? <Homes homes={frame.homes} /> : null}
    >
      {frame?.hasNews && pathname !== '/konto' ? <News /> : null}
      {children}
    </StaffFrame>
  )
}

/** The link one is at or below; of several the longest, because `/schulen/eigene` lies below `/schulen`. */
function placeOf<L extends { readonly href: string }>(
  pathname: string,
  links: readonly L[],
): L | undefined {
  return links
    .filter(({ href }) => pathname === href || pathname.startsWith(`${href}/`))
    .toSorted((a, b) => b.href.length - a.href.length)[0]
}

/** Stands on every page until the person has read it: an account is not changed unnoticed. */
function News() {
  return (
    <Notice kind="warning" title="An Ihrem Konto wurde etwas geändert.">
      <p>
        <Link to="/konto">Ansehen, was geschah</Link>
      </p>
    </Notice>
  )
}

function Homes({
  homes,
}: {
  readonly homes: readonly { readonly label: string; readonly href: string }[]
}) {
  return (
    <span className="m-homes">
      {homes.map(({ label, href }) => (
        <a key={href} href={href}>
          {label}
        </a>
      ))}
    </span>
  )
}

function wordsFor(roles: readonly StaffRole[]): string {
  return roles.map((role) => ROLE_WORDS[role]).join(', ')
}
