import { json } from '@remix-run/node'
import { createRemixStub } from '@remix-run/testing'
import { render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { renderToString } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import type { AuthorityDesk, AuthorityRow } from '#app/presenters/authority-desk.server.ts'
import type { DeskResult } from '#app/presenters/authority-desk-result.server.ts'
import { FormGuardContext } from '#app/ui/form/guard.ts'
import { AuthorityDeskView } from '#app/ui/school/authority-desk-page.tsx'

const SCHOOL = '180101' as SchoolNumber

function row(name: string, own: Partial<AuthorityRow['proposal']> = {}): AuthorityRow {
  return {
    caseId: `case-${name}` as CaseId,
    version: 4,
    name,
    original: null,
    age: 12,
    grade: 7,
    language: 'Rumänisch',
    proposal: {
      school: { number: SCHOOL, name: 'Gesamtschule Lindenau', form: '15' },
      pool: { kind: 'support', gradeFrom: 5, gradeTo: 10, decided: 6, free: 2 },
      regular: null,
      later: null,
      wayMetres: 1_600,
      reasons: [{ kind: 'wish' }],
      deviation: null,
      proposedOn: '2026-11-16',
      holdUntil: '2026-11-23T09:00:00.000Z',
      endsInDays: null,
      others: [],
      canAdmitAt: null,
      ...own,
    },
    clock: { name: 'assignment', state: 'running', days: 4, target: 14 },
    isLate: false,
  }
}

function desk(own: Partial<AuthorityDesk> = {}): AuthorityDesk {
  const rows = own.rows ?? [row('Ilie'), row('Lana')]
  return {
    today: '2026-11-19',
    query: { narrow: null, page: 1, all: false },
    total: rows.length,
    counts: { all: rows.length, overdue: 0, ends_soon: 0, said_yes: 0, at_centre: 0 },
    reports: [],
    assigningCentres: [],
    news: { desk: 'authority', notices: [], older: 0, listed: [], elsewhere: 0, undelivered: [] },
    ...own,
    rows,
  }
}

function Page({ shown }: { readonly shown: AuthorityDesk }) {
  return (
    <FormGuardContext.Provider value={{ csrf: 'token', newIdem: 'once' }}>
      <AuthorityDeskView desk={shown} />
    </FormGuardContext.Provider>
  )
}

const sent: FormData[] = []
function show(shown: AuthorityDesk, result?: DeskResult) {
  sent.length = 0
  const Stub = createRemixStub([
    {
      path: '/schulamt',
      Component: () => <Page shown={shown} />,
      action: async ({ request }) => {
        sent.push(await request.formData())
        return json({ result })
      },
    },
    { path: '*', Component: () => null },
  ])
  return <Stub initialEntries={['/schulamt']} />
}

const RESULT: DeskResult = {
  intent: 'assign',
  at: '2026-11-19T10:02:00.000Z',
  rows: [
    {
      child: { caseId: 'case-Tarek' as CaseId, name: 'Tarek', original: null, school: 'A' },
      refusal: { code: 'hold_expired', holdUntil: '2026-11-19T10:01:00.000Z' },
      next: { number: SCHOOL, name: 'Sekundarschule Altenrode', support: 3, regular: 1 },
    },
    {
      child: { caseId: 'case-Emine' as CaseId, name: 'Emine', original: null, school: 'B' },
      refusal: null,
      next: null,
    },
    { child: null, refusal: { code: 'forbidden', action: 'case.assign' }, next: null },
  ],
}

describe('choosing', () => {
  test('counts what is ticked, and sends exactly that', async () => {
    render(show(desk(), RESULT))
    expect(await screen.findByText('0 ausgewählt.')).toBeTruthy()
    await userEvent.click(screen.getByRole('checkbox', { name: 'Lana auswählen' }))
    expect(screen.getByText('1 ausgewählt.')).toBeTruthy()
    await userEvent.click(screen.getByRole('checkbox', { name: 'Ilie auswählen' }))
    await userEvent.click(screen.getByRole('button', { name: '2 Kinder zuweisen' }))
    await waitFor(() => expect(sent).toHaveLength(1))
    expect(sent[0]?.get('intent')).toBe('assign')
    expect(sent[0]?.getAll('chosen')).toEqual(['case-Ilie:4', 'case-Lana:4'])
  })

  test('of nothing is not sent, and says so', async () => {
    render(show(desk()))
    await userEvent.click(
      await screen.findByRole('button', { name: 'Ausgewählte Kinder zuweisen' }),
    )
    expect(await screen.findByRole('alert')).toHaveProperty(
      'textContent',
      expect.stringContaining('Kinder: Bitte wählen Sie ein Kind oder mehrere'),
    )
    expect(sent).toHaveLength(0)
  })

  test('to send back wants a reason and a sentence', async () => {
    render(show(desk({ query: { narrow: null, page: 1, all: true } })))
    const button = await screen.findByText('2 Kinder an die Beratung zurückgeben')
    await userEvent.click(button)
    const summary = await screen.findByRole('alert')
    expect(within(summary).getAllByRole('link')).toHaveLength(2)
    expect(sent).toHaveLength(0)
    await userEvent.selectOptions(screen.getByLabelText('Grund'), 'way_too_long')
    await userEvent.type(screen.getByLabelText('Begründung in einem Satz'), 'Zu weit.')
    await userEvent.click(button)
    await waitFor(() => expect(sent).toHaveLength(1))
    expect(Object.fromEntries(sent[0] ?? [])).toMatchObject({
      ...{ intent: 'send_back', reason: 'way_too_long', sentence: 'Zu weit.' },
    })
  })

  test('all is a link, and the page of it comes ticked, without a script', () => {
    expect(renderToString(show(desk()))).toMatch(/href="\/schulamt\?alle=1"[^>]*>Alle auswählen/)
    const all = renderToString(show(desk({ query: { narrow: null, page: 1, all: true } })))
    expect(all.match(/type="checkbox"[^>]*checked/g)).toHaveLength(2)
    // nobody has counted: the button does not say a number that may be wrong
    expect(all).toContain('Ausgewählte Kinder')
    expect(all).not.toMatch(/ausgewählt\./)
  })
})

describe('a row', () => {
  test('says when its hold ends, the way, and what else is free', async () => {
    const others = [
      { number: '1' as SchoolNumber, name: 'Realschule Ruhrbach', support: 4, regular: 3 },
      { number: '2' as SchoolNumber, name: 'Gymnasium Lindenau', support: 2, regular: null },
    ]
    const regular = { decided: 9, free: 5 }
    const later = { isKept: false, from: '2028-02-01' } as const
    const rows = [row('Ilie', { endsInDays: 1, others, regular, later }), row('Lana')]
    render(show(desk({ rows })))
    const [first, second] = (await screen.findAllByRole('row')).slice(1)
    expect(first?.textContent).toContain('Vormerkung endet morgen')
    expect(first?.textContent).toContain('Regelplätze: 5 von 9 frei')
    expect(first?.textContent).toContain('keiner vorgemerkt, fehlt ab 01.02.2028')
    expect(first?.textContent).toContain('1,6 km Schulweg (geschätzt)')
    expect(first?.textContent).toContain('Realschule Ruhrbach: 4 und 3')
    expect(first?.textContent).toContain('Gymnasium Lindenau: 2 und –keine Angabe')
    expect(second?.textContent).toContain('vorgemerkt bis 23.11.')
    expect(second?.textContent).toContain('keine')
  })

  test('says that the regular place not free for others is this child’s', async () => {
    const later = { isKept: true, from: '2028-02-01' } as const
    const regular = { decided: 1, free: 0 }
    render(show(desk({ rows: [row('Ilie', { regular, later }), row('Lana', { regular })] })))
    const [first, second] = (await screen.findAllByRole('row')).slice(1)
    expect(first?.textContent).toContain('Regelplätze: 0 von 1 frei, einer mit vorgemerkt')
    // where the centre looks for none, none is missing
    expect(second?.textContent).toContain('Regelplätze: 0 von 1 frei')
    expect(second?.textContent).not.toContain('0 von 1 frei,')
  })

  test('under a lock, or without an address, says nothing of a way', async () => {
    render(show(desk({ rows: [row('Ilie', { wayMetres: null })] })))
    expect((await screen.findAllByRole('row'))[1]?.textContent).not.toContain('Schulweg')
  })
})

describe('the result', () => {
  test('has a line for each child, with what to do next', async () => {
    render(show(desk({ query: { narrow: null, page: 1, all: true } }), RESULT))
    await userEvent.click(await screen.findByRole('button', { name: '2 Kinder zuweisen' }))
    const status = await screen.findByRole('status')
    expect(status.textContent).toContain('1 von 3 Kindern ist zugewiesen, 2 nicht.')
    const table = screen.getByRole('table', { name: 'Ergebnis für jedes Kind' })
    expect(screen.getByRole('heading', { name: 'Ergebnis von 11:02 Uhr' })).toBeTruthy()
    const [expired, done, gone] = within(table).getAllByRole('row').slice(1)
    expect(expired?.textContent).toContain('nicht zugewiesen')
    expect(expired?.textContent).toContain(
      'Am besten passt jetzt: Sekundarschule Altenrode (3 und 1 frei).',
    )
    expect(
      within(expired as HTMLElement)
        .getByRole('link')
        .getAttribute('href'),
    ).toBe('/faelle/case-Tarek/zuweisung#zurueckgeben')
    expect(done?.textContent).toMatch(/Emine.*zugewiesen.*Zuweisung ansehen/)
    expect(gone?.textContent).toContain('liegt nicht mehr bei Ihnen')
    expect(within(gone as HTMLElement).queryByRole('link')).toBeNull()
    // what was ticked is decided: the form begins anew
    expect(screen.getByText('2 ausgewählt.')).toBeTruthy()
  })
})

test('a filter that leaves nothing leads back to all', async () => {
  const query = { narrow: 'overdue', page: 1, all: false } as const
  const counts = { all: 2, overdue: 0, ends_soon: 0, said_yes: 0, at_centre: 0 }
  render(show(desk({ rows: [], query, counts, total: 0 })))
  const link = await screen.findByRole('link', { name: 'Alle Vorschläge ansehen (2)' })
  expect(link.getAttribute('href')).toBe('/schulamt')
})

describe('a place that is missing', () => {
  const row: AuthorityDesk['reports'][number] = {
    ...{ caseId: 'case-Emine' as CaseId, name: 'Emine', original: null, age: 12, grade: 7 },
    report: {
      school: { number: SCHOOL, name: 'Gesamtschule Lindenau', form: '15' },
      pool: { kind: 'support', gradeFrom: 5, gradeTo: 10, decided: 3, free: 0 },
      regular: { decided: 4, free: 1 },
      reportedAt: '2026-11-19T09:00:00.000Z',
      reason: { code: 'no_seat', sentence: 'Die Gruppe ist voll.' },
      others: [{ number: SCHOOL, name: 'Sekundarschule Altenrode', support: 3, regular: 1 }],
    },
  }

  test('stands before the proposals, with the reason, the seats and the way to decide', async () => {
    render(show(desk({ reports: [row] })))
    const section = await screen.findByRole('region', { name: 'Kapazität gemeldet (1)' })
    const text = section.textContent
    for (const said of ['Die Gruppe ist voll.', 'Gesamtschule Lindenau', '0 von 3 frei']) {
      expect(text).toContain(said)
    }
    expect(text).toContain('Sekundarschule Altenrode: 3 und 1')
    const link = within(section).getByRole('link', { name: 'Entscheiden: Emine' })
    expect(link.getAttribute('href')).toBe('/faelle/case-Emine/zuweisung')
    const headings = screen.getAllByRole('heading', { level: 2 }).map((one) => one.textContent)
    expect(headings).toEqual(['Kapazität gemeldet (1)', 'Zu entscheiden (2)'])
  })

  test('is no section where none is', async () => {
    render(show(desk()))
    await screen.findByRole('heading', { name: 'Zu entscheiden (2)' })
    expect(screen.queryByText(/Kapazität gemeldet/)).toBeNull()
  })
})

describe('what the centre decides', () => {
  const assigningCentres = ['KI Kreis Lindenau']
  const counts = { all: 0, overdue: 0, ends_soon: 0, said_yes: 0, at_centre: 2 }

  test('is said on the desk, with the way to look at it', async () => {
    render(show(desk({ rows: [], total: 0, counts, assigningCentres })))
    expect(await screen.findByText(/weist selbst zu: KI Kreis Lindenau/)).toBeTruthy()
    const link = screen.getByRole('link', { name: /Entscheidet das Zentrum/ })
    expect(link.getAttribute('href')).toBe('/schulamt?nur=zentrum')
  })

  test('is read there and not decided', async () => {
    const query = { narrow: 'at_centre', page: 1, all: false } as const
    render(show(desk({ query, counts, assigningCentres })))
    expect(await screen.findByRole('heading', { name: 'Entscheidet das Zentrum (2)' })).toBeTruthy()
    expect(screen.getByText('Lana')).toBeTruthy()
    expect(screen.queryAllByRole('checkbox')).toEqual([])
    expect(screen.queryByRole('button', { name: /zuweisen/ })).toBeNull()
  })
})
