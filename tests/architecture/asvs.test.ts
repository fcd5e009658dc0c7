import { expect, test } from 'vitest'
import { REQUIREMENTS, SECTIONS } from '../../docs/asvs.ts'
import { asvsPage } from '../../docs/asvs-page.ts'

test('the page says something of all 70 requirements of level 1 and all 183 of level 2, once', () => {
  expect(REQUIREMENTS.filter(([, level]) => level === 1)).toHaveLength(70)
  expect(REQUIREMENTS.filter(([, level]) => level === 2)).toHaveLength(183)
  expect(new Set(REQUIREMENTS.map(([id]) => id)).size).toBe(253)
  const sections = new Set(REQUIREMENTS.map(([id]) => id.replace(/\.\d+$/, '')))
  expect([...sections].sort()).toEqual(Object.keys(SECTIONS).sort())
  const page = asvsPage()
  for (const [id] of REQUIREMENTS) expect(page).toContain(`| ${id} | L`)
})

test('the page refuses evidence that does not exist, and verdicts that say nothing', () => {
  const lie = () => asvsPage([['1.1.1', 2, 'met', ['app/no-such-file.ts'], '']])
  expect(lie).toThrow('1.1.1: no app/no-such-file.ts')
  expect(() => asvsPage([['1.1.1', 2, 'met', [], 'believe us']])).toThrow('without a file')
  expect(() => asvsPage([['1.1.1', 2, 'not', [], '']])).toThrow('without a reason')
})
