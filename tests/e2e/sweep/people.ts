import type { Page } from 'playwright-core'
import { DEMO_PASSWORD, DEMO_PIN, DEMO_SHORT_CODE } from '#app/cli/demo/sign-ins.ts'
import { sealedWord } from '#tests/promises/search.ts'
import type { TestBrowser } from '#tests/setup/chromium.ts'
import type { TestServer } from '#tests/setup/server.ts'
import { openBrowser, signIn, signInFamily } from '#tests/setup/session.ts'
import { NOBODY } from './site-map.ts'

/** Everybody who looks: one account of each role, a second school, a family, and nobody. */
export const PEOPLE = [
  ...['beratung', 'leitung', 'schulamt', 'schule', 'schule3', 'traeger', 'ehrenamt', 'land'],
  ...['datenschutz', 'betrieb', 'familie', 'niemand'],
] as const

export type PersonKey = (typeof PEOPLE)[number]

/** Somebody of the demo with a tab in a browser context of their own. */
export type Person = {
  readonly key: PersonKey
  readonly tab: Page
  /** A search that finds nobody, sealed for this session. */
  readonly nobody: string
}

/** Opens a tab in which the person is signed in. */
export async function comeIn(
  key: PersonKey,
  browser: TestBrowser,
  server: TestServer,
): Promise<Person> {
  const context = await browser.newContext({ baseURL: server.origin })
  const session = await signInAs(key, server)
  const nobody = (await sealedWord(session, NOBODY)) ?? NOBODY
  await context.addCookies(
    [...session.cookies].map(([name, value]) => ({ name, value, url: server.origin })),
  )
  return { key, tab: await context.newPage(), nobody }
}

function signInAs(key: PersonKey, door: TestServer) {
  if (key === 'niemand') return openBrowser(door)
  if (key === 'familie') return signInFamily(door, DEMO_SHORT_CODE, DEMO_PIN)
  return signIn(door, `${key}@demo.example`, DEMO_PASSWORD)
}
