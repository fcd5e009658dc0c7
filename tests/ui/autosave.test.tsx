import { json } from '@remix-run/node'
import { createRemixStub } from '@remix-run/testing'
import { act, fireEvent, render, screen } from '@testing-library/react'
import { useRef } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DraftKeeper } from '#app/ui/form/draft.tsx'
import { Form } from '#app/ui/form/form.tsx'

const KEPT = /Ihre Eingaben werden als Entwurf gesichert/
const NOT_KEPT = /Ihre Eingaben werden nicht als Entwurf gesichert/
const HOUR = 3_600_000

const kept = () => new Response(null, { status: 204, headers: { 'X-Draft': 'kept' } })
const refused = () => new Response('{}', { status: 403 })
const led = (to: string) => () =>
  new Response(null, { status: 204, headers: { 'X-Remix-Redirect': to } })
const down = () => new Response('', { status: 503 })
const offline = () => {
  throw new TypeError('Failed to fetch')
}

const server = vi.fn<() => Response>()
const sent: FormData[] = []

beforeEach(() => {
  vi.useFakeTimers()
  server.mockReset()
  sent.length = 0
  vi.stubGlobal('fetch', async (_address: string, { body }: { readonly body: FormData }) => {
    sent.push(body)
    return server()
  })
  Object.assign(navigator, { sendBeacon: () => true })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function Page() {
  const formRef = useRef<HTMLFormElement>(null)
  return (
    <Form formRef={formRef}>
      <input aria-label="Anmerkung" name="note" />
      <DraftKeeper formRef={formRef} />
    </Form>
  )
}

/** @param sent What the page answers to a form that was sent; without it the page was just opened. */
async function show(sent?: object) {
  const action = () => json(sent ?? null)
  const Stub = createRemixStub([{ id: 'page', path: '/', Component: Page, action }])
  render(
    <Stub {...(sent === undefined ? {} : { hydrationData: { actionData: { page: sent } } })} />,
  )
  await pass(0)
}

async function type(text: string) {
  await act(async () => {
    fireEvent.input(screen.getByLabelText('Anmerkung'), { target: { value: text } })
  })
}

async function pass(ms: number) {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms)
  })
}

describe('what is typed is kept', () => {
  test('and the page says so when the server did', async () => {
    server.mockImplementation(kept)
    await show()
    await type('Ganztag')
    await pass(21_000)
    expect(server).toHaveBeenCalledTimes(1)
    expect(screen.queryByText(KEPT)).not.toBeNull()
    await pass(HOUR)
    expect(server).toHaveBeenCalledTimes(1)
  })

  test.each([
    ['an old token', refused],
    ['the missing second step', led('/anmelden/bestaetigen')],
    ['a session that ended', led('/anmelden')],
    ['a form that was saved already', led('/')],
  ])('%s: not tried again until somebody types, and said', async (_what, answer) => {
    server.mockImplementation(answer)
    await show()
    await type('Ganztag')
    await pass(HOUR)
    expect(server).toHaveBeenCalledTimes(1)
    expect(screen.queryByText(KEPT)).toBeNull()
    expect(screen.queryByText(NOT_KEPT)).not.toBeNull()

    server.mockImplementation(kept)
    await type('Ganztag und Mensa')
    await pass(21_000)
    expect(server).toHaveBeenCalledTimes(2)
    expect(screen.queryByText(NOT_KEPT)).toBeNull()
    expect(screen.queryByText(KEPT)).not.toBeNull()
  })

  test('refused later, it is not said to be kept any more', async () => {
    server.mockImplementationOnce(kept).mockImplementation(refused)
    await show()
    await type('Ganztag')
    await pass(21_000)
    await type('Ganztag und Mensa')
    await pass(21_000)
    expect(screen.queryByText(KEPT)).toBeNull()
    expect(screen.queryByText(NOT_KEPT)).not.toBeNull()
  })

  test.each([
    ['no connection', offline],
    ['a server that is down', down],
  ])('%s: tried three times, then said', async (_what, answer) => {
    server.mockImplementation(answer)
    await show()
    await type('Ganztag')
    await pass(41_000)
    expect(screen.queryByText(NOT_KEPT)).toBeNull()
    await pass(HOUR)
    expect(server).toHaveBeenCalledTimes(3)
    expect(screen.queryByText(NOT_KEPT)).not.toBeNull()
    await type('Ganztag und Mensa')
    await pass(HOUR)
    expect(server).toHaveBeenCalledTimes(6)
  })

  test('who types on without a connection is told as well, and when it is there again', async () => {
    server.mockImplementation(offline)
    await show()
    for (const text of ['G', 'Ga', 'Gan']) {
      await type(text)
      await pass(20_000)
    }
    expect(screen.queryByText(NOT_KEPT)).not.toBeNull()
    server.mockImplementation(kept)
    await type('Ganz')
    await pass(20_000)
    expect(screen.queryByText(KEPT)).not.toBeNull()
  })

  test('what was sent and came back is unsent text: it is kept without a key press', async () => {
    server.mockImplementation(kept)
    await show({ values: { note: 'Ganztag' }, errors: {}, refusal: null })
    await pass(HOUR)
    expect(server).toHaveBeenCalledTimes(1)
  })

  test('each time says when, so that the server knows the later one', async () => {
    server.mockImplementation(kept)
    await show()
    for (const text of ['G', 'Ga']) {
      await type(text)
      await pass(20_000)
    }
    const [first = 0, second = 0] = sent.map((body) => Number(body.get('_order')))
    expect(first).toBeGreaterThan(0)
    expect(second - first).toBe(20_000)
  })

  test('who types nothing sends nothing', async () => {
    await show()
    await pass(HOUR)
    expect(server).not.toHaveBeenCalled()
  })
})
