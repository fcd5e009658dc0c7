import type { Page } from 'playwright-core'
import { arrives, choose, field, fillIn, follow, pick, press, reads } from './forms.ts'

export type Answers = {
  readonly german: string
  readonly latinScript: 'ja' | 'teilweise' | 'nein'
  readonly schooling: {
    readonly country: string
    readonly from: string
    readonly to: string
    readonly years: string
  }
  readonly form: string
  readonly grade: string
  readonly reason: string
}

/** Goes through the Beratungsbogen topic by topic, reads all answers again, and finishes it. */
export async function counsel(page: Page, caseAddress: string, answers: Answers): Promise<void> {
  const { schooling } = answers
  await page.goto(caseAddress)
  await follow(page.getByRole('navigation', { name: 'Teile des Falls' }), 'Beratung')
  await arrives(page, 'Beratungsbogen: Sprachen')
  await choose(page, { 'Deutsch nach GeR': answers.german })
  await pick(page, 'Liest und schreibt das Kind lateinische Schrift?', answers.latinScript)
  await next(page, 'Schulbesuch bisher')
  const row = page.getByRole('group', { name: 'Schulbesuch 1' })
  await choose(row, { Land: schooling.country })
  await fillIn(row, {
    'von (Jahr)': schooling.from,
    'bis (Jahr)': schooling.to,
    Schuljahre: schooling.years,
  })
  await next(page, 'Geschwister an Schulen')
  await field(page, 'Keine Geschwister gehen hier zur Schule').check()
  await next(page, 'Wunsch der Familie')
  await field(page, 'Die Familie hat keinen Wunsch').check()
  await next(page, 'Empfehlung')
  await choose(page, { Schulform: answers.form, Klasse: answers.grade })
  await fillIn(page, { Begründung: answers.reason })
  await next(page, 'Prüfen und abschließen')
  await reads(page, answers.reason)
  await press(page, 'Beratung abschließen')
  await reads(page, 'Als Nächstes: Schule vorschlagen')
}

async function next(page: Page, topic: string): Promise<void> {
  await press(page, 'Speichern und weiter')
  await arrives(page, `Beratungsbogen: ${topic}`)
}
