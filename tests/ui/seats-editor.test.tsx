import { json } from '@remix-run/node'
import { createRemixStub } from '@remix-run/testing'
import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test } from 'vitest'
import type { SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { classSizeHint } from '#app/domain/law/class-size.ts'
import type {
  ShownDecision,
  ShownPool,
  ShownSeats,
} from '#app/presenters/school-page-seats.server.ts'
import { FormGuardContext } from '#app/ui/form/guard.ts'
import { SeatsEditor } from '#app/ui/seat/seats-editor.tsx'

const POOL: ShownPool = {
  ...{ poolId: 'pool-1' as SeatPoolId, version: 1, schoolYear: 2026, gradeFrom: 5, gradeTo: 6 },
  ...{ kind: 'support', decided: 11, lasting: 11, classes: null, others: 0, taken: 0, held: 0 },
  ...{ reserve: 0, reserveUntil: null, free: 11, hint: null },
}
const DECISION: ShownDecision = {
  ...{ id: 'decision-1', poolId: POOL.poolId, seats: 11, reason: 'rooms' },
  ...{ validFrom: '2026-11-20', validTo: null, replacedOn: null },
  ...{ decider: 'Amira Brandt', decidedOn: '2026-11-20', enteredForSchool: false },
}

const sent: FormData[] = []
beforeEach(() => {
  sent.length = 0
})

function show(own: Partial<ShownSeats> = {}, refusal: object | null = null) {
  const seats: ShownSeats = {
    ...{ schoolNumber: '180101' as SchoolNumber, today: '2026-11-20' },
    ...{ pools: [POOL], decisions: [DECISION], years: [2026, 2027], grades: { from: 5, to: 10 } },
    ...{ mayDecide: ['support'], mayReserve: false, band: null, turn: null },
    ...own,
  }
  const Stub = createRemixStub([
    {
      path: '/',
      Component: () => (
        <FormGuardContext.Provider value={{ csrf: 'token', newIdem: 'once' }}>
          <SeatsEditor seats={seats} />
        </FormGuardContext.Provider>
      ),
      action: async ({ request }) => {
        const form = await request.formData()
        sent.push(form)
        return json({ values: Object.fromEntries(form), errors: {}, refusal })
      },
    },
  ])
  render(<Stub />)
}

async function save(seats: string) {
  const form = await screen.findByRole('form', { name: 'Plätze ändern' })
  const number = within(form).getByRole('textbox', { name: /beschlossen/ })
  await userEvent.clear(number)
  await userEvent.type(number, seats)
  await userEvent.selectOptions(within(form).getByLabelText('Grund der Änderung'), 'rooms')
  await userEvent.click(within(form).getByRole('button', { name: 'Geänderte Zahlen speichern' }))
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

describe('the numbers of a school', () => {
  test('are sent without a day: each school year has its own first one', async () => {
    show()
    await save('12')
    expect(sent.map((form) => form.get('validFrom'))).toEqual([''])
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
    show({ pools: [{ ...POOL, lasting: 9, free: 9 }], decisions: [DECISION, later] })
    expect(await screen.findByText('9 Förderplätze bleiben')).toBeTruthy()
    expect(screen.getByText('ab 01.02.2027; ersetzt am 20.11.2026')).toBeTruthy()
    expect(screen.getByText(/„20, ab 01\.02\.2027“ gilt nicht mehr/)).toBeTruthy()
    expect(screen.queryByText(/„11, ab/)).toBeNull()
  })
})
