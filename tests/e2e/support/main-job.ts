import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signInOfSchool } from '#app/cli/demo/sign-ins.ts'
import type { SchoolNumber } from '#app/domain/ids.ts'
import { addMonths } from '#app/domain/time.ts'
import { formatDate } from '#app/i18n/format.ts'
import type { PageOptions } from '#tests/setup/chromium.ts'
import { chromiumPresent } from '#tests/setup/paths.ts'
import { appoint } from './appointment.ts'
import { nextReviewAfter, today } from './days.ts'
import { type Demo, openDemo } from './demo.ts'
import { familyReads, openFamilyPage, printSlip } from './family.ts'
import { arrives, choose, field, fillIn, follow, pick, press, reads, textOf } from './forms.ts'
import { inOrder } from './in-order.ts'
import { counsel } from './interview.ts'
import {
  assignAtDesk,
  confirmAdmission,
  confirmFirstDay,
  decline,
  openAtSchool,
  openProposal,
  proposeFirst,
  proposeOther,
  readSeats,
  readSuggestions,
  type Suggested,
  sayCanAdmit,
  sendBack,
} from './placement.ts'
import { caseAddress, fillInMeldung, type Meldung } from './registration.ts'

/** A child of the demo that the new one resembles. */
const LOOKALIKE = { name: 'Mahmoud Al-Khatib', word: 'الخطيب' }
/** The beginning of many names of the demo, in letters that no address of ours has. */
const BEGINNING = 'م'
const CHILD = 'Mahmud Alkhatib'
const SCRIPT = 'محمود الخطيب'

const DECLINED = {
  code: 'Es gibt keine passende Fördergruppe',
  sentence: 'Die Fördergruppe der oberen Klassen beginnt erst im Februar.',
}
const DEVIATION = { code: 'Wunsch der Familie', sentence: 'Ein Onkel wohnt neben dieser Schule.' }
const SENT_BACK = {
  code: 'Der Schulweg ist zu lang',
  sentence: 'Bitte noch einmal mit der näheren Schule sprechen.',
}

/**
 * The main job in the demo centre: one child from the Meldung to its first review, by everybody who
 * has a part in it, on the way with a school that declines and an authority that sends back. The
 * steps follow one another; each looks at what the others see of it.
 */
export function describeMainJob(title: string, options: PageOptions): void {
  describe.skipIf(!chromiumPresent)(`${title} (needs Chromium)`, () => {
    let demo: Demo
    let counsellor: Page
    let authority: Page
    let family: Page
    let address: string
    /** The first school of the list, and the one that is proposed in between. */
    let school: Suggested
    let other: Suggested
    let atSchool: Page

    inOrder()
    beforeAll(async () => {
      demo = await openDemo(options)
      counsellor = await demo.as('beratung')
      authority = await demo.as('schulamt')
      family = await demo.visit({ width: 320 })
    })
    afterAll(() => demo?.end())

    test('the work list shows what is overdue first, 25 at a time, narrowed by its address', async () => {
      await counsellor.goto('/arbeitsliste?fuer=alle')
      await arrives(counsellor, 'Arbeitsliste')
      const text = await textOf(counsellor)
      expect(text).toMatch(/Überfällig \(\d+\)[\s\S]*Tage über Ziel[\s\S]*1 bis 25 von \d+ Fällen/)
      expect(await counsellor.getByRole('row', { name: /Klasse|offen/ }).count()).toBe(25)

      await counsellor.getByRole('link', { name: /^Schulamt/ }).click()
      await counsellor.waitForURL('**/arbeitsliste?fuer=alle&nur=schulamt')
      await reads(counsellor, 'Vorschlag ansehen')
      const waitingFor = await counsellor.getByRole('row', { name: /Vorschlag ansehen/ }).all()
      expect(waitingFor.length).toBeGreaterThan(0)
    })

    test('a search is narrowed, goes back, and stands in no address', async () => {
      await expectSearchKept(counsellor, BEGINNING)
    })

    test('a counsellor registers a child and is shown first whom it resembles', async () => {
      const born = await birthDateOf(counsellor, LOOKALIKE)
      await fillInMeldung(counsellor, meldung(born))
      await press(counsellor, 'Kind melden')

      await counsellor.getByRole('alert').waitFor()
      const shown = await counsellor.getByRole('alert').innerText()
      expect(shown).toContain(LOOKALIKE.name)
      await expectNotFound(counsellor, demo, CHILD)

      await press(counsellor, 'Nein, es ist ein anderes Kind: trotzdem melden')
      address = await caseAddress(counsellor)
      await arrives(counsellor, `${CHILD} ${SCRIPT}`)
      expect(await textOf(counsellor)).toMatch(/DEM-\d{4}-\d{4}/)
      expect(address).not.toMatch(/DEM-/)
    })

    test('appoints the family, and the family reads when and where', async () => {
      await appoint(counsellor, address, 'Bahnhofstraße 8, Raum 112')
      const slip = await printSlip(counsellor, address)
      expect(slip.code).toMatch(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/)
      expect(slip.pin.replaceAll(/\s/g, '')).toMatch(/^\d{8}$/)
      expect(slip.text).toContain('افتحوا هذا العنوان')

      await openFamilyPage(family, slip)
      const german = await familyReads(family, 'de')
      expect(german.text).toContain('Schritt 2 von 5')
      expect(german.text).toContain('Raum 112')
      expect(german.text).toMatch(/10[:.]30 Uhr/)
      expect(german.direction).toBe('ltr')
    })

    test('records the Beratungsbogen and finishes it', async () => {
      await counsel(counsellor, address, {
        german: 'A1',
        latinScript: 'nein',
        schooling: { country: 'Syrien', from: '2017', to: '2024', years: '5' },
        form: 'Gesamtschule',
        grade: '8',
        reason: 'Rechnet sicher, lernt die lateinische Schrift.',
      })
      expect((await familyReads(family, 'de')).text).toContain('Schritt 3 von 5')
    })

    test('sees schools with free seats and reasons, and the others with why not', async () => {
      const [first, second] = await readSuggestions(counsellor, address)
      expect(first?.name).toBe('Gesamtschule Lindenau')
      expect(first?.text).toMatch(/\d+ von \d+ frei/)
      expect(first?.text).toContain('Die Beratung empfiehlt diese Schulform.')
      expect(first?.text).toMatch(/geschätzt/)
      await reads(counsellor, 'ab Mitte 59999')

      await counsellor.getByText(/Schulen kommen nicht infrage: /).click()
      await reads(counsellor, /^Führt nur die Klassen 1 bis 4\.$/)
      await reads(counsellor, /^Kein freier Förderplatz/)
      school = first as Suggested
      other = second as Suggested
    })

    test('proposes a school; it declines, and the counsellor reads why', async () => {
      await proposeFirst(counsellor, school)
      atSchool = await demo.as(accountOf(school))
      await openAtSchool(atSchool, 'Vorschlag beantworten', CHILD)
      const seen = await textOf(atSchool)
      expect(seen).toContain('Am Stadtgraben 1')
      expect(seen).not.toContain('Rechnet sicher')
      await decline(atSchool, DECLINED)

      await counsellor.goto(address)
      await reads(counsellor, `${DECLINED.code}: ${DECLINED.sentence}`)
      await reads(counsellor, 'wartet auf Platz')
      await expectRefused(atSchool, `${address}/aufnahme`)
    })

    test('proposes another one with a reason; the authority sends it back with one', async () => {
      await readSuggestions(counsellor, address)
      await proposeOther(counsellor, other, DEVIATION)
      await expectRefused(atSchool, `${address}/aufnahme`)
      await openProposal(authority, CHILD)
      expect(await textOf(authority)).toContain(DEVIATION.sentence)
      await sendBack(authority, SENT_BACK)

      await counsellor.goto(address)
      await reads(counsellor, `${SENT_BACK.code}: ${SENT_BACK.sentence}`)
    })

    test('a school says that it can admit; the authority sees it and assigns', async () => {
      await readSuggestions(counsellor, address)
      await proposeFirst(counsellor, school)
      await openAtSchool(atSchool, 'Vorschlag beantworten', CHILD)
      await sayCanAdmit(atSchool)
      const waiting = await familyReads(family, 'de')
      expect(waiting.text).toContain('Schritt 3 von 5')
      expect(waiting.text).not.toContain(school.name)

      await openProposal(authority, CHILD)
      await reads(authority, /kann aufnehmen \(/)
      const seatsBefore = await readSeats(authority, 'Lindenau')
      await assignAtDesk(authority, CHILD)
      expect(await readSeats(authority, 'Lindenau')).not.toBe(seatsBefore)
      await authority.goto('/schulamt')
      await expectNotOnPage(authority, CHILD)
      await counsellor.goto(address)
      await reads(counsellor, `${school.name} hat die Aufnahme noch nicht bestätigt.`)
    })

    test('the family sees its school in its language, never a rank', async () => {
      const [de, en, ar] = [
        await familyReads(family, 'de'),
        await familyReads(family, 'en'),
        await familyReads(family, 'ar'),
      ]
      expect(de.text).toContain('Schritt 4 von 5')
      expect(de.text).toContain('Am Stadtgraben 5')
      expect(en.text).toContain('Step 4 of 5')
      expect(en.direction).toBe('ltr')
      expect(ar.text).toContain('الخطوة 4 من 5')
      expect(ar.direction).toBe('rtl')
      for (const { text } of [de, en, ar]) {
        expect(text).toContain(school.name)
        expect(text).not.toMatch(/\bRang|Warteliste|\brank|waiting list|ترتيب/i)
      }
    })

    test('the school confirms the admission, then the first school day', async () => {
      await openAtSchool(atSchool, 'Aufnahme bestätigen', CHILD)
      await confirmAdmission(atSchool, today())
      expect((await familyReads(family, 'de')).text).toMatch(
        /Bringen Sie Ihr Kind am .+ zur Schule/,
      )
      await openAtSchool(atSchool, 'Ersten Schultag bestätigen', CHILD)
      await confirmFirstDay(atSchool)
      expect((await familyReads(family, 'de')).text).toContain('Schritt 5 von 5')
    })

    test('the counsellor sees the end of support and the next review, and records one', async () => {
      await counsellor.goto(`${address}/begleitung`)
      await arrives(counsellor, 'Begleitung')
      const text = await textOf(counsellor)
      expect(text).toContain(formatDate(addMonths(today(), 36)))
      expect(text).toContain('noch von niemandem geprüft')
      expect(text).toContain('örtliche Regel')
      await reads(counsellor, formatDate(nextReviewAfter(today())))

      await choose(counsellor, { 'Deutsch nach GeR': 'A2' })
      await pick(counsellor, 'Hält die Schule B1 für erreicht?', 'nein')
      await press(counsellor, 'Lernstand eintragen')
      await counsellor.getByRole('cell', { name: 'A2', exact: true }).waitFor()
    })

    test('the trail says who did what', async () => {
      const lead = await demo.as('leitung')
      await lead.goto(`${address}/verlauf`)
      await arrives(lead, 'Verlauf')
      const entries = await trailOf(lead, `${address}/verlauf`)
      const deeds = [
        ['Gemeldet', 'Amira Brandt, KI-Beratung'],
        ['Termin vereinbart', 'Amira Brandt, KI-Beratung'],
        ['Zettel für die Familie gedruckt', 'Amira Brandt, KI-Beratung'],
        ['Angesehen: Seite der Familie', 'Familie'],
        ['Beratung abgeschlossen', 'Amira Brandt, KI-Beratung'],
        [`Vorschlag abgelehnt: ${school.name}`, 'Nilgün Aksoy, Schule'],
        [`Vorschlag zurückgegeben: ${other.name}`, 'Heike Petersen, Schulaufsicht'],
        [`„Kann aufnehmen“ gesagt: ${school.name}`, 'Nilgün Aksoy, Schule'],
        [`Zugewiesen: ${school.name}`, 'Heike Petersen, Schulaufsicht'],
        [`Aufnahme bestätigt: ${school.name}`, 'Nilgün Aksoy, Schule'],
        [`Erster Schultag bestätigt: ${school.name}`, 'Nilgün Aksoy, Schule'],
        ['Lernstand eingetragen', 'Amira Brandt, KI-Beratung'],
        ['Angesehen: Verlauf', 'Petra Lindholm, KI-Leitung'],
      ] as const
      const untold = deeds.filter(
        ([what, who]) => !entries.some((entry) => entry.includes(what) && entry.endsWith(who)),
      )
      expect(untold, entries.join('\n')).toEqual([])
    })
  })
}

/** The new child: born on the same day as the one it resembles, nearly the same name. */
function meldung(born: readonly [day: string, month: string, year: string]): Meldung {
  const [day, month, year] = born
  return {
    texts: {
      Vornamen: 'Mahmud',
      Nachname: 'Alkhatib',
      'Vornamen in der Schrift der Familie': 'محمود',
      'Nachname in der Schrift der Familie': 'الخطيب',
      Tag: day,
      Monat: month,
      Jahr: year,
      'Straße und Hausnummer': 'Am Stadtgraben 1',
      Postleitzahl: '59999',
      Ort: 'Lindenau',
      Telefon: '030 23125-199',
    },
    choices: {
      'Wie sicher ist das Geburtsdatum?': 'Tag, Monat und Jahr sind sicher',
      'Sprache der Familie': 'Arabisch – العربية',
      Staatsangehörigkeit: 'Syrien',
      Gemeinde: 'Lindenau',
    },
    sex: 'männlich',
    guardian: { name: 'Iman Alkhatib', role: 'Mutter' },
  }
}

/** Looks a child up by its name in its own script, opens the case, and reads the birth date. */
async function birthDateOf(
  page: Page,
  { name, word }: { readonly name: string; readonly word: string },
): Promise<readonly [string, string, string]> {
  await page.goto('/arbeitsliste')
  await search(page, word)
  await follow(page, name)
  await arrives(page, name)
  const [, day, month, year] = /geboren (\d\d)\.(\d\d)\.(\d{4})/.exec(await textOf(page)) ?? []
  if (day === undefined || month === undefined || year === undefined) {
    throw new Error(`The case of ${name} does not say when it was born`)
  }
  return [day, month, year]
}

/** Looks for a child on the list that is open, and waits for the answer. */
async function search(page: Page, word: string): Promise<void> {
  await fillIn(page, { 'Kind suchen': word })
  await press(page, 'Suchen')
  await page.waitForURL(/[?&]suche=/)
  await page.getByRole('link', { name: 'Suche beenden' }).waitFor()
}

/**
 * What a search leaves in addresses, narrowed and back again: the word stands in the field, and in
 * no address the browser asks for.
 */
async function expectSearchKept(page: Page, word: string): Promise<void> {
  const asked: string[] = []
  const note = (request: Request) => asked.push(request.url())
  page.on('request', note)
  await page.goto('/faelle')
  await search(page, word)
  const all = await pagerOf(page)
  expect(await field(page, 'Kind suchen').inputValue()).toBe(word)
  await page.getByRole('link', { name: /^beschult/ }).click()
  await page.waitForURL(/stand=attending&suche=/)
  await expect.poll(() => pagerOf(page)).not.toBe(all)
  expect(await field(page, 'Kind suchen').inputValue()).toBe(word)
  await page.goBack()
  await expect.poll(() => pagerOf(page)).toBe(all)
  expect(await field(page, 'Kind suchen').inputValue()).toBe(word)
  await follow(page, 'Suche beenden')
  await page.waitForURL('**/faelle')
  await page.getByRole('link', { name: 'Suche beenden' }).waitFor({ state: 'detached' })
  expect(await field(page, 'Kind suchen').inputValue()).toBe('')
  page.off('request', note)
  expect(asked.some((address) => address.includes('suche='))).toBe(true)
  expect(asked.filter((address) => decodeURIComponent(address).includes(word))).toEqual([])
}

/** "1 bis 13 von 13 Fällen" */
function pagerOf(page: Page): Promise<string> {
  return page.getByRole('navigation', { name: 'Seiten' }).innerText()
}

/** A search in another window finds nobody of that name. */
async function expectNotFound(signedIn: Page, demo: Demo, name: string): Promise<void> {
  const other = await signedIn.context().newPage()
  await other.goto(`${demo.server.origin}/arbeitsliste?fuer=alle`)
  await search(other, name)
  expect(await other.getByRole('link', { name, exact: true }).count()).toBe(0)
  await other.close()
}

async function expectNotOnPage(page: Page, name: string): Promise<void> {
  expect(await page.getByRole('link', { name, exact: true }).count()).toBe(0)
}

/** The page does not exist for this person any more. */
async function expectRefused(page: Page, address: string): Promise<void> {
  expect((await page.goto(address))?.status()).toBe(404)
}

/** The demo's sign-in of a school. @throws when the school has none. */
function accountOf({ number, name }: Suggested): string {
  const account = signInOfSchool(number as SchoolNumber)
  if (account === null) throw new Error(`${name} has no sign-in in the demo`)
  return account.key
}

/** Every entry of the trail from this page of it on, one line each, newest first. */
async function trailOf(page: Page, address: string): Promise<readonly string[]> {
  await page.goto(address)
  await arrives(page, 'Verlauf')
  const lines = await page.getByRole('row').allInnerTexts()
  const entries = lines.map((line) => line.replaceAll(/\s+/g, ' ').trim())
  const [next] = await page.getByRole('link', { name: 'Ältere Einträge' }).all()
  const older = await next?.getAttribute('href')
  return older ? [...entries, ...(await trailOf(page, older))] : entries
}
