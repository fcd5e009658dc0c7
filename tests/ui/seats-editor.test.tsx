import { json } from '@remix-run/node'
import { useLoaderData, useRevalidator } from '@remix-run/react'
import { createRemixStub } from '@remix-run/testing'
import { render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test } from 'vitest'
import type { SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { classSizeHint } from '#app/domain/law/class-size.ts'
import { toTree } from '#app/forms/form.ts'
import type {
  ShownDecision,
  ShownPool,
  ShownSeats,
} from '#app/presenters/school-page-seats.server.ts'
import type { SeatReview } from '#app/presenters/seat-review.server.ts'
import { FormGuardContext } from '#app/ui/form/guard.ts'
import { SeatsRefused } from '#app/ui/seat/refused-seats.tsx'
import { ReserveForm } from '#app/ui/seat/reserve-form.tsx'
import { SeatReviewForm } from '#app/ui/seat/seat-review.tsx'
import { SeatsEditor } from '#app/ui/seat/seats-editor.tsx'

const POOL: ShownPool = {
  ...{ poolId: 'pool-1' as SeatPoolId, version: 1, schoolYear: 2026, gradeFrom: 5, gradeTo: 6 },
  ...{ kind: 'support', decided: 11, lasting: 11, classes: null, others: 0, taken: 0, held: 0 },
  ...{ reserve: 0, reserveUntil: null, free: 11, hint: null },
  saved: { by: 'Amira Brandt', on: '2026-11-20' },
}
const DECISION: ShownDecision = {
  ...{ id: 'decision-1', poolId: POOL.poolId, seats: 11, reason: 'rooms' },
  ...{ validFrom: '2026-11-20', validTo: null, replacedOn: null },
  ...{ decider: 'Amira Brandt', decidedOn: '2026-11-20', enteredForSchool: false },
}

const REVIEW: SeatReview = {
  reason: 'rooms',
  pools: [
    {
      ...{ poolId: POOL.poolId, kind: 'support', schoolYear: 2026, gradeFrom: 5, gradeTo: 6 },
      before: { seats: 11, others: 0, classes: null, free: 11 },
      after: { seats: 12, others: 0, classes: null, free: 12 },
      ...{ validFrom: '2026-11-20', validTo: null, hint: null },
    },
  ],
}

const sent: FormData[] = []
beforeEach(() => {
  sent.length = 0
})

const SEATS: ShownSeats = {
  ...{ schoolNumber: '180101' as SchoolNumber, today: '2026-11-20' },
  ...{ decisions: [DECISION], lastDecidedOn: DECISION.decidedOn, overtaken: [] },
  ...{ pools: [POOL], years: [2026, 2027], grades: { from: 5, to: 10 } },
  ...{ mayDecide: ['support'], mayReserve: false, band: null, turn: null },
}

function show(
  own: Partial<ShownSeats> = {},
  refusal: object | null = null,
  answered: object | null = null,
) {
  const seats: ShownSeats = { ...SEATS, ...own }
  const Stub = createRemixStub([
    {
      ...{ path: '/', id: 'page' },
      Component: () => (
        <FormGuardContext.Provider value={{ csrf: 'token', newIdem: 'once' }}>
          <SeatsRefused seats={seats} />
          <SeatReviewForm />
          <SeatsEditor seats={seats} />
          {seats.mayReserve ? <ReserveForm seats={seats} /> : null}
        </FormGuardContext.Provider>
      ),
      action: async ({ request }) => {
        const form = await request.formData()
        sent.push(form)
        const isLook = form.get('intent') === 'review'
        const looked = refusal === null ? { review: REVIEW } : { refusals: [refusal] }
        return json({ values: toTree(form), errors: {}, refusal, ...(isLook ? looked : {}) })
      },
    },
  ])
  render(
    <Stub {...(answered === null ? {} : { hydrationData: { actionData: { page: answered } } })} />,
  )
}

async function save(seats: string, button = 'Geänderte Zahlen speichern') {
  const form = await screen.findByRole('form', { name: 'Plätze ändern' })
  const number = within(form).getByRole('textbox', { name: /beschlossen/ })
  await userEvent.clear(number)
  await userEvent.type(number, seats)
  await userEvent.selectOptions(within(form).getByLabelText('Grund der Änderung'), 'rooms')
  await userEvent.click(within(form).getByRole('button', { name: button }))
}

describe('hints on the size of classes', () => {
  test('are said once for grades side by side of which the same is to be said', async () => {
    const regular = (grade: number, perClass: number): ShownPool => {
      const seats = { seats: 3 * perClass, classes: 3 }
      const grades = { gradeFrom: grade, gradeTo: grade }
      const hint = classSizeHint('10', { from: grade, to: grade }, seats)
      return { ...POOL, ...grades, poolId: `regular-${grade}` as SeatPoolId, kind: 'regular', hint }
    }
    show({
      pools: [regular(5, 29), regular(6, 29), regular(7, 27), regular(8, 29), regular(9, 33)],
    })
    const hints = (await screen.findAllByText(/Das ist ein Hinweis/)).map(
      ({ textContent }) => textContent?.split(' Kinder')[0],
    )
    expect(hints).toEqual(['Klassen 5 bis 6: 29', 'Klasse 8: 29', 'Klasse 9: 33'])
  })
})

describe('what was decided', () => {
  const decisions = Array.from({ length: 12 }, (_, index) => ({
    ...DECISION,
    ...{ id: `decision-${index}`, seats: 30 - index },
  }))
  const addForm = () => screen.queryByRole('form', { name: 'Plätze eintragen', hidden: true })
  const shownNumbers = async () => {
    const table = await screen.findByRole('table', { name: /^Beschlüsse/, hidden: true })
    return within(table).getAllByRole('row', { hidden: true }).length - 1
  }

  test('stands on the page of the school', async () => {
    show({ decisions })
    expect(await shownNumbers()).toBe(12)
    expect(screen.queryByRole('link', { name: /^Beschlüsse/ })).toBeNull()
  })

  test('is one link away on the desk, as is entering more seats', async () => {
    show({ decisions: null })
    const all = await screen.findByRole('link', { name: 'Beschlüsse und ihre Gründe' })
    expect(all.getAttribute('href')).toBe('/schulen/180101#beschluesse')
    expect(screen.queryByRole('table', { name: /^Beschlüsse/, hidden: true })).toBeNull()
    const more = screen.getByRole('link', { name: 'Weitere Plätze eintragen' })
    expect(more.getAttribute('href')).toBe('/schulen/180101#eintragen')
    expect(addForm()).toBeNull()
  })

  test('is no link where there is nothing: the form waits for the first seats', async () => {
    show({ decisions: null, lastDecidedOn: null, pools: [] })
    expect(addForm()).not.toBeNull()
    expect(screen.queryByRole('link')).toBeNull()
  })

  test('is no link while the form for the first seats is open: what is typed in it stays', async () => {
    const first: ShownSeats = { ...SEATS, decisions: null, lastDecidedOn: null, pools: [] }
    let seats = first
    const Stub = createRemixStub([
      {
        ...{ path: '/', id: 'page' },
        loader: () => json(seats),
        Component: () => {
          const { revalidate } = useRevalidator()
          return (
            <FormGuardContext.Provider value={{ csrf: 'token', newIdem: 'once' }}>
              <button type="button" onClick={revalidate}>
                Neu lesen
              </button>
              <SeatsEditor seats={useLoaderData<ShownSeats>()} />
            </FormGuardContext.Provider>
          )
        },
      },
    ])
    render(<Stub hydrationData={{ loaderData: { page: seats } }} />)
    await userEvent.type(within(addForm() as HTMLElement).getByLabelText('Zahl der Plätze'), '4')
    seats = { ...SEATS, decisions: null }
    await userEvent.click(screen.getByRole('button', { name: 'Neu lesen' }))
    await screen.findByRole('form', { name: 'Plätze ändern' })
    const typed = within(addForm() as HTMLElement).getByLabelText('Zahl der Plätze')
    expect((typed as HTMLInputElement).value).toBe('4')
  })

  test('is no link where new seats were refused: what was typed stands in the form', async () => {
    const values = { intent: 'add', seats: '4' }
    show({ decisions: null }, null, { values, errors: {}, refusal: null })
    const seats = within(addForm() as HTMLElement).getByLabelText('Zahl der Plätze')
    expect((seats as HTMLInputElement).value).toBe('4')
  })

  test('is not spoken of where nothing was', async () => {
    show({ decisions: [], lastDecidedOn: null })
    await screen.findByRole('heading', { name: /^Schuljahr/ })
    expect(screen.queryByText(/^Beschlüsse/)).toBeNull()
  })
})

describe('the numbers of a school', () => {
  test('are sent without a day: each school year has its own first one', async () => {
    show()
    await save('12')
    expect(sent.map((form) => form.get('validFrom'))).toEqual([''])
  })

  test('that are refused are pointed at', async () => {
    const refusal = { code: 'capacity_below_taken', poolId: POOL.poolId, taken: 13, held: 0 }
    show({}, refusal)
    await save('12')
    const number = await screen.findByRole('textbox', { name: /beschlossen/, description: /Bitte/ })
    expect(number.getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByText(/Bitte prüfen Sie diese Zahl\.$/)).toBeTruthy()
  })

  test('that are refused at a look are said with their figures at their row', async () => {
    const figures = { least: 13, taken: 13, held: 0, reserve: 0 }
    const refusal = { code: 'capacity_below_taken', poolId: POOL.poolId, ...figures }
    show({}, refusal)
    await save('12', 'Änderungen prüfen')
    const number = await screen.findByRole('textbox', { name: /beschlossen/, description: /13,/ })
    expect(number.getAttribute('aria-invalid')).toBe('true')
    const row = number.closest('tr')?.nextElementSibling
    expect(row?.textContent).toMatch(/^Förderplätze: So wenige Plätze .* mindestens 13 ein\.$/)
  })

  test('stay over what their reader saw while seats beside them are sent', async () => {
    let seats = SEATS
    let reads = 0
    const Stub = createRemixStub([
      {
        ...{ path: '/', id: 'page' },
        loader: () => {
          reads += 1
          return json(seats)
        },
        Component: () => <SeatsEditor seats={useLoaderData<ShownSeats>()} />,
        action: async ({ request }) => {
          const values = toTree(await request.formData())
          seats = { ...SEATS, pools: [{ ...POOL, version: 2, decided: 15 }] }
          const refusal = { code: 'pool_overlaps', poolId: null, from: 5, to: 6 }
          return json({ values, errors: {}, refusal }, { status: 409 })
        },
      },
    ])
    render(<Stub hydrationData={{ loaderData: { page: seats } }} />)
    const change = (await screen.findByRole('form', { name: 'Plätze ändern' })) as HTMLFormElement
    const number = within(change).getByRole('textbox', { name: /beschlossen/ })
    await userEvent.clear(number)
    await userEvent.type(number, '12')
    const add = screen.getByRole('form', { name: 'Plätze eintragen', hidden: true })
    await userEvent.type(within(add).getByLabelText('Zahl der Plätze'), '4')
    await userEvent.selectOptions(within(add).getByLabelText('Grund'), 'rooms')
    await userEvent.click(within(add).getByRole('button', { hidden: true }))
    await waitFor(() => expect(add.closest('details')?.open).toBe(true))
    // the page is read anew after the answer
    await waitFor(() => expect(reads).toBe(1))
    const now = (await screen.findByRole('form', { name: 'Plätze ändern' })) as HTMLFormElement
    const data = new FormData(now)
    expect([data.get('pools.0.seats'), data.get('pools.0.version')]).toEqual(['12', '1'])
  })

  test('are not to blame for a day that is not possible', async () => {
    const refusal = {
      ...{ code: 'validity_invalid', poolId: POOL.poolId },
      ...{ earliest: '2026-11-20', latest: '2027-07-31' },
    }
    show({}, refusal)
    await save('12')
    expect(await screen.findByText('Bitte prüfen Sie diesen Tag.')).toBeTruthy()
    const number = screen.getByRole('textbox', { name: /beschlossen/ })
    expect(number.getAttribute('aria-invalid')).toBeNull()
  })

  test('say how many of the seats last, and which decision for later will not come', async () => {
    const later: ShownDecision = {
      ...DECISION,
      ...{ id: 'decision-2', seats: 20, validFrom: '2027-02-01', replacedOn: '2026-11-20' },
    }
    const pools = [{ ...POOL, lasting: 9, free: 9 }]
    show({ pools, decisions: [DECISION, later], overtaken: [later] })
    expect(await screen.findByText('9 Förderplätze bleiben')).toBeTruthy()
    expect(screen.getByText('ab 01.02.2027; ersetzt am 20.11.2026')).toBeTruthy()
    expect(screen.getByText(/„20, ab 01\.02\.2027“ gilt nicht mehr/)).toBeTruthy()
    expect(screen.queryByText(/„11, ab/)).toBeNull()
  })
})

describe('new numbers that are looked at first', () => {
  test('stand in place of the form, with what was asked for in the focus, and nothing is saved', async () => {
    show()
    await save('12', 'Änderungen prüfen')
    const said = await screen.findByText(/Gespeichert ist noch nichts/)
    expect(document.activeElement).toBe(said)
    expect(screen.getAllByText('beschlossen: 12 statt 11')).toBeTruthy()
    expect(screen.queryByRole('form', { name: 'Plätze ändern' })).toBeNull()
    expect(screen.queryByRole('form', { name: 'Plätze eintragen' })).toBeNull()
    expect(sent.map((form) => form.get('intent'))).toEqual(['review'])
  })

  test('are saved as they were looked at', async () => {
    show()
    await save('12', 'Änderungen prüfen')
    await userEvent.click(await screen.findByRole('button', { name: 'Geprüfte Zahlen speichern' }))
    await waitFor(() => expect(sent).toHaveLength(2))
    const [looked, saved] = sent.map((form) => Object.fromEntries(form))
    expect(saved).toMatchObject({
      ...{ intent: 'change', 'pools.0.seats': '12', changeReason: 'rooms' },
      ...{ 'pools.0.was': looked?.['pools.0.was'], 'pools.0.version': '1' },
    })
  })

  test('can be gone on with where they were typed', async () => {
    show()
    await save('12', 'Änderungen prüfen')
    await userEvent.click(await screen.findByRole('button', { name: 'Weiter bearbeiten' }))
    const form = await screen.findByRole('form', { name: 'Plätze ändern' })
    const number = within(form).getByRole('textbox', { name: /beschlossen/ }) as HTMLInputElement
    expect(number.value).toBe('12')
    expect(screen.queryByText(/Gespeichert ist noch nichts\. So/)).toBeNull()
  })

  test('Enter in a number looks first, and saves nothing', async () => {
    show()
    const form = await screen.findByRole('form', { name: 'Plätze ändern' })
    await userEvent.selectOptions(within(form).getByLabelText('Grund der Änderung'), 'rooms')
    const number = within(form).getByRole('textbox', { name: /beschlossen/ })
    await userEvent.clear(number)
    await userEvent.type(number, '12{Enter}')
    await screen.findByText(/Gespeichert ist noch nichts/)
    expect(sent.map((one) => one.get('intent'))).toEqual(['review'])
  })
})

/** The page of a school on which each form is answered in turn, and somebody else saved before the first. */
function showAnswered(answers: readonly object[], stored: ShownSeats) {
  let seats: ShownSeats = { ...SEATS, mayReserve: true }
  let reads = 0
  const left = [...answers]
  const Page = () => {
    const now = useLoaderData<ShownSeats>()
    return (
      <>
        <SeatsRefused seats={now} />
        <SeatReviewForm />
        <SeatsEditor seats={now} />
        <ReserveForm seats={now} />
      </>
    )
  }
  const Stub = createRemixStub([
    {
      ...{ path: '/', id: 'page', Component: Page },
      loader: () => {
        reads += 1
        return json(seats)
      },
      action: async ({ request }) => {
        const values = toTree(await request.formData())
        seats = stored
        return json({ values, errors: {}, refusal: null, ...left.shift() })
      },
    },
  ])
  render(<Stub hydrationData={{ loaderData: { page: seats } }} />)
  return { readTimes: (times: number) => waitFor(() => expect(reads).toBe(times)) }
}

const CHANGED_MEANWHILE: ShownSeats = {
  ...SEATS,
  mayReserve: true,
  pools: [{ ...POOL, version: 2, reserve: 3, reserveUntil: '2026-12-31' as never }],
}
const OVERLAPS = { refusal: { code: 'pool_overlaps', poolId: null, from: 5, to: 6 } }
const ALREADY_THERE = /sind schon Plätze eingetragen/
const SAID_OF_ANOTHER = { refusal: { code: 'pool_not_found' } }
const HIDDEN = { hidden: true } as const

const formNamed = (name: string) =>
  screen.findByRole('form', { name, ...HIDDEN }) as Promise<HTMLFormElement>

async function typeNewSeats() {
  const add = within(await formNamed('Plätze eintragen'))
  await userEvent.type(add.getByLabelText('Zahl der Plätze'), '4')
  await userEvent.selectOptions(add.getByLabelText('Grund'), 'rooms')
  return add
}

async function sendNewSeats() {
  const add = await typeNewSeats()
  await userEvent.click(add.getByRole('button', HIDDEN))
}

async function typeReserve() {
  const form = await formNamed('Plätze zurückhalten')
  const reserve = within(form)
  await userEvent.selectOptions(reserve.getByLabelText('Plätze für'), `${POOL.poolId}/1`)
  await userEvent.type(reserve.getByLabelText('Zurückhalten'), '2')
  return form
}

describe('several forms on the page of a school', () => {
  test('seats to be kept back stay over what their reader saw while another form is sent', async () => {
    const { readTimes } = showAnswered([OVERLAPS], CHANGED_MEANWHILE)
    await typeReserve()
    await sendNewSeats()
    await readTimes(1)
    const data = new FormData(await formNamed('Plätze zurückhalten'))
    expect([data.get('pool'), data.get('reserve')]).toEqual([`${POOL.poolId}/1`, '2'])
  })

  test('seats to be kept back that came too late stand over what is stored now', async () => {
    const { readTimes } = showAnswered([{ refusal: { code: 'stale_pool' } }], CHANGED_MEANWHILE)
    const form = await typeReserve()
    const day = within(form).getByLabelText('Bis') as HTMLInputElement
    await userEvent.type(day, '2026-12-01')
    await userEvent.click(within(form).getByRole('button', HIDDEN))
    await readTimes(1)
    const chosen = await screen.findByRole('option', { name: /zurückgehalten: 3 bis/, ...HIDDEN })
    expect((chosen as HTMLOptionElement).selected).toBe(true)
    const data = new FormData(await formNamed('Plätze zurückhalten'))
    expect([data.get('pool'), data.get('reserve')]).toEqual([`${POOL.poolId}/2`, '2'])
  })

  test('is neither read nor sent beside a review, and keeps what was typed in it', async () => {
    show({ mayReserve: true })
    await typeNewSeats()
    await typeReserve()
    await save('12', 'Änderungen prüfen')
    await screen.findByText(/Gespeichert ist noch nichts/)
    for (const name of ['Plätze eintragen', 'Plätze zurückhalten']) {
      expect(screen.queryByRole('form', { name })).toBeNull()
      expect((await formNamed(name)).closest('[hidden]')).not.toBeNull()
    }
    await userEvent.click(screen.getByRole('button', { name: 'Weiter bearbeiten' }))
    await screen.findByRole('form', { name: 'Plätze ändern' })
    const [added, reserved] = await Promise.all(
      ['Plätze eintragen', 'Plätze zurückhalten'].map(formNamed),
    )
    expect(added?.closest('[hidden]')).toBeNull()
    expect(reserved?.closest('[hidden]')).toBeNull()
    expect(new FormData(added).get('seats')).toBe('4')
    expect(new FormData(reserved).get('reserve')).toBe('2')
  })

  test('keeps open, with its refusal, while another one is answered', async () => {
    const { readTimes } = showAnswered([OVERLAPS, SAID_OF_ANOTHER], SEATS)
    await sendNewSeats()
    await readTimes(1)
    const add = await formNamed('Plätze eintragen')
    // above the page, and there alone
    expect(screen.getAllByText(ALREADY_THERE)).toHaveLength(1)
    expect(within(add).queryByText(ALREADY_THERE)).toBeNull()
    await save('12')
    await readTimes(2)
    expect(add.closest('details')?.open).toBe(true)
    expect(within(add).getByText(ALREADY_THERE)).toBeTruthy()
  })

  test('names what is missing in each of them by its own heading and its own fields', async () => {
    show()
    const [change, add] = await Promise.all(['Plätze ändern', 'Plätze eintragen'].map(formNamed))
    for (const form of [change, add]) {
      await userEvent.click(within(form as HTMLElement).getAllByRole('button', HIDDEN)[0] as never)
      await within(form as HTMLElement).findByRole('alert', HIDDEN)
    }
    const headings = screen.getAllByRole('alert', HIDDEN).map((one) => {
      const heading = document.getElementById(one.getAttribute('aria-labelledby') ?? '')
      return heading !== null && one.contains(heading)
    })
    expect(headings).toEqual([true, true])
  })

  test('asks for days in each of them, each with its own name and its own message', async () => {
    show({}, null, {
      ...{ values: { intent: 'add', validTo: 'bald' }, refusal: null },
      errors: { validTo: { type: 'custom', message: 'Bitte prüfen Sie diesen Tag.' } },
    })
    const [change, add] = await Promise.all(['Plätze ändern', 'Plätze eintragen'].map(formNamed))
    for (const name of [/^Gültig ab/, /^Gültig bis/]) {
      expect(within(change as HTMLElement).getByLabelText(name)).toBeTruthy()
      expect(within(add as HTMLElement).getByLabelText(name)).toBeTruthy()
    }
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    const link = within(add as HTMLElement).getByRole('link', { name: /^Gültig bis:/, ...HIDDEN })
    const target = document.querySelector(link.getAttribute('href') ?? '')
    expect(target).toBe(within(add as HTMLElement).getByLabelText(/^Gültig bis/))
  })

  test('names each pool that is in the way, where the same is to be said of several', async () => {
    const other = { ...POOL, poolId: 'pool-2' as SeatPoolId, gradeFrom: 7, gradeTo: 8 }
    const refusal = { code: 'pool_not_found' }
    const refusals = [POOL, other].map(({ poolId }) => ({ ...refusal, poolId }))
    const values = { intent: 'review' }
    show({ pools: [POOL, other] }, null, { values, errors: {}, refusal: refusals[0], refusals })
    const alert = await screen.findByRole('alert', { name: /^2 Ihrer Änderungen/ })
    const said = within(alert).getAllByRole('listitem')
    expect(said).toHaveLength(1)
    expect(said[0]?.textContent).toMatch(/Klassen 5 bis 6.*; Förderplätze, Klassen 7 bis 8.*: /)
  })
})
