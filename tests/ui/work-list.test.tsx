import { createRemixStub } from '@remix-run/testing'
import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { WorkListPage } from '#app/presenters/work-list.server.ts'
import { WorkListView } from '#app/ui/case/work-list-page.tsx'

const EMPTY: WorkListPage = {
  centres: [],
  today: '2026-11-19',
  soonUntil: '2026-11-22',
  medians: {
    ...{ schoolYear: 2026, children: 0, days: null, target: 49, lastYear: null },
    ...{ clocks: [], course: [] },
  },
  view: {
    ...{ centre: null, scope: 'mine', narrow: null, page: 1 },
    ...{ word: '', sealed: null, hasSearchEnded: false },
  },
  counts: { mine: 0, all: 0, overdue: 0, us: 0, family: 0, school: 0, authority: 0 },
  ...{ total: 0, pageSize: 25, groups: [], outlook: null },
  news: { desk: 'counsellor', notices: [], older: 0, listed: [], elsewhere: 0, undelivered: [] },
}

test('an empty list offers the first Meldung once', async () => {
  const Stub = createRemixStub([{ path: '*', Component: () => <WorkListView page={EMPTY} /> }])
  render(<Stub />)
  await screen.findByRole('heading', { name: 'Es gibt keinen offenen Fall' })
  expect(screen.getAllByRole('link', { name: 'Kind melden' })).toHaveLength(1)
})
