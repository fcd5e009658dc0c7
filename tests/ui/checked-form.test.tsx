import { json } from '@remix-run/node'
import { useActionData } from '@remix-run/react'
import { createRemixStub } from '@remix-run/testing'
import { render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { renderToString } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { parseForm } from '#app/forms/form.ts'
import { SubmitButton } from '#app/ui/form/buttons.tsx'
import { RadioGroup } from '#app/ui/form/choices.tsx'
import { ErrorSummary } from '#app/ui/form/error-summary.tsx'
import { Form } from '#app/ui/form/form.tsx'
import { FormGuardContext } from '#app/ui/form/guard.ts'
import { Select } from '#app/ui/form/select.tsx'
import { TextField } from '#app/ui/form/text-field.tsx'
import { useCheckedForm } from '#app/ui/form/use-checked-form.ts'

const schema = z.object({
  given: z.string().trim().min(1, 'field.required'),
  grade: z.string().min(1, 'field.choose'),
  literate: z.enum(['yes', 'no'], 'field.choose'),
  email: z.string(),
})

const labels = {
  given: 'Vorname',
  grade: 'Klasse',
  literate: 'Lateinische Schrift',
  email: 'E-Mail',
}
const guard = { csrf: 'csrf-token', newIdem: 'once' }

function Page() {
  const f = useCheckedForm(schema, { labels, defaults: { email: 'kind@familie.example' } })
  return (
    <FormGuardContext.Provider value={guard}>
      <ErrorSummary errors={f.summary} />
      <Form {...f.formProps} version={7}>
        <TextField {...f.field('given')} />
        <TextField {...f.field('email')} />
        <Select
          {...f.field('grade')}
          options={[
            { value: '5', label: 'Klasse 5' },
            { value: '6', label: 'Klasse 6' },
          ]}
        />
        <RadioGroup
          {...f.field('literate')}
          options={[
            { value: 'yes', label: 'ja' },
            { value: 'no', label: 'nein' },
          ]}
        />
        <SubmitButton name="intent" value="save">
          Kind melden
        </SubmitButton>
        <SubmitButton kind="secondary" noCheck name="intent" value="draft">
          Entwurf sichern
        </SubmitButton>
      </Form>
      <Sent />
    </FormGuardContext.Provider>
  )
}

function Sent() {
  const answer = useActionData<{ done?: string }>()
  return answer?.done ? <p>{answer.done}</p> : null
}

/** Shows the page; the action reads the form with the same schema and says no to one address. */
function show(): Record<string, unknown>[] {
  const sent: Record<string, unknown>[] = []
  const action = async ({ request }: { request: Request }) => {
    const form = await request.formData()
    sent.push(Object.fromEntries(form))
    if (form.get('intent') === 'draft') return json({ done: 'Entwurf gesichert' })
    const read = parseForm(schema, form)
    if (!read.ok) return json({ ...read.failure, refusal: null }, { status: 422 })
    if (read.data.email === 'vergeben@familie.example') {
      const errors = { email: { type: 'server', message: 'field.email_invalid' } }
      return json({ values: read.data, errors, refusal: null }, { status: 422 })
    }
    return json({ done: 'gemeldet' })
  }
  const Stub = createRemixStub([{ path: '/', Component: Page, action }])
  render(<Stub />)
  return sent
}

async function fillIn() {
  await userEvent.type(await screen.findByLabelText('Vorname'), 'Yusra')
  await userEvent.selectOptions(screen.getByLabelText('Klasse'), '6')
  await userEvent.click(screen.getByLabelText('nein'))
}

describe('in the browser', () => {
  test('what is missing is said at the field and in the summary, and nothing is sent', async () => {
    const sent = show()
    await userEvent.click(await screen.findByRole('button', { name: 'Kind melden' }))

    const summary = await screen.findByRole('alert')
    await waitFor(() => expect(document.activeElement).toBe(summary))
    const links = within(summary).getAllByRole('link')
    expect(links.map((link) => link.textContent)).toEqual([
      'Vorname: Bitte ausfüllen.',
      'Klasse: Bitte wählen.',
      'Lateinische Schrift: Bitte wählen.',
    ])
    for (const link of links) {
      const target = document.querySelector(link.getAttribute('href')!)
      expect(target?.matches('input, select')).toBe(true)
    }
    const given = screen.getByLabelText('Vorname')
    expect(given.getAttribute('aria-invalid')).toBe('true')
    const described = document.getElementById(given.getAttribute('aria-describedby')!)
    expect(described?.textContent).toBe('Bitte ausfüllen.')
    expect(sent).toEqual([])
  })

  test('what is complete is sent once, with token, key, version and the button pressed', async () => {
    const sent = show()
    await fillIn()
    await userEvent.click(screen.getByRole('button', { name: 'Kind melden' }))

    await screen.findByText('gemeldet')
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({
      _csrf: 'csrf-token',
      _version: '7',
      given: 'Yusra',
      grade: '6',
      literate: 'no',
      email: 'kind@familie.example',
      intent: 'save',
    })
    expect(String(sent[0]?._idem)).toMatch(/^once\.\w+$/)
  })

  test('the server says no: its message is shown, what was typed stays, and sending again works', async () => {
    const sent = show()
    await fillIn()
    await userEvent.clear(screen.getByLabelText('E-Mail'))
    await userEvent.type(screen.getByLabelText('E-Mail'), 'vergeben@familie.example')
    await userEvent.click(screen.getByRole('button', { name: 'Kind melden' }))

    await waitFor(() =>
      expect(screen.getByLabelText('E-Mail').getAttribute('aria-invalid')).toBe('true'),
    )
    expect(screen.getByRole('alert').textContent).toContain('E-Mail: Bitte eine E-Mail-Adresse')
    expect(screen.getByLabelText<HTMLInputElement>('Vorname').value).toBe('Yusra')
    expect(screen.getByLabelText<HTMLSelectElement>('Klasse').value).toBe('6')
    expect(screen.getByLabelText<HTMLInputElement>('nein').checked).toBe(true)

    await userEvent.type(screen.getByLabelText('E-Mail'), '.org')
    await userEvent.click(screen.getByRole('button', { name: 'Kind melden' }))
    await screen.findByText('gemeldet')
    expect(sent).toHaveLength(2)
    expect(screen.queryByRole('alert')).toBeNull()
  })

  test('a button with noCheck sends what there is', async () => {
    const sent = show()
    await userEvent.click(await screen.findByRole('button', { name: 'Entwurf sichern' }))
    await screen.findByText('Entwurf gesichert')
    expect(sent[0]).toMatchObject({ intent: 'draft', given: '' })
  })
})

describe('without JavaScript', () => {
  test('the page after a 422 has the messages, the links and every value', () => {
    const answer = {
      values: { given: 'Yusra', grade: '6', literate: 'no', email: 'halb' },
      errors: { email: { type: 'server', message: 'field.email_invalid' } },
      refusal: null,
    }
    const Stub = createRemixStub([{ id: 'page', path: '/', Component: Page }])
    const html = renderToString(<Stub hydrationData={{ actionData: { page: answer } }} />)
    const page = new DOMParser().parseFromString(html, 'text/html')

    expect(page.querySelector('form')?.getAttribute('method')).toBe('post')
    expect(page.querySelector<HTMLInputElement>('#f-given')?.value).toBe('Yusra')
    expect(page.querySelector<HTMLInputElement>('#f-email')?.value).toBe('halb')
    expect(page.querySelector<HTMLSelectElement>('#f-grade')?.value).toBe('6')
    expect(page.querySelector<HTMLInputElement>('input[value=no]')?.checked).toBe(true)
    expect(page.querySelector('#f-email')?.getAttribute('aria-invalid')).toBe('true')
    expect(page.querySelector('[role=alert] a')?.getAttribute('href')).toBe('#f-email')
    expect(page.querySelector('input[name=_csrf]')?.getAttribute('value')).toBe('csrf-token')
  })
})
