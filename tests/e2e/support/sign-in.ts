import type { Page } from 'playwright-core'
import { arrives, fillIn, press } from './forms.ts'

type Account = { readonly email: string; readonly password: string }

/** Signs somebody in at the door and waits for their first page. */
export async function signIn(page: Page, { email, password }: Account): Promise<void> {
  await page.goto('/anmelden')
  await fillIn(page, { 'E-Mail-Adresse': email, Passwort: password })
  await press(page, 'Anmelden')
  await page.waitForURL((url) => url.pathname !== '/anmelden')
}

/** Opens a one-time link, chooses a password, and is signed in. */
export async function acceptInvitation(page: Page, link: string, password: string): Promise<void> {
  await fillInInvitation(page, link, password)
  await page.waitForURL((url) => url.pathname !== '/einladung')
}

/** Opens a one-time link and sends a password. */
export async function fillInInvitation(page: Page, link: string, password: string): Promise<void> {
  await page.goto(link)
  await arrives(page, 'Passwort festlegen')
  // the code goes from the address into its field
  await page.waitForURL((url) => url.hash === '')
  await fillIn(page, { 'Neues Passwort': password, 'Neues Passwort noch einmal': password })
  await press(page, 'Passwort speichern')
}
