import { describe, expect, test } from 'vitest'
import type { AccountId } from '#app/domain/ids.ts'
import { LONGEST_SEARCH_WORD } from '#app/forms/search.ts'
import { openSearchWord, type Searcher, sealSearchWord } from '#app/http/search-word.server.ts'

const SEARCHER: Searcher = {
  secret: 'the-token-of-the-session-in-its-cookie-0001',
  accountId: 'account-counsellor-dn' as AccountId,
}

/** The token with one byte changed. */
function withFlipped(token: string, at: number): string {
  const bytes = Buffer.from(token, 'base64url')
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes.toString('base64url')
}

describe('a search word', () => {
  test.each([
    'Li',
    'Mahmud Alkhatib',
    'الخطيب',
    'Ковален',
    'DN-2026-0003',
    '\u0001',
    '5'.repeat(64),
  ])('is opened by who sealed it: %s', (word) => {
    expect(openSearchWord(SEARCHER, sealSearchWord(SEARCHER, word))).toBe(word)
  })

  test('may be as long as the form allows, in the script that takes most bytes', () => {
    for (const letter of ['a', 'ж', '字']) {
      const word = letter.repeat(LONGEST_SEARCH_WORD)
      expect(openSearchWord(SEARCHER, sealSearchWord(SEARCHER, word))).toBe(word)
    }
  })

  test('stays closed for another session, and for another account in the same one', () => {
    const token = sealSearchWord(SEARCHER, 'Mahmud')
    const elsewhere = { ...SEARCHER, secret: 'the-token-of-the-session-in-its-cookie-0002' }
    const somebody = { ...SEARCHER, accountId: 'account-colleague-dn' as AccountId }
    expect([openSearchWord(elsewhere, token), openSearchWord(somebody, token)]).toEqual([
      null,
      null,
    ])
  })

  test('stays closed when any byte of it has changed', () => {
    const token = sealSearchWord(SEARCHER, 'Mahmud')
    const bytes = Buffer.from(token, 'base64url').length
    for (let at = 0; at < bytes; at += 1) {
      expect(openSearchWord(SEARCHER, withFlipped(token, at)), `byte ${at}`).toBeNull()
    }
    expect(openSearchWord(SEARCHER, withFlipped(withFlipped(token, 20), 20))).toBe('Mahmud')
  })

  test('stays closed when it is cut, longer than any, or no token', () => {
    const token = sealSearchWord(SEARCHER, 'Mahmud')
    const others = [
      ...[token.slice(0, -1), token.slice(1), token.slice(0, 40), '', 'Mahmud', 'ä', `${token}=`],
      ...[`${token}A`, `${token.slice(0, 20)}!${token.slice(20)}`, 'A'.repeat(1_000_000)],
    ]
    expect(others.map((other) => openSearchWord(SEARCHER, other))).toEqual(others.map(() => null))
  })

  test('is as long for one name as for another, and never the same twice', () => {
    const names = ['Li', 'Mahmud Alkhatib', 'Maximiliane von der Lindenau-Altenrode', 'الخطيب']
    const tokens = [...names, ...names].map((name) => sealSearchWord(SEARCHER, name))
    expect(new Set(tokens.map(({ length }) => length)).size).toBe(1)
    expect(new Set(tokens).size).toBe(tokens.length)
    // what is filled up can still be told apart where it is far longer than a name
    expect(sealSearchWord(SEARCHER, 'x'.repeat(64)).length).toBeGreaterThan(tokens[0]!.length)
  })

  test('may stand in an address as it is', () => {
    expect(sealSearchWord(SEARCHER, 'Mahmud')).toMatch(/^[\w-]+$/)
  })
})
