import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { meetingDay } from '#tests/setup/meeting-day.ts'
import { chromiumPresent } from '#tests/setup/paths.ts'
import { today } from './support/days.ts'
import { type Demo, openDemo } from './support/demo.ts'
import {
  arrives,
  choose,
  field,
  fillIn,
  follow,
  pick,
  press,
  reads,
  textOf,
} from './support/forms.ts'
import { inOrder } from './support/in-order.ts'
import { goTo } from './support/keys.ts'
import { register } from './support/registration.ts'
import { lookAt } from './sweep/look.ts'

const BROTHERS = ['Danylo', 'Maksym'] as const
const TAKE = /^Meine Eingabe übernehmen/
const KEEP = /^Gespeicherten Wert behalten/
const DESK = 'Zu entscheiden'

describe.skipIf(!chromiumPresent)('two people at one form (needs Chromium)', () => {
  let demo: Demo
  let first: Page
  const addresses = new Map<string, string>()

  inOrder()
  beforeAll(async () => {
    demo = await openDemo()
    first = await demo.as('beratung')
    for (const [index, name] of BROTHERS.entries()) {
      const address = await register(first, {
        texts: {
          ...{ Vornamen: name, Nachname: ['Hryzenko', 'Palamartschuk'][index] ?? '' },
          ...{ Tag: '4', Monat: String(index + 2), Jahr: String(new Date().getFullYear() - 12) },
          Telefon: `030 23125-18${index}`,
        },
        choices: { 'Sprache der Familie': 'Ukrainisch – українська', Gemeinde: 'Altenrode' },
        guardian: { name: `Halyna ${name}`, role: 'Mutter' },
        sex: 'männlich',
      })
      addresses.set(name, address)
    }
  })
  afterAll(() => demo?.end())

  describe.each([
    { how: 'with JavaScript', javaScriptEnabled: true, child: BROTHERS[0] },
    { how: 'without JavaScript, 320 px wide', javaScriptEnabled: false, child: BROTHERS[1] },
  ])('$how', ({ javaScriptEnabled, child }) => {
    let second: Page
    const open = async (page: Page) => {
      await page.goto(`${addresses.get(child)}/beratung?thema=empfehlung`)
      await arrives(page, 'Beratungsbogen: Empfehlung')
    }

    beforeAll(async () => {
      second = await demo.as('beratung2', { javaScriptEnabled, width: 320 })
    })

    test('both versions of what both changed stand there, and of the rest what either changed', async () => {
      await open(first)
      await open(second)
      await choose(first, { Schulform: 'Realschule', Klasse: '6' })
      await fillIn(first, { Begründung: 'Rechnet gern.' })
      await press(first, 'Speichern und weiter')
      await arrives(first, 'Beratungsbogen: Prüfen und abschließen')

      await fillIn(second, { Begründung: 'Liest viel.' })
      await press(second, 'Speichern und weiter')
      await reads(second, 'Jemand anderes hat inzwischen dasselbe geändert.')
      const choice = second.getByRole('group', { name: 'Begründung' })
      expect(await choice.innerText()).toContain('Jetzt gespeichert: Rechnet gern.')
      expect(await choice.innerText()).toContain('Ihre Eingabe: Liest viel.')
      expect(await second.getByRole('radio').count()).toBe(2)
      // what only the other one chose stands in the form
      expect(await field(second, 'Klasse').inputValue()).toBe('6')
      expect(await field(second, 'Begründung').inputValue()).toBe('Liest viel.')
    })

    test('it is in order to look at, and without a choice nothing is saved', async () => {
      const picture = `zwei-personen-${javaScriptEnabled ? 'mit' : 'ohne'}-skript`
      if (javaScriptEnabled) {
        // the answer that says so is a 409, which a browser writes down
        const found = await lookAt(second, { picture, open: async () => undefined })
        expect(found.filter((finding) => !finding.includes('409'))).toEqual([])
      } else await second.screenshot({ path: `test-results/${picture}.png`, fullPage: true })
      await press(second, 'Speichern und weiter')
      await reads(second, 'Begründung: Bitte wählen.')
      await first.goto(`${addresses.get(child)}/beratung?thema=pruefen`)
      expect(await textOf(first)).toContain('Rechnet gern.')
    })

    test('what was chosen is saved, beside what the other one changed', async () => {
      const choice = second.getByRole('group', { name: 'Begründung' })
      await choice.getByRole('radio', { name: TAKE }).check()
      await press(second, 'Speichern und weiter')
      await arrives(second, 'Beratungsbogen: Prüfen und abschließen')
      const answers = await textOf(second)
      expect(answers).toContain('Liest viel.')
      expect(answers).toContain('Realschule')
      expect(answers).not.toContain('Rechnet gern.')
    })
  })

  describe.each([
    {
      how: 'with JavaScript',
      javaScriptEnabled: true,
      child: BROTHERS[0],
      pupil: 'Kalina Petrova',
    },
    {
      how: 'without JavaScript',
      javaScriptEnabled: false,
      child: BROTHERS[1],
      pupil: 'Kerem Öztürk',
    },
  ])('$how', ({ javaScriptEnabled, child, pupil }) => {
    test('an appointment: the day of the one, the room of the other', async () => {
      const second = await demo.as('beratung2', { javaScriptEnabled, width: 320 })
      for (const page of [first, second]) {
        await page.goto(`${addresses.get(child)}/termin`)
        await arrives(page, 'Termin')
      }
      const day = meetingDay(today(), 2)
      await fillIn(first, { Tag: day, Uhrzeit: '09:15', 'Ort oder Raum': 'Kreishaus, Raum 214' })
      await press(first, 'Termin vereinbaren')
      await reads(first, 'Der Termin ist am')

      await fillIn(second, { Tag: day, Uhrzeit: '11:45', 'Ort oder Raum': 'Rathaus, Raum 3' })
      await press(second, 'Termin vereinbaren')
      const of = (name: string) => second.getByRole('group', { name, exact: true })
      await of('Tag und Uhrzeit')
        .getByText(/09:15 Uhr/)
        .waitFor()
      expect(await of('Tag und Uhrzeit').innerText()).toContain('11:45 Uhr')
      await of('Tag und Uhrzeit').getByRole('radio', { name: KEEP }).check()
      await of('Wo').getByRole('radio', { name: TAKE }).check()
      await press(second, 'Termin verlegen')
      await reads(second, 'Der Termin ist am')
      await second.goto(`${addresses.get(child)}/termin`)
      const words = await textOf(second)
      expect(words).toContain('09:15')
      expect(words).not.toContain('11:45')
      expect(words).toContain('Rathaus, Raum 3')
    })

    test('the class of a child: both names stand there, and one is chosen', async () => {
      const office = await demo.as('schule2')
      const other = await demo.as('schule2', { javaScriptEnabled, width: 320 })
      for (const page of [office, other]) {
        await page.goto('/schultisch')
        await follow(page, new RegExp(`^${pupil}`))
        await arrives(page, pupil)
      }
      const address = other.url()
      const name = (page: Page) => page.getByRole('textbox', { name: 'Klasse', exact: true })
      await name(office).fill('7x')
      await press(office, 'Klasse speichern')
      await arrives(office, 'Schultisch')

      await name(other).fill('7y')
      await pick(other, 'Klassenart', 'Regelklasse (RK)')
      await press(other, 'Klasse speichern')
      const group = other.getByRole('group', { name: 'Klasse', exact: true })
      await group.getByText('7x').waitFor()
      expect(await group.innerText()).toContain('Ihre Eingabe: 7y')
      await group.getByRole('radio', { name: KEEP }).check()
      await press(other, 'Klasse speichern')
      await arrives(other, 'Schultisch')
      await other.goto(address)
      expect(await name(other).inputValue()).toBe('7x')
      expect(await other.getByRole('radio', { name: 'Regelklasse (RK)' }).isChecked()).toBe(true)
    })
  })

  describe('two forms of one page, of which one is sent', () => {
    const START = 'Ersten Schultag bestätigen'
    const formOf = (page: Page, name: string) => page.getByRole('form', { name, exact: true })
    const nameIn = (page: Page, form: string) => field(formOf(page, form), 'Klasse')

    /** One person names the class, another types a name too and sends the form beside it. */
    async function sendTheOther(pupil: string, javaScriptEnabled: boolean) {
      const office = await demo.as('schule7')
      const other = await demo.as('schule7', { javaScriptEnabled, width: 320 })
      for (const page of [office, other]) {
        await page.goto('/schultisch')
        await follow(page, `${START}: ${pupil}`)
        await arrives(page, pupil)
      }
      const address = other.url()
      await nameIn(office, 'Klasse').fill('1x')
      await press(office, 'Klasse speichern')
      await arrives(office, 'Schultisch')
      await nameIn(other, 'Klasse').fill('1y')
      await fillIn(formOf(other, START), { 'Erster Schultag': today() })
      await press(other, START)
      await reads(other, 'Beides zusammen steht jetzt im Formular.')
      expect(await nameIn(other, START).inputValue()).toBe('1x')
      return { other, address }
    }

    test('with JavaScript the other one keeps its text, and is asked when it is sent', async () => {
      const { other, address } = await sendTheOther('Adam Qasem', true)
      expect(await nameIn(other, 'Klasse').inputValue()).toBe('1y')
      await press(other, 'Klasse speichern')
      const group = other.getByRole('group', { name: 'Klasse', exact: true })
      await group.getByText('Jetzt gespeichert: 1x').waitFor()
      expect(await group.innerText()).toContain('Ihre Eingabe: 1y')
      // the field shows what is chosen
      await group.getByRole('radio', { name: KEEP }).check()
      expect(await nameIn(other, 'Klasse').inputValue()).toBe('1x')
      await group.getByRole('radio', { name: TAKE }).check()
      expect(await nameIn(other, 'Klasse').inputValue()).toBe('1y')
      await press(other, 'Klasse speichern')
      await arrives(other, 'Schultisch')
      await other.goto(address)
      expect(await nameIn(other, 'Klasse').inputValue()).toBe('1y')
    })

    test('without JavaScript the other one shows what is stored', async () => {
      const { other, address } = await sendTheOther('Siwar Qasem', false)
      // no form but the one that is sent carries anything without a script
      expect(await nameIn(other, 'Klasse').inputValue()).toBe('1x')
      await nameIn(other, 'Klasse').fill('1z')
      await press(other, 'Klasse speichern')
      await arrives(other, 'Schultisch')
      await other.goto(address)
      expect(await nameIn(other, 'Klasse').inputValue()).toBe('1z')
    })
  })

  test('the settings of a centre: one keeps what is stored', async () => {
    const lead = await demo.as('leitung')
    const other = await demo.as('leitung', { javaScriptEnabled: false })
    for (const page of [lead, other]) await page.goto('/verwaltung/zentrum')
    await fillIn(lead, { Telefon: '030 23125-111', Adresse: 'Bahnhofstraße 8' })
    await press(lead, 'Einstellungen speichern')
    await reads(lead, 'Die Einstellungen gelten ab jetzt.')
    await fillIn(other, { Telefon: '030 23125-222', 'Ein Vorschlag hält den Platz, in Tagen': '9' })
    await press(other, 'Einstellungen speichern')
    await other.getByRole('group', { name: 'Telefon' }).getByRole('radio', { name: KEEP }).check()
    await press(other, 'Einstellungen speichern')
    await reads(other, 'Die Einstellungen gelten ab jetzt.')
    const shown = (label: string) => field(other, label).inputValue()
    expect(await shown('Telefon')).toBe('030 23125-111')
    expect(await shown('Adresse')).toBe('Bahnhofstraße 8')
    expect(await shown('Ein Vorschlag hält den Platz, in Tagen')).toBe('9')
  })

  test('the seats of a school: each number by itself', async () => {
    const office = await demo.as('schule4')
    const other = await demo.as('schule4', { javaScriptEnabled: false })
    for (const page of [office, other]) await page.goto('/schultisch')
    const cells = (page: Page) => page.locator('input[name$=".seats"][name^="pools."]')
    const raise = async (page: Page, at: number, by: number) => {
      const cell = cells(page).nth(at)
      const seats = Number(await cell.inputValue()) + by
      await cell.fill(String(seats))
      await choose(page, { 'Grund der Änderung': 'Räume' })
      return String(seats)
    }
    const theirs = await raise(office, 0, 1)
    const isAnswered = office.waitForResponse((answer) => answer.request().method() === 'POST')
    await press(office, 'Geänderte Zahlen speichern')
    await isAnswered
    await office.goto('/schultisch')
    expect(await cells(office).nth(0).inputValue()).toBe(theirs)

    const mine = await raise(other, 0, 2)
    await press(other, 'Geänderte Zahlen speichern')
    const group = other.getByRole('group', { name: /beschlossen$/ })
    expect(await group.innerText()).toContain(`Jetzt gespeichert: ${theirs}`)
    expect(await group.innerText()).toContain(`Ihre Eingabe: ${mine}`)
    await other.screenshot({ path: 'test-results/zwei-personen-plaetze.png', fullPage: true })
    await group.getByRole('radio', { name: TAKE }).check()
    await press(other, 'Geänderte Zahlen speichern')
    await other.goto('/schultisch')
    expect(await cells(other).nth(0).inputValue()).toBe(mine)
  })

  describe.each([
    { how: 'with JavaScript', javaScriptEnabled: true },
    { how: 'without JavaScript', javaScriptEnabled: false },
  ])('Enter at the desk of the authority, $how', ({ javaScriptEnabled }) => {
    test('on a box that is ticked assigns nobody', async () => {
      const page = await demo.as('schulamt', { javaScriptEnabled })
      await page.goto('/schulamt')
      const title = page.getByRole('heading', { level: 2, name: new RegExp(`^${DESK}`) })
      const before = await title.innerText()
      const sent: string[] = []
      page.on('request', (request) => {
        if (request.method() === 'POST') sent.push(request.url())
      })
      const box = page.getByRole('checkbox').first()
      await goTo(page, box)
      await page.keyboard.press('Space')
      await page.keyboard.press('Enter')
      // what is sent by Enter is sent at once
      await page.waitForTimeout(500)
      expect(sent).toEqual([])
      expect(await box.isChecked()).toBe(true)
      await page.goto('/schulamt')
      expect(await title.innerText()).toBe(before)
    })
  })
})
