import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { officialList } from '#tests/domain/school/official-lists.ts'
import { launchBrowser, type TestBrowser } from '#tests/setup/chromium.ts'
import { chromiumPresent, sharedData, sharedDataPresent } from '#tests/setup/paths.ts'
import { freePort, startServer, type TestServer } from '#tests/setup/server.ts'
import { chooseRole, invite, openAccounts } from './support/accounts.ts'
import { appoint } from './support/appointment.ts'
import { today } from './support/days.ts'
import { visitor } from './support/demo.ts'
import { familyReads, openFamilyPage, printSlip } from './support/family.ts'
import { choose, fillIn, follow, press, reads, textOf } from './support/forms.ts'
import { inOrder } from './support/in-order.ts'
import { counsel } from './support/interview.ts'
import {
  assign,
  confirmAdmission,
  confirmFirstDay,
  openAtSchool,
  openProposal,
  proposeFirst,
  readSuggestions,
  type Suggested,
} from './support/placement.ts'
import { register } from './support/registration.ts'
import { acceptInvitation, fillInInvitation } from './support/sign-in.ts'
import { ki, type Terminal } from './support/terminal.ts'
import { lookAt } from './sweep/look.ts'

type Imported = { readonly read: number; readonly new: number }
type Listed = { readonly number: string; readonly name: string; readonly form: string }

const KREIS = '05358'
const GESAMTSCHULE = '15'
const PASSWORD = 'rur eifel indeland 2026'
const CHILD = 'Dariia Honcharuk'
const PHONE = '02421 22-1045'

describe.skipIf(!chromiumPresent || !sharedDataPresent)(
  'the main job at a real school of Kreis Düren (needs Chromium and the official school list)',
  () => {
    let terminal: Terminal
    let server: TestServer
    let browser: TestBrowser
    let visit: (options?: { readonly width: number }) => Promise<Page>
    let operatorLink: string
    let imported: Imported
    let school: Listed
    let elsewhere: Listed
    let lead: Page
    let counsellor: Page
    let authority: Page
    let atSchool: Page
    let owner: Page
    let address: string

    /** A window of somebody new: the link is opened, the password chosen. */
    const comeIn = async (link: string) => {
      const page = await visit()
      await acceptInvitation(page, link, PASSWORD)
      return page
    }

    inOrder()
    beforeAll(async () => {
      const dataDir = await mkdtemp(join(tmpdir(), 'einstieg-dueren-'))
      terminal = { dataDir, port: await freePort() }
      await ki(
        terminal,
        'centres',
        'add',
        ...['--name', 'KI Kreis Düren', '--code', 'DN', '--area', KREIS],
      )
      const account = await ki<{ readonly link: string }>(
        terminal,
        'operators',
        'add',
        ...['--email', 'betrieb@kreis.example', '--name', 'Rolf Steinke'],
      )
      operatorLink = account.link
      imported = await ki<Imported>(
        terminal,
        'schools',
        'import',
        sharedData('schulen', 'schuldaten.csv'),
      )
      const schools = await ki<readonly Listed[]>(terminal, 'schools', 'list', '--area', KREIS)
      const fitting = schools.filter(({ form }) => form === GESAMTSCHULE)
      school = fitting.find(({ name }) => name.startsWith('Düren, ')) as Listed
      elsewhere = fitting.find(({ name }) => !name.startsWith('Düren, ')) as Listed
      server = await startServer(terminal)
      browser = await launchBrowser()
      visit = visitor(browser, server)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.stop()
      await rm(terminal.dataDir, { recursive: true, force: true })
    })

    test('the terminal has made centre and operator and read the list; there is no demo', () => {
      expect(imported).toMatchObject({ read: 5639, new: 5441 })
      expect(school.number).toMatch(/^\d{6}$/)
      expect(server.stdout()).not.toContain('demo.example')
    })

    test('the operator opens the link, chooses a password, and invites the lead', async () => {
      const operator = await comeIn(operatorLink)
      await openAccounts(operator, 'Leitungen')
      const link = await invite(operator, { name: 'Gisela Raths', email: 'leitung@kreis.example' })
      lead = await comeIn(link)
      await expectUsed(await visit(), link)
    })

    test('the lead enters the telephone number that stands on the slip', async () => {
      await lead.goto('/verwaltung/zentrum')
      await fillIn(lead, { Telefon: PHONE })
      await press(lead, 'Einstellungen speichern')
      await reads(lead, 'Die Einstellungen gelten ab jetzt.')
    })

    test('the lead invites counsellor, authority, the school and the owner of the town’s schools', async () => {
      const inviteAs = async (role: string, invitee: Parameters<typeof invite>[1]) => {
        await openAccounts(lead, 'Konten')
        await chooseRole(lead, role)
        return comeIn(await invite(lead, invitee))
      }
      counsellor = await inviteAs('KI-Beratung', {
        name: 'Nadine Kessel',
        email: 'beratung@kreis.example',
      })
      authority = await inviteAs('Schulaufsicht', {
        name: 'Bernd Olligs',
        email: 'schulamt@kreis.example',
      })
      atSchool = await inviteAs('Schule', {
        name: 'Sekretariat',
        email: 'schule@kreis.example',
        scope: { Schulnummer: school.number },
      })
      await reads(atSchool, school.name)
      const carried = officialList(2026).schools.find(({ number }) => number === school.number)
      owner = await inviteAs('Schulträger', {
        name: 'Schulverwaltungsamt',
        email: 'traeger@kreis.example',
        scope: { Trägernummer: carried?.ownerNumber ?? '' },
      })
    })

    test('the counsellor registers a child in 52349 Düren and counsels the family', async () => {
      address = await register(counsellor, {
        texts: {
          Vornamen: 'Dariia',
          Nachname: 'Honcharuk',
          'Vornamen in der Schrift der Familie': 'Дарія',
          'Nachname in der Schrift der Familie': 'Гончарук',
          Tag: '9',
          Monat: '4',
          Jahr: String(new Date().getFullYear() - 12),
          'Straße und Hausnummer': 'Bismarckstraße 16',
          Postleitzahl: '52349',
          Ort: 'Düren',
          Telefon: '030 23125-177',
        },
        choices: { 'Sprache der Familie': 'Ukrainisch – українська', Gemeinde: 'Düren' },
        guardian: { name: 'Nataliia Honcharuk', role: 'Mutter' },
        sex: 'weiblich',
      })
      await appoint(counsellor, address, 'Kreishaus, Raum 214')
      await counsel(counsellor, address, {
        german: 'A1',
        latinScript: 'ja',
        schooling: { country: 'Ukraine', from: '2020', to: '2026', years: '6' },
        form: 'Gesamtschule',
        grade: '7',
        reason: 'Durchgehend beschult, lernt rasch.',
      })
    })

    test('the owner of the Grundschulen there reads that the child is without a place', async () => {
      await owner.goto('/schulen/ohne-platz')
      await reads(owner, CHILD)
      expect(await textOf(owner)).toMatch(
        /wartet auf einen Platz.*02421 22-1045|02421 22-1045.*wartet auf einen Platz/s,
      )
    })

    test('no school has reported seats yet: it can be rung up, not proposed', async () => {
      expect(await readSuggestions(counsellor, address)).toEqual([])
      await counsellor.getByText(/noch keine Plätze gemeldet$/).click()
      expect(await textOf(counsellor)).toMatch(new RegExp(`${school.name}.*\\s0\\d+`))
    })

    test('the school enters its seats and is suggested from then on, with the estimated way', async () => {
      await enterSeats(atSchool, '4')
      await follow(atSchool, 'Beschlüsse und ihre Gründe')
      // unfolded by the way there: nobody has to look for it
      await reads(atSchool, /eingetragen von Sekretariat am/)

      const suggested = await readSuggestions(counsellor, address)
      expect(suggested.map(({ number }) => number)).toEqual([school.number])
      expect(suggested[0]?.text).toContain('4 von 4 frei')
      await reads(counsellor, 'ab Mitte 52349')
    })

    test('the counsellor enters the seats of a school without an account, in its name', async () => {
      await counsellor.goto(`${address}/vorschlaege`)
      await counsellor.getByText(/noch keine Plätze gemeldet$/).click()
      await follow(
        counsellor.getByRole('listitem').filter({ hasText: elsewhere.name }),
        'Plätze eintragen',
      )
      await enterSeats(counsellor, '2')
      await counsellor.getByText('Beschlüsse und ihre Gründe').click()
      await reads(counsellor, /schriftlich angegeben, eingetragen von Nadine Kessel am/)
      const suggested = await readSuggestions(counsellor, address)
      expect(suggested.map(({ number }) => number)).toEqual([school.number, elsewhere.number])
      expect(suggested[1]?.text).toContain('2 von 2 frei')
    })

    test('the authority sees them on a map with the real borders, each step hatched in its own way', async () => {
      const open = () => authority.goto('/schulamt/plaetze?art=foerderplaetze')
      expect(await lookAt(authority, { picture: 'echte-grenzen', open })).toEqual([])
      const areas = authority.getByRole('navigation', { name: 'Karte' }).getByRole('link')
      expect(await areas.count()).toBe(15)
      const fillOf = (town: string) =>
        areas
          .filter({ hasText: `${town}:` })
          .locator('path')
          .evaluate((path) => getComputedStyle(path).fill)
      const elsewhereTown = elsewhere.name.split(',')[0] ?? ''
      expect([await fillOf('Düren'), await fillOf(elsewhereTown)]).toEqual([
        expect.stringContaining('#map-2'),
        expect.stringContaining('#map-1'),
      ])
      // a circle would be a Gemeinde without its border
      expect(await authority.locator('.m-map nav a circle').count()).toBe(0)
    })

    test('proposed, assigned, admitted, at school, and the family knows where', async () => {
      const [first] = await readSuggestions(counsellor, address)
      await proposeFirst(counsellor, first as Suggested)
      await openProposal(authority, CHILD)
      await assign(authority)
      await owner.goto('/schulen/ohne-platz')
      await reads(owner, 'Zurzeit ist kein Kind im schulpflichtigen Alter ohne Schulplatz.')
      await openAtSchool(atSchool, 'Aufnahme bestätigen', CHILD)
      await confirmAdmission(atSchool, today())
      await openAtSchool(atSchool, 'Ersten Schultag bestätigen', CHILD)
      await confirmFirstDay(atSchool)

      await counsellor.goto(address)
      await reads(counsellor, `Erster Schultag: ${school.name}`)
      const family = await visit({ width: 320 })
      await openFamilyPage(family, await printSlip(counsellor, address))
      const { text } = await familyReads(family, 'de')
      expect(text).toContain('Schritt 5 von 5')
      expect(text).toContain(PHONE)
      expect(text).toMatch(/5235\d Düren/)
      expect(text).toContain(school.name)
    })
  },
)

/** A one-time link is good once. */
async function expectUsed(page: Page, link: string): Promise<void> {
  await fillInInvitation(page, link, PASSWORD)
  await page.getByRole('alert').waitFor()
  expect(new URL(page.url()).pathname).toBe('/einladung')
}

/** Reports support places for the grades 5 to 10. */
async function enterSeats(page: Page, seats: string): Promise<void> {
  await choose(page, { 'Von Klasse': '5', 'Bis Klasse': '10', Grund: 'Lehrkräfte' })
  await fillIn(page, { 'Zahl der Plätze': seats })
  await press(page, 'Plätze eintragen')
}
