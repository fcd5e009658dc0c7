import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPresent } from '#tests/setup/paths.ts'
import { appoint } from './support/appointment.ts'
import { type Demo, openDemo } from './support/demo.ts'
import { arrives, field, reads, textOf } from './support/forms.ts'
import { inOrder } from './support/in-order.ts'
import { enter, getsFocus, goTo, typeChoice } from './support/keys.ts'
import { register } from './support/registration.ts'

describe.skipIf(!chromiumPresent)('the interview by keyboard alone (needs Chromium)', () => {
  let demo: Demo
  let page: Page
  let address: string

  const topic = (name: string) => arrives(page, `Beratungsbogen: ${name}`)
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const group = (name: string) => page.getByRole('group', { name, exact: true })
  const type = (text: string) => page.keyboard.type(text)
  const press = (key: string) => page.keyboard.press(key)

  inOrder()
  beforeAll(async () => {
    demo = await openDemo()
    page = await demo.as('beratung')
    address = await register(page, {
      texts: {
        Vornamen: 'Oleksii',
        Nachname: 'Tkachuk',
        Tag: '14',
        Monat: '3',
        Jahr: String(new Date().getFullYear() - 12),
        Telefon: '030 23125-188',
      },
      choices: { 'Sprache der Familie': 'Ukrainisch – українська', Gemeinde: 'Altenrode' },
      guardian: { name: 'Larysa Tkachuk', role: 'Mutter' },
      sex: 'männlich',
    })
    await appoint(page, address, 'Bahnhofstraße 8, Raum 112')
    await page.goto(`${address}/beratung`)
    await topic('Sprachen')
  })
  afterAll(() => demo?.end())

  test('the skip link is the first stop and leads to the content', async () => {
    await press('Tab')
    await getsFocus(page, page.getByRole('link', { name: 'Zum Inhalt springen' }))
    await press('Enter')
    await getsFocus(page, page.getByRole('main'))
  })

  test('languages: a row is added and takes the focus', async () => {
    await enter(page, button('Weitere Sprache'))
    const added = field(group('Sprache 3'), 'Sprache')
    await getsFocus(page, added)
    await typeChoice(page, added, 'Russisch')
    await typeChoice(page, field(page, 'Deutsch nach GeR'), 'A2')
    const literacy = group('Liest und schreibt das Kind lateinische Schrift?')
    await goTo(page, literacy.getByRole('radio', { name: 'ja' }))
    await press('ArrowDown')
    await press('ArrowUp')
    expect(await literacy.getByRole('radio', { name: 'ja' }).isChecked()).toBe(true)
    await press('Enter')
    await topic('Schulbesuch bisher')
  })

  test('schooling: after a missing answer the focus is on the summary, which leads to it', async () => {
    const row = group('Schulbesuch 1')
    await typeChoice(page, field(row, 'Land'), 'Ukraine')
    await enter(page, button('Speichern und weiter'))
    const summary = page.getByRole('alert')
    await getsFocus(page, summary)
    expect(await summary.innerText()).toContain('von (Jahr): Bitte ausfüllen.')
    await topic('Schulbesuch bisher')

    await press('Tab')
    await getsFocus(page, summary.getByRole('link').first())
    await press('Enter')
    await getsFocus(page, field(row, 'von (Jahr)'))
    await type('2020')
    await press('Tab')
    await type('2026')
    await press('Tab')
    await type('5')
    await press('Enter')
    await topic('Geschwister an Schulen')
  })

  test('siblings and wish: boxes by space', async () => {
    await goTo(page, field(page, 'Keine Geschwister gehen hier zur Schule'))
    await press('Space')
    await enter(page, button('Speichern und weiter'))
    await topic('Wunsch der Familie')
    await goTo(page, field(page, 'Realschule'))
    await press('Space')
    await enter(page, button('Speichern und weiter'))
    await topic('Empfehlung')
  })

  test('recommendation: back by Shift+Tab, a sentence, and on', async () => {
    await typeChoice(page, field(page, 'Schulform'), 'Realschule')
    await typeChoice(page, field(page, 'Klasse'), '7')
    await goTo(page, button('Speichern und weiter'))
    await goTo(page, field(page, 'Begründung'), 'Shift+Tab')
    await type('Hat in der Ukraine durchgehend die Schule besucht.')
    await enter(page, button('Speichern und weiter'))
    await topic('Prüfen und abschließen')
  })

  test('checks all answers and finishes', async () => {
    const answers = await textOf(page)
    for (const answer of [
      'Ukrainisch, Russisch',
      'A2',
      'Ukraine, 2020 bis 2026: 5 Schuljahre',
      'keine Geschwister an einer Schule hier',
      'Realschule',
      'Hat in der Ukraine durchgehend die Schule besucht.',
    ]) {
      expect(answers).toContain(answer)
    }
    await enter(page, button('Beratung abschließen'))
    await reads(page, 'Als Nächstes: Schule vorschlagen')
    expect(new URL(page.url()).pathname).toBe(address)
  })
})
