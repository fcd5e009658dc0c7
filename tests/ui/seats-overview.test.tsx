import { createRemixStub } from '@remix-run/testing'
import { render, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { SeatsPage } from '#app/presenters/authority-seats.server.ts'
import { SeatsOverviewView } from '#app/ui/seat/seats-overview.tsx'

const SEATS = { decided: 12, taken: 4, held: 1, reserve: 2, free: 5 }
const PAGE: SeatsPage = {
  query: { municipality: null, form: null, kind: null, grade: 7 },
  chosen: null,
  schoolYear: 2026,
  forms: ['15'],
  rows: [
    {
      key: '05358008',
      municipality: '05358008',
      name: 'Düren',
      kinds: [
        { kind: 'support', seats: SEATS },
        { kind: 'regular', seats: { ...SEATS, free: 0 } },
      ],
    },
    { key: '05358024', municipality: '05358024', name: 'Jülich', kinds: [] },
  ],
  totals: [{ kind: 'support', seats: SEATS }],
  map: {
    width: 400,
    height: 300,
    kind: 'support',
    areas: [
      {
        ...{ path: 'M40 40L80 40L80 80Z', x: 60, y: 60, municipality: '05358008', name: 'Düren' },
        ...{ free: 5, step: 2 },
      },
      {
        ...{ path: null, x: 200, y: 60, municipality: '05358024', name: 'Jülich' },
        ...{ free: null, step: null },
      },
    ],
  },
}

function show(page: SeatsPage) {
  const Stub = createRemixStub([{ path: '*', Component: () => <SeatsOverviewView page={page} /> }])
  return render(<Stub />)
}

test('the map says with links, numbers and titles what its colours say', async () => {
  const { container } = show(PAGE)
  const map = await screen.findByRole('navigation', { name: 'Karte' })
  const links = [...map.querySelectorAll('a')]
  expect(links.map((link) => link.getAttribute('href'))).toEqual([
    '/schulamt/plaetze?gemeinde=05358008&klasse=7',
    '/schulamt/plaetze?gemeinde=05358024&klasse=7',
  ])
  expect(links.map((link) => link.querySelector('title')?.textContent)).toEqual([
    'Düren: 5 Förderplätze frei',
    'Jülich: keine Plätze gemeldet',
  ])
  const numbers = [...map.querySelectorAll('text:not(.m-map__name)')]
  expect(numbers.map(({ textContent }) => textContent)).toEqual(['5', '–'])
  expect(container.querySelectorAll('.m-map__legend li')).toHaveLength(6)
  expect(container.querySelector('[style]')).toBeNull()
  expect(screen.getByText(/sind Kreise an ihrer Mitte/)).toBeTruthy()
})

test('every step has a hatch of its own, on the map and in its legend', async () => {
  const { container } = show(PAGE)
  await screen.findByRole('navigation', { name: 'Karte' })
  const drawn = [...container.querySelectorAll('pattern')].map(({ id, innerHTML, attributes }) => ({
    id,
    looks: [innerHTML, attributes.getNamedItem('patternTransform')?.value].join(' '),
  }))
  expect(drawn.map(({ id }) => id)).toEqual(['map-0', 'map-1', 'map-2', 'map-3', 'map-4'])
  // the last is told from all others by its ground
  expect(new Set(drawn.map(({ looks }) => looks)).size).toBe(5)
  const legend = [...container.querySelectorAll('.m-map__legend li')].map((item) => [
    item.querySelector('g')?.getAttribute('class')?.split('--')[1],
    item.textContent,
  ])
  expect(legend).toEqual([
    ['unknown', 'nicht gemeldet (–)'],
    ['0', 'keine'],
    ['1', '1 bis 2'],
    ['2', '3 bis 5'],
    ['3', '6 bis 10'],
    ['4', '11 und mehr'],
  ])
})

test('the table names every Gemeinde, sums below, and keeps the other filters in its links', async () => {
  show(PAGE)
  const table = await screen.findByRole('table', { name: 'Plätze je Gemeinde und Art' })
  const lines = within(table).getAllByRole('row').slice(1)
  expect(lines.map(({ textContent }) => textContent)).toEqual([
    'DürenFörderplätze124125',
    'DürenRegelplätze124120',
    'Jülichkeine Plätze gemeldet',
    'SummeFörderplätze124125',
  ])
  const chip = screen.getByRole('link', { name: 'Gesamtschule' })
  expect(chip.getAttribute('href')).toBe('/schulamt/plaetze?form=15&klasse=7')
  expect(screen.getByRole('link', { name: '7' }).getAttribute('aria-current')).toBe('true')
})

test('without any Gemeinde it says what to do', async () => {
  show({ ...PAGE, rows: [], totals: [], map: null })
  expect(await screen.findByText('Zu Ihrem Gebiet gehört noch keine Gemeinde.')).toBeTruthy()
})
