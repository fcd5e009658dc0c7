import type { Location, Navigation } from '@remix-run/react'

type Shown = { readonly location: Location; readonly navigation: Navigation }
type Address = Pick<Location, 'pathname' | 'search'>

/**
 * Whether a step in the browser's history stays in the page that is shown, and in no way to another one:
 * a link to a place in it (`#…`) was followed, or one goes back over such a link.
 */
export function isWithinPage({ location, navigation }: Shown, now: Address): boolean {
  return isSame(location, now) && isSame(navigation.location ?? location, now)
}

function isSame(one: Address, other: Address): boolean {
  return one.pathname === other.pathname && one.search === other.search
}

/**
 * Leaves what happens within a page to the browser, which scrolls there and moves the focus. The router
 * takes it for a navigation and forgets what the action answered: the question which of two values holds
 * would vanish from the form and the other's value be overwritten unasked, and numbers that are looked at
 * before they are saved would be lost. To be called before the router begins to listen.
 */
export function keepWithinPage(): void {
  const leaveToBrowser = (event: PopStateEvent) => {
    // no router yet: a place was jumped to before the page came alive
    const router = window.__remixRouter as typeof window.__remixRouter | undefined
    if (router && isWithinPage(router.state, window.location)) event.stopImmediatePropagation()
  }
  window.addEventListener('popstate', leaveToBrowser, { capture: true })
}
