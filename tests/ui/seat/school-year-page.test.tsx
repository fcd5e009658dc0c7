import { json } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { createRemixStub } from '@remix-run/testing'
import { render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test } from 'vitest'
import type { SeatPoolId } from '#app/domain/ids.ts'
import { toTree } from '#app/forms/form.ts'
import type { ComingPool, SchoolYearPage } from '#app/presenters/school-year-page.server.ts'
import { SchoolYearView } from '#app/ui/seat/school-year-page.tsx'

const SUPPORT: ComingPool = {
  ...{ poolId: 'a' as SeatPoolId, version: 3, kind: 'support', gradeFrom: 5, gradeTo: 10 },
  ...{ decided: 8, classes: null, others: 0, reserve: 2, staying: 3, free: 5 },
  ...{ hint: null, saved: null, isMine: true },
}
const REGULAR: ComingPool = {
  ...{ poolId: 'b' as SeatPoolId, version: 1, kind: 'regular', gradeFrom: 6, gradeTo: 6 },
  ...{ decided: 112, classes: 4, others: 100, reserve: 0, staying: 2, free: 110 },
  ...{ hint: null, saved: null, isMine: true },
}
const PAGE = {
  ...{ schoolNumber: '180101', name: 'Gesamtschule', year: 2027, movesUp: true, hasBegun: false },
  ...{ coming: [SUPPORT, REGULAR], present: [], isDue: true, isOwnSchool: true },
  left: [{ kind: 'support', gradeFrom: 5, gradeTo: 10, supportOver: 1, noGrade: 2 }],
} as unknown as SchoolYearPage

function show(page: SchoolYearPage) {
  const sent: FormData[] = []
  const Stub = createRemixStub([
    {
      path: '*',
      Component: () => <SchoolYearView page={page} />,
      action: async ({ request }) => {
        sent.push(await request.formData())
        return null
      },
    },
  ])
  render(<Stub />)
  return sent
}

test('the preview says what each pool would be and who is not carried over', async () => {
  show(PAGE)
  const table = await screen.findByRole('table', { name: 'Plätze im neuen Schuljahr' })
  const [, support, regular] = within(table).getAllByRole('row')
  expect(support?.textContent).toContain('Förderplätze, Klassen 5 bis 10bisher Reserve: 283')
  expect(regular?.textContent).toContain('bisher von anderen belegt: 100')
  expect(screen.getByText(/Förderplätze, Klassen 5 bis 10: 1 Kind, Sprachförderung/)).toBeDefined()
  expect(screen.getByText(/: 2 Kinder, keine Plätze dieser Art/)).toBeDefined()
})

test('numbers can be typed over; where others sit is asked and not guessed', async () => {
  const user = userEvent.setup()
  const sent = show(PAGE)
  const button = await screen.findByRole('button', { name: 'Plätze für 2027/28 übernehmen' })
  await user.click(button)
  expect(sent).toEqual([])
  await user.type(screen.getByLabelText(/Klasse 6, dann belegt von anderen/), '98')
  const seats = screen.getByLabelText(/Förderplätze.*dann beschlossen/)
  await user.clear(seats)
  await user.type(seats, '9')
  await user.click(button)
  const [form] = sent
  expect(Object.fromEntries(form ?? [])).toMatchObject({
    ...{ schoolNumber: '180101', schoolYear: '2027' },
    ...{ 'pools.0.poolId': 'a', 'pools.0.version': '3', 'pools.0.seats': '9' },
    ...{ 'pools.1.poolId': 'b', 'pools.1.seats': '112', 'pools.1.others': '98' },
    'pools.1.classes': '4',
  })
})

test('who does not decide reads the numbers and has no form', async () => {
  const coming = PAGE.coming.map((pool) => ({ ...pool, isMine: false }))
  show({ ...PAGE, coming, isDue: false, isOwnSchool: false })
  expect(await screen.findByRole('table', { name: 'Plätze im neuen Schuljahr' })).toBeDefined()
  expect(screen.queryByRole('button')).toBeNull()
  expect(screen.queryByRole('textbox')).toBeNull()
})

test('once all is carried over, the page says so', async () => {
  const present = [
    {
      ...{ poolId: 'c', version: 1, kind: 'support', gradeFrom: 5, gradeTo: 10, isMine: true },
      ...{ standsFor: [], decided: 8, taken: 3, held: 0, free: 5, staying: 0 },
    },
  ]
  show({ ...PAGE, coming: [], left: [], present, isDue: false } as unknown as SchoolYearPage)
  expect(await screen.findByText(/ist alles übernommen/)).toBeDefined()
  expect(screen.queryByRole('button')).toBeNull()
})

describe('somebody else changed the pools since the page was opened', () => {
  const TYPED_FOR = { poolId: SUPPORT.poolId, gradeFrom: 5, gradeTo: 10 }

  /** A page whose first sending is too late: by then it is `later`. */
  function showLate(later: Partial<SchoolYearPage>) {
    let page: SchoolYearPage = { ...PAGE, coming: [SUPPORT] }
    const sent: Record<string, unknown>[] = []
    const Shown = () => <SchoolYearView page={useLoaderData<SchoolYearPage>()} />
    const Stub = createRemixStub([
      {
        ...{ path: '/', id: 'page', Component: Shown, loader: () => json(page) },
        action: async ({ request }) => {
          const form = toTree(await request.formData())
          sent.push(form)
          page = { ...page, ...later }
          const refusal = { code: 'stale_pool' }
          return json({ values: form, errors: {}, refusal }, { status: 409 })
        },
      },
    ])
    render(<Stub hydrationData={{ loaderData: { page } }} />)
    return sent
  }

  const seatsOf = (grades: string) =>
    screen.getByLabelText(`Förderplätze, ${grades}, dann beschlossen`) as HTMLInputElement
  async function typeAndSend(seats: string) {
    await screen.findByRole('button')
    await userEvent.clear(seatsOf('Klassen 5 bis 10'))
    await userEvent.type(seatsOf('Klassen 5 bis 10'), seats)
    await userEvent.click(screen.getByRole('button'))
  }

  test('a pool came in front: the typed number stays at its own line', async () => {
    const inFront = { ...SUPPORT, poolId: 'c' as SeatPoolId, gradeFrom: 4, gradeTo: 4, decided: 2 }
    const sent = showLate({ coming: [inFront, SUPPORT] })
    await typeAndSend('9')
    await waitFor(() => expect(seatsOf('Klasse 4').value).toBe('2'))
    expect(seatsOf('Klassen 5 bis 10').value).toBe('9')
    expect(screen.getByText(/hat sonst niemand geändert/)).toBeDefined()
    await userEvent.click(screen.getByRole('button'))
    await waitFor(() => expect(sent).toHaveLength(2))
    expect(sent[1]).toMatchObject({
      pools: [
        { poolId: 'c', seats: '2' },
        { poolId: 'a', seats: '9' },
      ],
    })
  })

  test('the same number: both stand there, and without a choice nothing is sent', async () => {
    const saved = { by: 'Frau Demir', on: '2027-03-02' } as const
    const sent = showLate({ coming: [{ ...SUPPORT, version: 4, decided: 12, saved }] })
    await typeAndSend('9')
    const choice = await screen.findByRole('group', {
      name: 'Förderplätze, Klassen 5 bis 10: beschlossen',
    })
    expect(choice.textContent).toContain('Jetzt gespeichert: 12')
    expect(choice.textContent).toContain('Ihre Eingabe: 9')
    expect(screen.getByText('Zuletzt gespeichert: Frau Demir, 02.03.2027.')).toBeDefined()
    await userEvent.click(screen.getByRole('button'))
    expect(await screen.findByText('Bitte prüfen Sie eine Angabe')).toBeDefined()
    expect(sent).toHaveLength(1)
    // its row shows what is chosen
    await userEvent.click(within(choice).getByRole('radio', { name: /^Gespeicherten Wert/ }))
    expect(seatsOf('Klassen 5 bis 10').value).toBe('12')
    await userEvent.click(within(choice).getByRole('radio', { name: /^Meine Eingabe/ }))
    expect(seatsOf('Klassen 5 bis 10').value).toBe('9')
    await userEvent.click(screen.getByRole('button'))
    await waitFor(() => expect(sent).toHaveLength(2))
    expect(sent[1]).toMatchObject({ pools: [{ poolId: 'a', version: '4', seats: '9' }] })
  })

  test('it was carried over: what was typed stands beside what holds, with the way there', async () => {
    const present = {
      ...{ ...SUPPORT, poolId: 'new' as SeatPoolId, standsFor: [TYPED_FOR] },
      ...{ decided: 12, taken: 3, held: 0 },
    }
    showLate({ coming: [], present: [present], isDue: false })
    await typeAndSend('9')
    expect(await screen.findByText(/Jetzt gespeichert: 12\. Ihre Eingabe: 9\./)).toBeDefined()
    const link = screen.getByRole('link', { name: /Zahlen dort ändern/ })
    expect(link.getAttribute('href')).toBe('/schultisch?schule=180101')
  })
})
