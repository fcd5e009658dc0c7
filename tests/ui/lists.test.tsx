import { createRemixStub } from '@remix-run/testing'
import { render, screen, within } from '@testing-library/react'
import type { ReactNode } from 'react'
import { describe, expect, test } from 'vitest'
import { ThreeClocks } from '#app/ui/case/three-clocks.tsx'
import { ChildName, WaitTag } from '#app/ui/case/words.tsx'
import { StaffFrame } from '#app/ui/frame.tsx'
import { FilterChips } from '#app/ui/list/filter-chips.tsx'
import { FoldTable } from '#app/ui/list/fold-table.tsx'
import { Pager } from '#app/ui/list/pager.tsx'
import { type PoolRow, PoolTable } from '#app/ui/seat/pool-table.tsx'
import { ExcludedList } from '#app/ui/suggestion/excluded-list.tsx'
import { SuggestionCard, SuggestionList } from '#app/ui/suggestion/suggestion-card.tsx'
import { WithoutPoolsGroup } from '#app/ui/suggestion/without-pools.tsx'

function show(children: ReactNode) {
  const Stub = createRemixStub([{ path: '*', Component: () => children }])
  return render(<Stub />)
}

describe('the frame', () => {
  const frame = (signedIn: boolean) => (
    <StaffFrame
      centre="Kommunales Integrationszentrum Kreis Lindenau"
      nav={[{ label: 'Arbeitsliste', href: '/arbeitsliste', current: true }]}
      who={signedIn ? { name: 'Amira Brandt', role: 'KI-Beratung' } : null}
      homeHref="/"
      signOutTo={signedIn ? '/abmelden' : null}
      evaluation={signedIn}
    >
      <h1>Seite</h1>
    </StaffFrame>
  )

  test('leads past the menu to the content, and says that looking is recorded', async () => {
    const { container } = show(frame(true))
    const skip = await screen.findByText('Zum Inhalt springen')
    expect(container.querySelector(skip.getAttribute('href')!)?.tagName).toBe('MAIN')
    expect(container.querySelector('a, button, input')).toBe(skip)
    expect(screen.getByText('Jeder Blick in eine Akte wird protokolliert.')).toBeTruthy()
    expect(container.querySelector('[aria-current=page]')?.textContent).toBe('Arbeitsliste')
  })

  test('says that an evaluation is one and where its key lies, and only then', async () => {
    show(frame(true))
    expect(await screen.findByText(/Probebetrieb mit erfundenen Daten/)).toBeTruthy()
    expect(screen.getByText('DATA_DIR/keys/kek')).toBeTruthy()
  })

  test('has no way out for somebody who is not in', async () => {
    show(frame(false))
    await screen.findByRole('heading', { name: 'Seite' })
    expect(screen.queryByText('Abmelden')).toBeNull()
    expect(screen.queryByText(/Probebetrieb/)).toBeNull()
  })
})

describe('lists', () => {
  test('a folded table is still a table: roles, labels, a name for every row', async () => {
    show(
      <FoldTable
        caption="Offene Fälle"
        columns={[
          { key: 'child', label: 'Kind' },
          { key: 'stage', label: 'Stand' },
          { key: 'next', label: 'Nächster Schritt', hidden: true },
        ]}
        groups={[
          {
            key: 'late',
            title: 'Überfällig (1)',
            rows: [{ id: '1', late: true, cells: ['Yusra', 'beraten', 'los'] }],
          },
        ]}
      />,
    )
    const table = await screen.findByRole('table', { name: 'Offene Fälle' })
    expect(within(table).getAllByRole('columnheader')).toHaveLength(3)
    expect(within(table).getByRole('rowheader', { name: 'Yusra' })).toBeTruthy()
    const cells = within(table).getAllByRole('cell')
    expect(cells.map((cell) => cell.getAttribute('data-l'))).toEqual(['Stand', null])
    expect(table.querySelectorAll('[role]').length).toBe(
      table.querySelectorAll('tr, th, td, thead, tbody').length,
    )
  })

  test('filters are links with counts; the chosen one says so', async () => {
    show(
      <FilterChips
        label="Fälle filtern"
        groups={[
          { chips: [{ label: 'Meine', href: '?wessen=meine', count: 38, current: true }] },
          { label: 'Wartet auf:', chips: [{ label: 'uns', href: '?wartet=us', count: 9 }] },
        ]}
      />,
    )
    const chosen = await screen.findByRole('link', { name: 'Meine 38' })
    expect(chosen.getAttribute('aria-current')).toBe('true')
    expect(screen.getByRole('link', { name: 'uns 9' }).hasAttribute('aria-current')).toBe(false)
  })

  test.each([
    [1, 64, '1 bis 25 von 64 Fällen', ['Nächste Seite']],
    [2, 64, '26 bis 50 von 64 Fällen', ['Vorige Seite', 'Nächste Seite']],
    [3, 64, '51 bis 64 von 64 Fällen', ['Vorige Seite']],
    [1, 25, '1 bis 25 von 25 Fällen', []],
  ])('page %i of %i', async (page, total, words, links) => {
    show(<Pager page={page} total={total} things="Fällen" href={(to) => `?seite=${to}`} />)
    expect(await screen.findByText(words)).toBeTruthy()
    expect(screen.queryAllByRole('link').map((link) => link.textContent)).toEqual(links)
  })
})

describe('a case', () => {
  test('a name in its own script stands apart, in its language and direction', async () => {
    show(
      <ChildName name="Yusra Al-Hamdan" original={{ text: 'يسرا', lang: 'ar' }} to="/faelle/1" />,
    )
    const original = (await screen.findByText('يسرا')) as HTMLElement
    expect([original.tagName, original.lang, original.dir]).toEqual(['BDI', 'ar', 'rtl'])
  })

  test('our own turn is filled, nobody is no tag', async () => {
    const { container } = show(
      <>
        <WaitTag on="us" />
        <WaitTag on="family" />
        <WaitTag on="nobody" />
      </>,
    )
    await screen.findByText('uns')
    expect([...container.querySelectorAll('.m-wait')].map((tag) => tag.textContent)).toEqual([
      'uns',
      'Familie',
    ])
    expect(container.querySelectorAll('.m-wait--us')).toHaveLength(1)
  })

  test('the path marks where the case is; a clock that has not begun has no bar', async () => {
    const { container } = show(
      <ThreeClocks
        stage="waiting"
        stageSince="2026-11-05"
        counselledOn="2026-11-05"
        firstDay={null}
        clocks={[
          { name: 'counselling', state: 'stopped', days: 31, target: 28 },
          { name: 'assignment', state: 'running', days: 14, target: 14 },
          { name: 'first_day', state: 'not_started', target: 7 },
        ]}
      />,
    )
    const now = await screen.findByText(/Beschulung: wartet auf Platz/)
    expect(now.closest('li')?.getAttribute('aria-current')).toBe('step')
    expect(container.querySelectorAll('svg')).toHaveLength(2)
    expect(screen.getByText('beginnt mit der Zuweisung, Ziel 7 Tage')).toBeTruthy()
  })
})

describe('suggestions and seats', () => {
  test('reasons are sentences, marked for and against', async () => {
    const { container } = show(
      <SuggestionList>
        <SuggestionCard
          rank={1}
          name="Gesamtschule Altenrode"
          free={1}
          decided={18}
          wayMetres={1400}
          reasons={[
            { kind: 'sibling' },
            { kind: 'seats_free', free: 1, decided: 18 },
            { kind: 'last_seat' },
          ]}
          action={null}
        />
      </SuggestionList>,
    )
    await screen.findByText('Ein Geschwisterkind besucht diese Schule.')
    const marks = [...container.querySelectorAll('.m-reasons li')].map((reason) => reason.className)
    expect(marks).toEqual(['pro', 'pro', 'con'])
    expect(screen.getByText('Ein Förderplatz ist frei.')).toBeTruthy()
    expect(screen.getByText('1,4 km')).toBeTruthy()
  })

  test('every excluded school says why, and the summary counts the reasons', async () => {
    show(
      <ExcludedList
        schools={[
          { number: '1', name: 'Schule A', exclusion: { why: 'no_free_seat', decided: 4 } },
          { number: '2', name: 'Schule B', exclusion: { why: 'no_free_seat', decided: 9 } },
          {
            number: '3',
            name: 'Schule C',
            exclusion: { why: 'no_grade', taught: { from: 1, to: 4 } },
          },
        ]}
      />,
    )
    expect(
      await screen.findByText(
        '3 Schulen kommen nicht infrage: kein freier Förderplatz (2), führt diese Klasse nicht (1)',
      ),
    ).toBeTruthy()
    expect(screen.getByText('Führt nur die Klassen 1 bis 4.')).toBeTruthy()
  })

  test('a school without pools can be rung up, not proposed', async () => {
    show(
      <WithoutPoolsGroup
        schools={[{ number: '1', name: 'Hauptschule', phone: '02421/123 45', wayMetres: 2000 }]}
      />,
    )
    const call = await screen.findByText('02421/123 45')
    expect(call.getAttribute('href')).toBe('tel:+49242112345')
    expect(screen.queryByRole('button')).toBeNull()
  })

  const pool: PoolRow = {
    ...{ id: 'p1', gradeFrom: 5, gradeTo: 6, kind: 'support', decided: 18, classes: null },
    ...{ others: 0, taken: 14, held: 2, reserve: 1, free: 1, note: null, inputs: null },
  }

  test('the same grades stand in one row, the kinds beside each other, with their sums', async () => {
    const regular = { ...pool, id: 'p2', kind: 'regular', decided: 58, classes: 2 } as const
    const upper = { ...pool, id: 'p3', gradeFrom: 7, gradeTo: 7, decided: 2 }
    show(<PoolTable pools={[upper, pool, regular]} />)
    const rows = (await screen.findAllByRole('row')).map((row) => row.textContent)
    expect(rows.slice(2)).toEqual([
      '5 bis 6181421125801421' + '1',
      '7214211–––––––',
      'Alle2028422258014211',
    ])
  })

  test('only the decided number can be edited, and its mistake is said beside it', async () => {
    const { container } = show(
      <PoolTable
        pools={[
          {
            ...pool,
            inputs: {
              seats: { name: 'decided.p1', typed: '3', error: 'field.number_invalid' },
              others: null,
              classes: null,
            },
          },
        ]}
      />,
    )
    const input = await screen.findByLabelText<HTMLInputElement>(
      'Förderplätze Klassen 5 bis 6, beschlossen',
    )
    expect(container.querySelectorAll('input')).toHaveLength(1)
    expect(input.value).toBe('3')
    const message = document.getElementById(input.getAttribute('aria-describedby')!)
    expect(message?.textContent).toBe('Bitte eine ganze Zahl angeben.')
  })
})
