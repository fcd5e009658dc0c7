import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { ConsoleMessage, Page } from 'playwright-core'
import { repositoryRoot } from '#tests/setup/paths.ts'

/** Where the pictures lie; not in Git. */
const PICTURES = join(repositoryRoot, 'test-results', 'sweep')

const WIDE = 1280
/** The narrowest window everything must fit in, in CSS pixels (WCAG 2.2, 1.4.10). */
const NARROW = 320
const HEIGHT = 900
/** What axe finds depends on the width for these only. */
const RULES_THAT_MEASURE = ['target-size', 'scrollable-region-focusable', 'meta-viewport']
const WCAG_2_2_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

type Look = {
  /** Name of the pictures, without width and ending. */
  readonly picture: string
  /** Brings the page into the tab. */
  readonly open: () => Promise<unknown>
}

/**
 * Looks at a page wide and narrow: what is wrong with it, one line each; takes a picture of both.
 * All rules of axe for WCAG 2.2 AA run wide; narrow, those that measure.
 */
export async function lookAt(tab: Page, { picture, open }: Look): Promise<readonly string[]> {
  const said = listenTo(tab)
  await tab.setViewportSize({ width: WIDE, height: HEIGHT })
  await open()
  await untilAlive(tab)
  const wide = [...(await outlineOf(tab)), ...(await accessibilityOf(tab))]
  await takePicture(tab, `${picture}-${WIDE}`)
  await tab.setViewportSize({ width: NARROW, height: HEIGHT })
  const narrow = [...(await sidewaysOf(tab)), ...(await accessibilityAsMeasured(tab))]
  await takePicture(tab, `${picture}-${NARROW}`)
  return [...said.end(), ...wide, ...narrow.map((finding) => `${finding} (at ${NARROW} px)`)]
}

/** Removes the pictures of the last run. */
export async function clearPictures(): Promise<void> {
  await rm(PICTURES, { recursive: true, force: true })
}

/** Prints the page on A4 as a browser does, keeps it beside the pictures, counts its sheets. */
export async function printPages(tab: Page, name: string): Promise<number> {
  const pdf = await tab.pdf({
    path: join(PICTURES, `${name}.pdf`),
    preferCSSPageSize: true,
    printBackground: true,
  })
  return pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0
}

/** Takes a picture of the whole page into {@link PICTURES}. */
async function takePicture(tab: Page, name: string): Promise<void> {
  const path = join(PICTURES, `${name}.png`)
  await mkdir(dirname(path), { recursive: true })
  // the caret stays: hiding it would add a style element, which the CSP refuses
  await tab.screenshot({ path, fullPage: true, caret: 'initial' })
}

/** Everything the browser complains about; a refused style or script is among it. */
function listenTo(tab: Page) {
  const complaints: string[] = []
  const onMessage = (message: ConsoleMessage) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    // a page that answers 403 or 404 is one of the pages to look at
    if (message.location().url === tab.url() && /status of 40[34]/.test(message.text())) return
    complaints.push(`console: ${message.text()}`)
  }
  const onError = (error: Error) => complaints.push(`script: ${error.message}`)
  tab.on('console', onMessage).on('pageerror', onError)
  return {
    end() {
      tab.off('console', onMessage).off('pageerror', onError)
      return complaints
    },
  }
}

/** Waits until the page's scripts have taken over; the family's pages and the slip have none. */
async function untilAlive(tab: Page): Promise<void> {
  await tab.waitForLoadState('load')
  await tab.waitForFunction(() => {
    const main = document.querySelector('main')
    const isStill = document.querySelector('script[type="module"]') === null
    return isStill || (main && Object.keys(main).some((key) => key.startsWith('__reactFiber')))
  })
}

async function outlineOf(tab: Page): Promise<readonly string[]> {
  const { title, h1, lang } = await tab.evaluate(() => ({
    title: document.title.trim(),
    lang: document.documentElement.lang,
    h1: [...document.querySelectorAll('h1')].filter(
      (heading) => heading.textContent?.trim() && heading.getClientRects().length > 0,
    ).length,
  }))
  return [
    ...(title === '' ? ['no title'] : []),
    ...(lang === '' ? ['no language'] : []),
    ...(h1 === 1 ? [] : [`${h1} headings of the first level`]),
  ]
}

/** What axe finds against WCAG 2.2 AA; leaves axe in the page. */
async function accessibilityOf(tab: Page): Promise<readonly string[]> {
  // one document without frames: no second tab is needed to put the results together
  const builder = new AxeBuilder({ page: tab }).withTags(WCAG_2_2_AA).setLegacyMode()
  return saidOf((await builder.analyze()).violations)
}

/** What those rules find that measure, with the axe that is in the page: reading it takes longer. */
async function accessibilityAsMeasured(tab: Page): Promise<readonly string[]> {
  const violations = await tab.evaluate(async (rules) => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<Found> } }
    return (await axe.run({ runOnly: rules, resultTypes: ['violations'] })).violations
  }, RULES_THAT_MEASURE)
  return saidOf(violations)
}

type Found = Awaited<ReturnType<AxeBuilder['analyze']>>

function saidOf(violations: Found['violations']): readonly string[] {
  return violations.map(({ id, nodes }) => {
    const places = nodes.slice(0, 3).map(({ target }) => target.join(' '))
    return `axe: ${id} at ${places.join(', ')} (${nodes.length})`
  })
}

/** What scrolls sideways: the page as a whole, or a part that is not a number table. */
function sidewaysOf(tab: Page): Promise<readonly string[]> {
  return tab.evaluate(() => {
    const page = document.scrollingElement ?? document.documentElement
    const nameOf = (element: Element) =>
      `${element.tagName.toLowerCase()}.${[...element.classList].join('.')}`
    const everything = [...document.body.querySelectorAll('*')].filter(
      (element) => element.closest('.m-scroll') === null,
    )
    const scrolling = everything.filter(
      (element) =>
        /auto|scroll/.test(getComputedStyle(element).overflowX) &&
        element.scrollWidth > element.clientWidth + 1,
    )
    if (page.scrollWidth <= page.clientWidth) {
      return scrolling.map((element) => `scrolls sideways: ${nameOf(element)}`)
    }
    const tooWide = everything.filter(
      (element) => element.getBoundingClientRect().right > page.clientWidth + 1,
    )
    return [
      `the page scrolls sideways: ${page.scrollWidth} px (${tooWide.slice(0, 4).map(nameOf).join(', ')})`,
    ]
  })
}
