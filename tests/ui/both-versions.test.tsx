import { json } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { createRemixStub } from '@remix-run/testing'
import { render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { renderToString } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { wasText } from '#app/forms/both-versions.ts'
import { parseForm, toTree } from '#app/forms/form.ts'
import { BothVersions } from '#app/ui/form/both-versions.tsx'
import { SubmitButton } from '#app/ui/form/buttons.tsx'
import { ErrorSummary } from '#app/ui/form/error-summary.tsx'
import { Form } from '#app/ui/form/form.tsx'
import { FormGuardContext } from '#app/ui/form/guard.ts'
import { eachField } from '#app/ui/form/shared-record.ts'
import { TextField } from '#app/ui/form/text-field.tsx'
import { useCheckedForm } from '#app/ui/form/use-checked-form.ts'

const schema = z.object({
  version: z.coerce.number(),
  className: z.string().max(4, 'field.too_long'),
  phone: z.string(),
  place: z.string(),
})
const LABELS = { className: 'Klasse', phone: 'Telefon', place: 'Raum' }

type Values = { readonly className: string; readonly phone: string; readonly place: string }
type Stored = { readonly version: number; readonly values: Values }

function Edit({ version, values }: Stored) {
  const form = useCheckedForm(schema, {
    labels: LABELS,
    defaults: values,
    shared: [{ prefix: '', savedBy: 'Frau Demir', fields: eachField(values, LABELS) }],
  })
  return (
    <FormGuardContext.Provider value={{ csrf: 'token', newIdem: 'once' }}>
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps}>
        <input type="hidden" name="version" value={version} />
        <BothVersions form={form} />
        <TextField {...form.field('className')} />
        <TextField {...form.field('phone')} />
        <TextField {...form.field('place')} />
        <SubmitButton>Speichern</SubmitButton>
      </Form>
    </FormGuardContext.Provider>
  )
}

function Page() {
  const stored = useLoaderData<Stored>()
  return <Edit key={stored.version} {...stored} />
}

const BEFORE: Stored = { version: 1, values: { className: '5a', phone: '110', place: 'R 1' } }

/** A page over a record that its own action saves, and `elsewhere` somebody else. */
function show() {
  let stored = BEFORE
  const sent: Record<string, unknown>[] = []
  const action = async ({ request }: { request: Request }) => {
    const form = await request.formData()
    sent.push(toTree(form))
    const read = parseForm(schema, form)
    if (!read.ok) return json({ ...read.failure, refusal: null }, { status: 422 })
    const { version, ...values } = read.data
    if (version !== stored.version) {
      const refusal = { code: 'stale_case' }
      return json({ values: toTree(form), errors: {}, refusal }, { status: 409 })
    }
    stored = { version: version + 1, values }
    return json(null)
  }
  const Stub = createRemixStub([
    { path: '/', id: 'page', Component: Page, loader: () => json(stored), action },
  ])
  render(<Stub hydrationData={{ loaderData: { page: BEFORE } }} />)
  return {
    sent,
    stored: () => stored.values,
    elsewhere: (values: Partial<Values>) => {
      stored = { version: stored.version + 1, values: { ...stored.values, ...values } }
    },
  }
}

async function type(label: string, text: string) {
  const input = await screen.findByLabelText(label)
  await userEvent.clear(input)
  await userEvent.type(input, text)
}

const save = () => userEvent.click(screen.getByRole('button', { name: 'Speichern' }))
const shownIn = (label: string) => (screen.getByLabelText(label) as HTMLInputElement).value
const group = (name: string) => screen.findByRole('group', { name })

describe('somebody else saved meanwhile', () => {
  test('the same field: both values stand there, nothing is chosen, and without a choice nothing is sent', async () => {
    const page = show()
    await type('Klasse', '5c')
    page.elsewhere({ className: '5b' })
    await save()
    const choice = await group('Klasse')
    expect(choice.textContent).toContain('Jetzt gespeichert: 5b')
    expect(choice.textContent).toContain('Ihre Eingabe: 5c')
    expect(screen.getByText('Zuletzt gespeichert: Frau Demir.')).toBeTruthy()
    const radios = within(choice).getAllByRole('radio') as HTMLInputElement[]
    expect(radios.map(({ checked }) => checked)).toEqual([false, false])
    expect(shownIn('Klasse')).toBe('5c')

    await save()
    expect(await screen.findByText('Bitte prüfen Sie eine Angabe')).toBeTruthy()
    expect(screen.getByRole('link', { name: 'Klasse: Bitte wählen.' })).toBeTruthy()
    expect(page.sent).toHaveLength(1)
    expect(page.stored().className).toBe('5b')
  })

  test.each([
    ['Meine Eingabe übernehmen', '5c'],
    ['Gespeicherten Wert behalten', '5b'],
  ])('%s: the second save stores that, over the new version', async (words, className) => {
    const page = show()
    await type('Klasse', '5c')
    await type('Raum', 'R 9')
    page.elsewhere({ className: '5b', phone: '112' })
    await save()
    await userEvent.click(
      within(await group('Klasse')).getByRole('radio', { name: new RegExp(`^${words}`) }),
    )
    await save()
    await waitFor(() => expect(page.sent).toHaveLength(2))
    expect(page.sent[1]).toMatchObject({ version: '2' })
    // what either changed alone is there without a question
    expect(page.stored()).toEqual({ className, phone: '112', place: 'R 9' })
  })

  test('another field: it stands in the form without a question, and is named', async () => {
    const page = show()
    await type('Klasse', '5c')
    page.elsewhere({ phone: '112' })
    await save()
    await waitFor(() => expect(shownIn('Telefon')).toBe('112'))
    expect(screen.getByText('Telefon: 112')).toBeTruthy()
    expect(screen.queryByRole('radio')).toBeNull()
    expect([shownIn('Klasse'), page.stored().className]).toEqual(['5c', '5a'])
    await save()
    await waitFor(() =>
      expect(page.stored()).toEqual({ className: '5c', phone: '112', place: 'R 1' }),
    )
  })

  test('nothing of this form, or the same: that is said, and nobody is asked', async () => {
    const page = show()
    await type('Klasse', '5c')
    page.elsewhere({ className: '5c' })
    await save()
    expect(await screen.findByText(/hat sonst niemand geändert/)).toBeTruthy()
    expect(screen.queryByRole('radio')).toBeNull()
  })

  test('a third time, over the choice: it is asked anew', async () => {
    const page = show()
    await type('Klasse', '5c')
    page.elsewhere({ className: '5b' })
    await save()
    await userEvent.click(within(await group('Klasse')).getByRole('radio', { name: /^Meine/ }))
    page.elsewhere({ className: '5d' })
    await save()
    await waitFor(async () =>
      expect((await group('Klasse')).textContent).toContain('Jetzt gespeichert: 5d'),
    )
    const radios = within(await group('Klasse')).getAllByRole('radio') as HTMLInputElement[]
    expect(radios.map(({ checked }) => checked)).toEqual([false, false])
    expect(page.stored().className).toBe('5d')
  })
})

describe('the field shows what was chosen', () => {
  const choose = async (words: string) =>
    userEvent.click(
      within(await group('Klasse')).getByRole('radio', { name: new RegExp(`^${words}`) }),
    )
  const KEEP = 'Gespeicherten Wert behalten'
  const TAKE = 'Meine Eingabe übernehmen'
  async function asked() {
    const page = show()
    await type('Klasse', '5c')
    page.elsewhere({ className: '5b' })
    await save()
    await group('Klasse')
    return page
  }

  test('the stored value, and again what was typed, as often as somebody likes', async () => {
    const page = await asked()
    await choose(KEEP)
    expect(shownIn('Klasse')).toBe('5b')
    await choose(TAKE)
    expect(shownIn('Klasse')).toBe('5c')
    await choose(KEEP)
    await choose(TAKE)
    await save()
    await waitFor(() => expect(page.stored().className).toBe('5c'))
  })

  test('what was typed after the question as well, and the stored value is saved', async () => {
    const page = await asked()
    await type('Klasse', '5d')
    await choose(KEEP)
    await choose(TAKE)
    expect(shownIn('Klasse')).toBe('5d')
    await choose(KEEP)
    await save()
    await waitFor(() => expect(page.sent).toHaveLength(2))
    expect(page.stored().className).toBe('5b')
  })

  test('who types over the stored value has chosen the own entry', async () => {
    const page = await asked()
    await choose(KEEP)
    await type('Klasse', '5e')
    const own = within(await group('Klasse')).getByRole('radio', { name: /^Meine/ })
    expect((own as HTMLInputElement).checked).toBe(true)
    await save()
    await waitFor(() => expect(page.stored().className).toBe('5e'))
  })
})

describe('without JavaScript', () => {
  function rendered(values: Readonly<Record<string, unknown>>, errors: object, stored: Stored) {
    const Stub = createRemixStub([{ path: '/', id: 'page', Component: Page }])
    const actionData = { page: { values, errors, refusal: null } }
    const html = renderToString(
      <Stub hydrationData={{ loaderData: { page: stored }, actionData }} />,
    )
    document.body.innerHTML = html
    const form = document.querySelector('form')
    if (form === null) throw new Error('no form')
    return form
  }
  const was = wasText(
    Object.fromEntries(
      Object.entries(BEFORE.values).map(([name, text]) => [name, { [name]: text }]),
    ),
  )
  const NOW: Stored = { version: 2, values: { className: '5b', phone: '112', place: 'R 1' } }

  test('the page that comes back carries the new version, what stands there now, and the question', () => {
    const typed = { version: '1', was, className: '5c', phone: '110', place: 'R 1' }
    const data = new FormData(rendered(typed, {}, NOW))
    expect(Object.fromEntries(data)).toMatchObject({
      ...{ version: '2', className: '5c', phone: '112', place: 'R 1', 'choose.className': '' },
    })
    expect(parseForm(schema, data)).toMatchObject({
      ok: false,
      failure: { errors: { 'choose.className': { message: 'field.choose' } } },
    })
  })

  test('sent back for another reason it asks on, and knows what was chosen', () => {
    const now = wasText(
      Object.fromEntries(
        Object.entries(NOW.values).map(([name, text]) => [name, { [name]: text }]),
      ),
    )
    const typed = { version: '2', was: now, className: 'fünfte', phone: '112', place: 'R 1' }
    const chosen = { ...typed, choose: { className: ['', 'typed'] } }
    const form = rendered(chosen, { className: { type: 'x', message: 'field.too_long' } }, NOW)
    expect(new FormData(form).getAll('choose.className')).toEqual(['', 'typed'])
    expect(form.textContent).toContain('Ihre Eingabe: fünfte')
  })

  describe('sent back for another reason, the stored value chosen', () => {
    const now = wasText(
      Object.fromEntries(
        Object.entries(NOW.values).map(([name, text]) => [name, { [name]: text }]),
      ),
    )
    const sent = { version: '2', was: now, className: '5c', phone: '112', place: 'R 1' }
    const sentBack = () =>
      rendered(
        { ...sent, choose: { className: ['', 'stored'] } },
        { phone: { type: 'x', message: 'field.too_long' } },
        NOW,
      )
    const choosing = (choice: string, className?: string) => {
      const data = new FormData(sentBack())
      data.set('choose.className', choice)
      if (className !== undefined) data.set('className', className)
      return data
    }

    test('the field shows it, and what was typed is still there to be chosen', () => {
      const form = sentBack()
      expect(new FormData(form).get('className')).toBe('5b')
      expect(form.textContent).toContain('Ihre Eingabe: 5c')
      const read = (data: FormData) => parseForm(schema, data)
      expect(read(choosing('stored'))).toMatchObject({ ok: true, data: { className: '5b' } })
      expect(read(choosing('typed'))).toMatchObject({ ok: true, data: { className: '5c' } })
      // typed anew over the stored value
      expect(read(choosing('typed', '5e'))).toMatchObject({ ok: true, data: { className: '5e' } })
    })

    test('sent back once more it is the same question; typed over, it is asked', () => {
      const again = rendered(toTree(choosing('stored')), {}, NOW)
      expect(new FormData(again).get('className')).toBe('5b')
      expect(again.textContent).toContain('Ihre Eingabe: 5c')
      expect(parseForm(schema, choosing('stored', '5e'))).toMatchObject({
        ok: false,
        failure: { errors: { 'choose.className': { message: 'field.choose' } } },
      })
    })
  })

  test('sent back over a newer state for another reason it asks as well: nothing is written over unseen', () => {
    const typed = { version: '1', was, className: 'fünfte', phone: '110', place: 'R 1' }
    const form = rendered(typed, { className: { type: 'x', message: 'field.too_long' } }, NOW)
    expect(form.textContent).toContain('Jetzt gespeichert: 5b')
    expect(new FormData(form).get('version')).toBe('2')
  })

  test('a page that does not say what stood there is asked about every difference', () => {
    const typed = { version: '1', className: '5a', phone: '110', place: 'R 1' }
    const form = rendered(typed, {}, NOW)
    const names = [...form.querySelectorAll('legend')].map(({ textContent }) => textContent)
    expect(names).toEqual(['Klasse', 'Telefon'])
  })
})
