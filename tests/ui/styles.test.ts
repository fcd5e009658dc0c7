import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../app/ui/', import.meta.url)
const css = (name: string) => readFileSync(new URL(`styles/${name}.css`, root), 'utf8')

function components(): { readonly file: string; readonly text: string }[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tsx'))
    .map((file) => ({ file, text: readFileSync(new URL(file, root), 'utf8') }))
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/g, '$&$&') : hex
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(full.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

describe('the family style sheet', () => {
  const family = css('family')

  test('is at most 10 kB', () => {
    expect(Buffer.byteLength(family)).toBeLessThanOrEqual(10 * 1024)
  })

  test('has nothing an old phone does not know', () => {
    const rules = family.replaceAll(/\/\*[\s\S]*?\*\//g, '')
    expect(rules).not.toMatch(
      /var\(|oklch|color-mix|:has\(|:is\(|:where\(|inset|-(inline|block)-(start|end)|url\(|@import/,
    )
  })

  test('turns everything physical round for right-to-left', () => {
    for (const selector of ['.bring li', '.bring li::before', '.five li', '.five .no']) {
      expect(family).toContain(`[dir="rtl"] .fam ${selector}`)
    }
  })

  test.each([
    ['text', '#131525', '#ffffff', 4.5],
    ['muted text', '#51577a', '#ffffff', 4.5],
    ['muted text on the help ground', '#51577a', '#f3f4f7', 4.5],
    ['links', '#2044aa', '#ffffff', 4.5],
    ['links on the help ground', '#2044aa', '#f3f4f7', 4.5],
    ['answer "no"', '#c31c13', '#ffffff', 4.5],
    ['rim of a field', '#6e7597', '#ffffff', 3],
  ])('%s can be read', (_what, ink, paper, least) => {
    if (paper !== '#ffffff') expect(family).toContain(paper)
    expect(family).toContain(ink)
    expect(contrast(ink, paper)).toBeGreaterThanOrEqual(least)
  })

  test('the measure of contrast itself: black on white is 21, grey fails', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#999999', '#ffffff')).toBeLessThan(4.5)
  })
})

test('staff styles take their colours from KERN and their directions from the text', () => {
  const staff = css('staff').replaceAll(/\/\*[\s\S]*?\*\//g, '')
  expect(staff).not.toMatch(/#[0-9a-f]{3,6}\b(?!\))/i)
  expect(staff).not.toMatch(/(margin|padding|border)-(left|right)|float: (left|right)/)
})

test('every KERN token the staff styles use exists in KERN', () => {
  const kern = readFileSync(
    new URL('../../node_modules/@kern-ux/native/dist/kern.min.css', import.meta.url),
    'utf8',
  )
  const used = [...css('staff').matchAll(/var\((--kern-[a-z-]+)/g)].map(([, token]) => token ?? '')
  expect(used.length).toBeGreaterThan(10)
  expect(used.filter((token) => !kern.includes(`${token}:`))).toEqual([])
})

test('no component has an inline style: the policy of the pages forbids it', () => {
  const files = components()
  expect(files.length).toBeGreaterThan(20)
  expect(files.filter(({ text }) => /\sstyle=/.test(text)).map(({ file }) => file)).toEqual([])
})
