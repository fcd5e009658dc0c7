import { describe, expect, test } from 'vitest'
import { isWithinPage } from '#app/ui/within-page.ts'

type Shown = Parameters<typeof isWithinPage>[0]

const at = (path: string): Shown['location'] => {
  const { pathname, search, hash } = new URL(path, 'https://einstieg.example')
  return { pathname, search, hash, state: null, key: 'default' }
}
/** The page that is shown, and where it is going meanwhile. */
const shown = (path: string, goesTo?: string): Shown => {
  const idle = { state: 'idle', location: undefined } as Shown['navigation']
  const going = { state: 'loading', location: at(goesTo ?? path) } as Shown['navigation']
  return { location: at(path), navigation: goesTo === undefined ? idle : going }
}

describe('a step in the history stays in the page that is shown', () => {
  test.each([
    ['to a place in it', shown('/schultisch'), '/schultisch#inhalt'],
    ['from one place to another', shown('/schultisch#plaetze'), '/schultisch#inhalt'],
    ['back over the place', shown('/schultisch#inhalt'), '/schultisch'],
    ['with the same search', shown('/faelle?seite=2'), '/faelle?seite=2#inhalt'],
    ['while its form is sent', shown('/schultisch', '/schultisch'), '/schultisch#inhalt'],
  ])('%s', (_how, page, now) => {
    expect(isWithinPage(page, at(now))).toBe(true)
  })

  test.each([
    ['to another page', shown('/schultisch'), '/konto'],
    ['to a place in another page', shown('/konto'), '/schultisch#inhalt'],
    ['to another search of the same page', shown('/faelle?seite=2'), '/faelle?seite=1'],
    ['and it does not while it goes elsewhere', shown('/konto', '/schultisch'), '/konto#inhalt'],
  ])('not %s', (_how, page, now) => {
    expect(isWithinPage(page, at(now))).toBe(false)
  })
})
