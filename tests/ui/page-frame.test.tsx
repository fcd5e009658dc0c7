import { createRemixStub } from '@remix-run/testing'
import { render, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { PageFrame } from '#app/ui/page-frame.tsx'

const FRAME = {
  centre: 'Kreis Düren',
  nav: [
    { label: 'Schulen', href: '/schulen' },
    { label: 'Eigene Plätze', href: '/schulen/eigene' },
    { label: 'Ohne Schulplatz', href: '/schulen/ohne-platz' },
  ],
  who: { name: 'Ute Kern', roles: ['owner' as const] },
  homeHref: '/schulen',
  homes: [],
  isEvaluation: false,
  hasNews: false,
}

test.each([
  ['/schulen', 'Schulen'],
  ['/schulen/180101', 'Schulen'],
  ['/schulen/eigene', 'Eigene Plätze'],
  ['/schulen/ohne-platz', 'Ohne Schulplatz'],
  ['/konto', null],
])('the menu says where one is, once: %s', async (path, label) => {
  const Stub = createRemixStub([
    {
      path: '*',
      Component: () => (
        <PageFrame frame={FRAME}>
          <h1>Seite</h1>
        </PageFrame>
      ),
    },
  ])
  render(<Stub initialEntries={[path]} />)
  // wide and narrow
  const menus = await screen.findAllByRole('navigation', { name: 'Hauptmenü' })
  expect(menus).toHaveLength(2)
  for (const menu of menus) {
    const links = within(menu).getAllByRole('link')
    const current = links.filter((link) => link.getAttribute('aria-current') === 'page')
    expect(current.map(({ textContent }) => textContent)).toEqual(label === null ? [] : [label])
  }
})
