import type { Page } from 'playwright-core'
import { arrives, fillIn, follow, press } from './forms.ts'

/** Somebody to be invited; `scope` are the fields a role needs beside name and address. */
export type Invitee = {
  readonly name: string
  readonly email: string
  readonly scope?: Readonly<Record<string, string>>
}

/** Goes to the accounts, from the menu or the page of the operator. */
export async function openAccounts(page: Page, heading: 'Konten' | 'Leitungen'): Promise<void> {
  await page.goto('/verwaltung/konten')
  await arrives(page, heading)
}

/** Invites somebody from the accounts page and reads the one-time link, which is shown once. */
export async function invite(page: Page, { name, email, scope = {} }: Invitee): Promise<string> {
  await fillIn(page, { Name: name, 'E-Mail-Adresse': email, ...scope })
  await press(page, 'Einladen und Link zeigen')
  await page.getByRole('heading', { name: `Link für ${name}` }).waitFor()
  return page.getByText(/\/einladung#/).innerText()
}

/** Chooses whom to invite; the operator has no choice. */
export function chooseRole(page: Page, role: string): Promise<void> {
  return follow(page, `${role} einladen`)
}
