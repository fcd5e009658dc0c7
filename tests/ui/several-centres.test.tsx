import { createRemixStub } from '@remix-run/testing'
import { render, screen, within } from '@testing-library/react'
import type { ReactNode } from 'react'
import { describe, expect, test } from 'vitest'
import type { CaseId, CentreId } from '#app/domain/ids.ts'
import type { CasesListPage } from '#app/presenters/cases-list.server.ts'
import type { WorkListPage } from '#app/presenters/work-list.server.ts'
import type { ListedChild, WorkRow } from '#app/presenters/work-list-row.server.ts'
import { WorkListView } from '#app/ui/case/work-list-page.tsx'
import { CasesListView } from '#app/ui/list/cases-page.tsx'

const CENTRES = [
  { id: 'bor' as CentreId, name: 'Kreis Borken' },
  { id: 'dn' as CentreId, name: 'Kreis Düren' },
]
const CHILD: ListedChild = {
  ...{ caseId: 'case-1' as CaseId, name: 'Selam Tesfay', original: null, isAddressLocked: false },
  ...{ age: 12, isAgeUncertain: false, language: 'ti', grade: null, form: null },
  ...{ stage: 'registered', since: '2026-11-09' },
}
const ROW: WorkRow = {
  ...CHILD,
  ...{ note: null, waitsFor: 'us', clock: null, dueOn: null, isLate: false },
  next: 'make_appointment',
}
const SEARCH = { word: 'Tesfay', sealed: 'sealed-word', hasSearchEnded: false }
const NO_SEARCH = { word: '', sealed: null, hasSearchEnded: false }

const WORK: WorkListPage = {
  centres: CENTRES,
  ...{ today: '2026-11-19', soonUntil: '2026-11-22' },
  medians: {
    ...{ schoolYear: 2026, children: 0, days: null, target: 49, lastYear: null },
    ...{ clocks: [], course: [] },
  },
  view: { centre: 'dn', scope: 'all', narrow: 'us', page: 2, ...NO_SEARCH },
  counts: { mine: 30, all: 60, overdue: 0, us: 60, family: 0, school: 0, authority: 0 },
  ...{ total: 60, pageSize: 25, outlook: null },
  news: { desk: 'counsellor', notices: [], older: 0, listed: [], elsewhere: 0, undelivered: [] },
  groups: [{ when: 'later', count: 60, rows: [ROW] }],
}
const CASES: CasesListPage = {
  centres: CENTRES,
  view: { centre: 'dn', stage: 'registered', order: 'number', page: 2, ...NO_SEARCH },
  stages: [{ stage: 'registered', count: 60 }],
  ...{ all: 61, total: 60, pageSize: 25 },
  rows: [{ ...CHILD, caseNumber: 'DN-2026-0001', registeredOn: '2026-11-09' }],
}
const NOTHING = { total: 0, groups: [] } as const
const NO_ROWS = { total: 0, rows: [] } as const

/** Every face of both lists that leads on to a list. */
const FACES: Readonly<Record<string, ReactNode>> = {
  'a page of the work list': <WorkListView page={WORK} />,
  'a search of the work list': (
    <WorkListView page={{ ...WORK, view: { ...WORK.view, ...SEARCH } }} />
  ),
  'a search without success': (
    <WorkListView page={{ ...WORK, ...NOTHING, view: { ...WORK.view, ...SEARCH } }} />
  ),
  'a filter without cases': <WorkListView page={{ ...WORK, ...NOTHING }} />,
  'no case of mine': (
    <WorkListView
      page={{ ...WORK, ...NOTHING, view: { ...WORK.view, scope: 'mine', narrow: null } }}
    />
  ),
  'a page of the cases': <CasesListView page={CASES} />,
  'a search of the cases': (
    <CasesListView page={{ ...CASES, ...NO_ROWS, view: { ...CASES.view, ...SEARCH } }} />
  ),
  'a stage without cases': <CasesListView page={{ ...CASES, ...NO_ROWS }} />,
}

function show(children: ReactNode) {
  const Stub = createRemixStub([{ path: '*', Component: () => children }])
  return render(<Stub />)
}

/** Where links and forms of the page lead that lead to a list. */
function ways(container: HTMLElement): readonly string[] {
  const leading = [...container.querySelectorAll('a, form')]
  return leading
    .map((one) => one.getAttribute('href') ?? one.getAttribute('action') ?? '')
    .filter((way) => /^\/(arbeitsliste|faelle)(\?|$)/.test(way))
}

describe('a list of one of several centres', () => {
  test.each(Object.keys(FACES))('%s keeps the centre on every way', async (face) => {
    const { container } = show(FACES[face])
    const choice = within(await screen.findByRole('navigation', { name: 'Zentrum' }))
    const other = choice.getByRole('link', { name: 'Kreis Borken' }).getAttribute('href')
    const others = ways(container).filter((way) => way !== other)

    expect(others.length).toBeGreaterThan(3)
    expect(others.filter((way) => !/[?&]zentrum=dn(&|$)/.test(way))).toEqual([])
    expect(other).toMatch(/\?zentrum=bor(&|$)/)
    expect(other).not.toContain('seite=')
    const current = choice.getByRole('link', { name: 'Kreis Düren' })
    expect(current.getAttribute('aria-current')).toBe('true')
  })

  test('a search goes along to the other centre', async () => {
    show(FACES['a search of the work list'])
    const other = await screen.findByRole('link', { name: 'Kreis Borken' })
    expect(other.getAttribute('href')).toBe('/arbeitsliste?zentrum=bor&nur=uns&suche=sealed-word')
  })

  test.each([
    ['work list', <WorkListView key="w" page={alone(WORK)} />],
    ['cases', <CasesListView key="c" page={alone(CASES)} />],
  ])(
    'the %s of somebody with one centre has no switch, and no centre in addresses',
    async (_list, face) => {
      const { container } = show(face)
      await screen.findByRole('heading', { level: 1 })
      expect(screen.queryByRole('navigation', { name: 'Zentrum' })).toBeNull()
      expect(ways(container).join()).not.toContain('zentrum')
    },
  )
})

function alone<P extends WorkListPage | CasesListPage>(page: P): P {
  return { ...page, centres: [], view: { ...page.view, centre: null } }
}
