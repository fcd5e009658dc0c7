import { today } from '#app/domain/time.ts'
import { newChild } from '#tests/promises/p2-load.ts'
import type { Browser, Reply } from '#tests/setup/session.ts'

const LETTERS = 'bcdfghjklmnpqrstvwxz'

/** Registers a child with a name of its own, today by the system's clock. */
export function register(browser: Browser, serial: number): Promise<Reply> {
  return browser.post('/faelle/neu', newChild(nameOf(serial), today({ now: () => new Date() })))
}

/** A family name that no other number has, and that sounds like no other. */
export function nameOf(serial: number): string {
  const letter = (at: number) => LETTERS[Math.floor(serial / 20 ** at) % 20] ?? ''
  return `Q${[0, 1, 0, 1, 1, 0, 0, 1].map(letter).join('')}`
}
