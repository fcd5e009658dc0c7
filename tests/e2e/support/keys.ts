import type { Locator, Page } from 'playwright-core'

type Key = 'Tab' | 'Shift+Tab'

/** More stops than any page has: a field that is not reached by then is not on the way at all. */
const FURTHEST = 120

/**
 * Goes on by Tab (or back by Shift+Tab) until the field has the focus. @throws when it is never
 * reached, and at the first stop whose focus cannot be seen.
 */
export async function goTo(page: Page, target: Locator, key: Key = 'Tab'): Promise<void> {
  await target.waitFor()
  for (let stops = 0; stops < FURTHEST; stops += 1) {
    if (await hasFocus(target)) return
    await page.keyboard.press(key)
    const unseen = await unseenFocus(page)
    if (unseen !== null) throw new Error(`The focus cannot be seen at ${unseen}`)
  }
  throw new Error(`${target} is not reached by ${key}`)
}

/** Whether exactly this element has the focus. */
function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement)
}

/** Waits until exactly this element has the focus. */
export async function getsFocus(page: Page, target: Locator): Promise<void> {
  const element = await target.elementHandle()
  await page.waitForFunction((wanted) => wanted === document.activeElement, element)
}

/** Goes to a button or link and presses Enter. */
export async function enter(page: Page, target: Locator): Promise<void> {
  await goTo(page, target)
  await page.keyboard.press('Enter')
}

/** Goes to a list and types the beginning of the choice, as one does. */
export async function typeChoice(page: Page, list: Locator, choice: string): Promise<void> {
  await goTo(page, list)
  await page.keyboard.type(choice)
  const chosen = await list.evaluate((element) =>
    element instanceof HTMLSelectElement ? element.selectedOptions[0]?.label : undefined,
  )
  if (chosen !== choice) throw new Error(`Typing ${choice} chose ${chosen}`)
}

/** The element in focus when nothing shows that it is; null: one sees it, or nothing has focus. */
function unseenFocus(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (element === null || element === document.body) return null
    // the calendar of a date field is a stop of its own inside it, outlined by the browser
    if (!element.matches(':focus')) return null
    const shown = [null, '::before', '::after'].some((part) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element, part)
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
    })
    const { width, height } = element.getBoundingClientRect()
    return shown && width > 1 && height > 1 ? null : element.outerHTML.slice(0, 200)
  })
}
