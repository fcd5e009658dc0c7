import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEMO_PASSWORD } from '#app/cli/demo/sign-ins.ts'
import { chromiumPresent } from '#tests/setup/paths.ts'
import { type Demo, openDemo } from './support/demo.ts'
import { arrives, fillIn, follow, press, reads } from './support/forms.ts'
import { signIn } from './support/sign-in.ts'
import { lookAt } from './sweep/look.ts'

const ME = { email: 'beratung@demo.example', password: DEMO_PASSWORD }
const LONG = 240_000

describe.skipIf(!chromiumPresent)('the second step (needs Chromium)', () => {
  let demo: Demo
  let home: string
  beforeAll(async () => {
    demo = await openDemo()
    // a passkey knows names, not numbers
    home = `http://localhost:${demo.server.port}`
  }, LONG)
  afterAll(() => demo?.end())

  test('is set up by app and passkey, and then asked for; a recovery code works without a script', {
    timeout: LONG,
  }, async () => {
    const page = await demo.visit({ baseURL: home })
    const complaints = listenTo(page)
    const device = await withDevice(page)
    await signIn(page, ME)

    await page.goto('/konto')
    await follow(page, 'Einrichten')
    await arrives(page, 'Anmeldung in zwei Schritten')
    await press(page, 'Einrichten')
    await reads(page, 'noch einmal zeigen, dass Sie es sind')
    await follow(page, 'Jetzt bestätigen')
    await arrives(page, 'Bitte bestätigen Sie, dass Sie es sind')
    await fillIn(page, { Passwort: DEMO_PASSWORD })
    await press(page, 'Bestätigen')
    await arrives(page, 'Anmeldung in zwei Schritten')
    await press(page, 'Einrichten')
    await page.getByAltText('QR-Code für Ihre App').waitFor()
    expect(await look(page, 'set-up')).toEqual([])

    const secret = (await page.locator('main code').innerText()).replaceAll(' ', '')
    await fillIn(page, { 'Code aus Ihrer App': codeOf(secret) })
    await press(page, 'Einrichtung abschließen')
    await reads(page, 'Passwort und einem zweiten Schritt')
    await press(page, 'Codes erzeugen und anzeigen')
    await reads(page, 'Ihre zehn Wiederherstellungscodes')
    const codes = await page.locator('.m-codes code').allInnerTexts()
    expect(codes).toHaveLength(10)

    await page.goto('/konto/passkeys')
    await fillIn(page, { 'Name des Passkeys': 'Laptop im Büro' })
    await press(page, 'Passkey anlegen')
    await reads(page, 'Passkey „Laptop im Büro“')
    expect(await look(page, 'factors')).toEqual([])
    await page.goto('/konto')
    await reads(page, 'Was an Ihrem Konto geschah')
    expect(await look(page, 'own-account')).toEqual([])

    await page.context().clearCookies()
    await signIn(page, ME)
    await arrives(page, 'Anmeldung bestätigen')
    expect(await look(page, 'second-step')).toEqual([])
    await page.getByRole('button', { name: 'Mit Passkey bestätigen' }).click()
    await arrives(page, 'Arbeitsliste')
    await reads(page, 'An Ihrem Konto wurde etwas geändert.')
    await device.refuse()
    await page.goto('/konto/bestaetigen?zurueck=%2Ffaelle')
    await page.getByRole('button', { name: 'Mit Passkey bestätigen' }).click()
    await reads(page, 'Der Browser hat keinen Passkey geliefert.')
    expect(complaints).toEqual([])

    const plain = await demo.visit({ baseURL: home, javaScriptEnabled: false })
    await signIn(plain, ME)
    await reads(plain, 'Dafür muss JavaScript eingeschaltet sein.')
    await fillIn(plain, { Wiederherstellungscode: codes[4] ?? '' })
    await press(plain, 'Mit diesem Code bestätigen')
    await arrives(plain, 'Arbeitsliste')
  })
})

function codeOf(secret: string): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate()
}

function look(page: Page, name: string): Promise<readonly string[]> {
  return lookAt(page, { picture: `second-step/${name}`, open: async () => undefined })
}

/** Errors of the page, and whatever the content security policy refused. */
function listenTo(page: Page): readonly string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text())
  })
  return complaints
}

/** A device of the browser's own making that verifies its person, until told otherwise. */
async function withDevice(page: Page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  const refuse = () =>
    cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  return { refuse }
}
