import { json } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { createRemixStub } from '@remix-run/testing'
import { render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { renderToString } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { readWas } from '#app/forms/both-versions.ts'
import { toTree } from '#app/forms/form.ts'
import type { AdmissionPage } from '#app/presenters/admission-page.server.ts'
import { AdmissionView } from '#app/ui/school/admission-page.tsx'

const KIND = { classKind: 'DF', courseKind: null } as const
const PAGE = {
  ...{ caseId: 'case-1', caseNumber: 'DN-2026-0001', version: 7, stage: 'admitted' },
  ...{ stageSince: '2026-11-20', today: '2026-11-26', isFirstDayOver: true, isDelegated: false },
  ...{ holdUntil: null, canAdmitAt: null, assignedOn: '2026-11-18', capacityReport: null },
  ...{ plannedFirstDay: '2026-11-25', firstDay: null },
  ...{ schoolClass: { className: '5a', ...KIND }, classBefore: { className: '5a', ...KIND } },
  record: {
    ...{ name: 'Danylo Hryzenko', original: null, born: '04.02.2014', age: 12, sex: 'männlich' },
    ...{ nationality: null, language: 'Ukrainisch', address: null, guardians: [], phone: '' },
    ...{ email: '', grade: 6, seat: 'support' },
  },
} as unknown as AdmissionPage

const NAMED_OTHERWISE: Partial<AdmissionPage> = {
  version: 8,
  schoolClass: { className: '5x', ...KIND },
  classBefore: { className: '5x', ...KIND },
}

/** The page of a child over a record that `elsewhere` changes; what is sent over it is held to its version. */
function show(own: Partial<AdmissionPage> = {}) {
  let page: AdmissionPage = { ...PAGE, ...own }
  const sent: Record<string, unknown>[] = []
  const Shown = () => <AdmissionView page={useLoaderData<AdmissionPage>()} />
  const Stub = createRemixStub([
    {
      ...{ path: '/', id: 'page', Component: Shown, loader: () => json(page) },
      action: async ({ request }) => {
        const values = toTree(await request.formData())
        sent.push(values)
        if (values['firstDay'] === '2027-01-01') {
          const errors = { firstDay: { type: 'custom', message: 'field.date_invalid' } }
          return json({ values, errors, refusal: null }, { status: 422 })
        }
        const isStale = values['version'] !== String(page.version)
        const refusal = isStale ? { code: 'stale_case' } : null
        return json({ values, errors: {}, refusal }, { status: isStale ? 409 : 200 })
      },
    },
  ])
  render(<Stub hydrationData={{ loaderData: { page } }} />)
  return {
    sent,
    elsewhere: (changed: Partial<AdmissionPage>) => {
      page = { ...page, ...changed }
    },
  }
}

const formOf = (name: string) => screen.findByRole('form', { name })
async function type(form: string, label: string | RegExp, text: string) {
  const input = within(await formOf(form)).getByLabelText(label)
  await userEvent.clear(input)
  await userEvent.type(input, text)
}
async function shownIn(form: string, label: string | RegExp) {
  return (within(await formOf(form)).getByLabelText(label) as HTMLInputElement).value
}
async function press(form: string, button: string) {
  await userEvent.click(within(await formOf(form)).getByRole('button', { name: button }))
}
async function carried(form: string, name: string) {
  return new FormData((await formOf(form)) as HTMLFormElement).get(name)
}

const CLASS = 'Klasse'
const START = 'Ersten Schultag bestätigen'

describe('two forms of one page, and somebody else saved meanwhile', () => {
  test('the one that was not sent keeps its text, its version and what it stood over', async () => {
    const page = show()
    await type(CLASS, /^Klasse/, '5c')
    page.elsewhere(NAMED_OTHERWISE)
    await press(START, START)
    await waitFor(async () => expect(await carried(START, 'version')).toBe('8'))
    // the form that was sent holds what is stored by now
    expect(await shownIn(START, 'Klasse')).toBe('5x')

    expect(await shownIn(CLASS, /^Klasse/)).toBe('5c')
    expect(await carried(CLASS, 'version')).toBe('7')
    const was = await carried(CLASS, 'was')
    expect(readWas({ was })).toMatchObject({ className: { className: '5a' } })

    // sent later it is held against what its reader saw: both values stand there
    await press(CLASS, 'Klasse speichern')
    const choice = await within(await formOf(CLASS)).findByRole('group', { name: 'Klasse' })
    expect(choice.textContent).toContain('Jetzt gespeichert: 5x')
    expect(choice.textContent).toContain('Ihre Eingabe: 5c')
    expect(page.sent.map(({ intent, version }) => [intent, version])).toEqual([
      ['start', '7'],
      ['class', '7'],
    ])
    expect(await carried(CLASS, 'version')).toBe('8')
  })

  test('a question that is open in one stays while the other is sent', async () => {
    const page = show()
    await type(CLASS, /^Klasse/, '5c')
    page.elsewhere(NAMED_OTHERWISE)
    await press(CLASS, 'Klasse speichern')
    await within(await formOf(CLASS)).findByRole('group', { name: 'Klasse' })
    await press(START, START)
    await waitFor(async () => expect(await carried(START, 'version')).toBe('8'))
    const choice = within(await formOf(CLASS)).getByRole('group', { name: 'Klasse' })
    expect(choice.textContent).toContain('Ihre Eingabe: 5c')
    await press(CLASS, 'Klasse speichern')
    await within(await formOf(CLASS)).findByText('Bitte prüfen Sie eine Angabe')
    expect(page.sent).toHaveLength(2)
  })

  test('an answer that something is missing in the one leaves the other as well', async () => {
    const page = show()
    await type(CLASS, /^Klasse/, '5c')
    await type(START, 'Erster Schultag', '2027-01-01')
    page.elsewhere(NAMED_OTHERWISE)
    await press(START, START)
    await within(await formOf(START)).findByText('Bitte prüfen Sie eine Angabe')
    await waitFor(async () => expect(await carried(START, 'version')).toBe('8'))
    expect(await shownIn(CLASS, /^Klasse/)).toBe('5c')
    expect(await carried(CLASS, 'version')).toBe('7')
  })

  test('a class typed for the admission stays when a missing place was reported meanwhile', async () => {
    const page = show({ stage: 'assigned', schoolClass: null, plannedFirstDay: null })
    await type('Aufnahme bestätigen', /^Klasse/, '6b')
    await userEvent.selectOptions(await screen.findByLabelText('Grund'), 'no_seat')
    await type('Fehlenden Platz melden', 'Begründung in einem Satz', 'Kein Raum.')
    const capacityReport = { state: 'open', at: '2026-11-26T08:00:00.000Z' }
    page.elsewhere({ version: 8, capacityReport } as unknown as Partial<AdmissionPage>)
    await press('Fehlenden Platz melden', 'Dem Schulamt melden')
    await screen.findByText('Haben Sie doch einen Platz?')
    expect(await shownIn('Aufnahme bestätigen', /^Klasse/)).toBe('6b')
    expect(await carried('Aufnahme bestätigen', 'version')).toBe('7')
  })

  test('another child on the same page begins anew', async () => {
    const other = { ...PAGE, caseId: 'case-2', version: 7 } as unknown as AdmissionPage
    const values = { intent: 'start', version: '6' }
    let page = PAGE
    const Stub = createRemixStub([
      {
        ...{ path: '/', id: 'page', loader: () => json(page) },
        Component: () => <AdmissionView page={useLoaderData<AdmissionPage>()} />,
        action: () => {
          page = other
          return json({ values, errors: {}, refusal: null }, { status: 409 })
        },
      },
    ])
    render(<Stub hydrationData={{ loaderData: { page } }} />)
    await type(CLASS, /^Klasse/, '5c')
    await press(START, START)
    await waitFor(async () => expect(await shownIn(CLASS, /^Klasse/)).toBe('5a'))
  })

  test('without JavaScript the form that was not sent shows what is stored, over its version', () => {
    const values = { intent: 'start', version: '7', firstDay: '2026-11-24', inClass: '5d' }
    const page = { ...PAGE, ...NAMED_OTHERWISE }
    const Stub = createRemixStub([
      { path: '/', id: 'page', Component: () => <AdmissionView page={page} /> },
    ])
    const refusal = { code: 'stale_case' }
    const actionData = { page: { values, errors: {}, refusal } }
    document.body.innerHTML = renderToString(
      <Stub hydrationData={{ loaderData: { page }, actionData }} />,
    )
    const form = document.querySelector<HTMLFormElement>(`form[aria-label="${CLASS}"]`)
    const data = new FormData(form ?? undefined)
    expect([data.get('className'), data.get('version')]).toEqual(['5x', '8'])
    expect(readWas({ was: data.get('was') })).toMatchObject({ className: { className: '5x' } })
    document.body.innerHTML = ''
  })
})
