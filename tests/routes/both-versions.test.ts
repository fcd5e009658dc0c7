import { describe, expect, test } from 'vitest'
import type { CaseId } from '#app/domain/ids.ts'
import { type RecordAnswers, wasText } from '#app/forms/both-versions.ts'
import type { Answer } from '#app/http/respond.server.ts'
import * as settings from '#app/routes/administration.centre.tsx'
import * as interview from '#app/routes/case.interview.tsx'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'
import { signedIn } from './visitor.ts'

const COUNSELLOR = 'counsellor-dn@beispiel.example'
const COLLEAGUE = 'colleague-dn@beispiel.example'

function recommendationOf(caseId: CaseId) {
  return { path: `/faelle/${caseId}/beratung?thema=empfehlung`, params: { id: caseId } }
}

const was = (fields: Readonly<Record<string, string>>) =>
  wasText(
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, { [name]: value }]),
    ) as RecordAnswers,
  )

const EMPTY = { form: '', grade: '7', reason: '' }

async function stale(world: World) {
  const caseId = await registered(world)
  const place = recommendationOf(caseId)
  const one = await signedIn(world, COUNSELLOR)
  const other = await signedIn(world, COLLEAGUE)
  const theirs = { ...EMPTY, form: '10', reason: 'Rechnet gern.' }
  await one.send(interview.action, place, { version: '0', was: was(EMPTY), ...theirs })
  const mine = { ...EMPTY, grade: '6', reason: 'Liest viel.' }
  const late = await other.send(interview.action, place, {
    ...{ version: '0', was: was(EMPTY), intent: 'next' },
    ...mine,
  })
  const stored = async () => {
    const page = await other.open(interview.loader, place)
    return (await page.json()).interview.recommendation
  }
  return { caseId, place, other, late, theirs, mine, stored }
}

describe('a save over an old version', () => {
  test('hands back what was typed and what stood on the screen, and saves nothing', async () => {
    const { late, stored } = await stale(await makeWorld())
    expect(late.status).toBe(409)
    const { refusal, values } = (await late.json()) as Answer
    expect(refusal?.code).toBe('stale_case')
    expect(values).toMatchObject({ reason: 'Liest viel.', grade: '6', was: was(EMPTY) })
    expect(await stored()).toEqual({ form: '10', grade: 7, reason: 'Rechnet gern.' })
  })

  test('goes on with a choice, and not without', async () => {
    const { place, other, theirs, mine, stored } = await stale(await makeWorld())
    // the page that came back: theirs in the form beside the own grade, and the reason a question
    const again = { version: '1', was: was(theirs), ...mine, form: '10', intent: 'next' }
    const open = await other.send(interview.action, place, { ...again, 'choose.reason': '' })
    expect(open.status).toBe(422)
    const { errors, values } = (await open.json()) as Answer
    expect(Object.keys(errors)).toEqual(['choose.reason'])
    expect(values['reason']).toBe('Liest viel.')
    expect((await stored()).grade).toBe(7)

    const done = await other.send(interview.action, place, {
      ...again,
      'choose.reason': ['', 'stored'],
    })
    expect(done.status).toBe(303)
    expect(await stored()).toEqual({ form: '10', grade: 6, reason: 'Rechnet gern.' })
  })

  test('is kept as a draft with the state it was typed over, and with its choice', async () => {
    const { place, other, theirs, mine } = await stale(await makeWorld())
    const typed = { version: '1', was: was(theirs), ...mine, 'choose.reason': ['', 'typed'] }
    await other.send(interview.action, place, { ...typed, _draft: 'keep' })
    const { draft } = await (await other.open(interview.loader, place)).json()
    expect(draft.fields).toContainEqual(['was', was(theirs)])
    expect(draft.fields).toContainEqual(['choose.reason', 'typed'])
  })

  test('of the settings of a centre keeps the stored value where that was chosen', async () => {
    const world = await makeWorld()
    const lead = await signedIn(world, 'lead-dn@beispiel.example')
    const path = `/verwaltung/zentrum?zentrum=${CENTRES.DN.id}`
    const page = async () => (await lead.open(settings.loader, path)).json()
    const { version } = await page()
    const rules = { second_seat: 'warn', support_decided_by: 'school', regular_decided_by: 'owner' }
    const fields = {
      ...{ counselling: '28', assignment: '14', first_day: '7', hold: '7', address: '' },
      ...{ ...rules, assigned_by: 'authority' },
    }
    const send = (own: Readonly<Record<string, string>>) =>
      lead.send(settings.action, path, { centre: CENTRES.DN.id, ...fields, ...own })
    expect((await send({ version: String(version), phone: '02421 1' })).status).toBe(303)
    expect((await send({ version: String(version), phone: '02421 2' })).status).toBe(409)
    const again = { version: String(version + 1), phone: '02421 2', hold: '9' }
    const kept = await send({
      ...again,
      ...{ was: was({ phone: '02421 1' }), 'choose.phone': 'stored' },
    })
    expect(kept.status).toBe(303)
    expect(await page()).toMatchObject({ phone: '02421 1', holdDays: 9 })
  })
})
