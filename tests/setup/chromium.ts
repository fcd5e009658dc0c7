import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { chromiumPath } from '#tests/setup/tools.mjs'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export type PageOptions = {
  /** Width of the window in CSS pixels; 1280 unless told. The height is always 900. */
  readonly width?: number
  readonly javaScriptEnabled?: boolean
  /** Language the browser asks for, as in `de-DE` (the default), `ar`. */
  readonly locale?: string
  /** So that `page.goto('/anmelden')` works. */
  readonly baseURL?: string
}

export type TestBrowser = {
  /** A page in a context of its own: nobody else's cookies. */
  newPage(options?: PageOptions): Promise<Page>
  newContext(options?: PageOptions): Promise<BrowserContext>
  close(): Promise<void>
}

/** Chromium with nothing of its own on the network. Throws when it is not installed. */
export async function launchBrowser(): Promise<TestBrowser> {
  const executablePath = chromiumPath()
  if (executablePath === null) throw new Error('Chromium is not installed')
  const browser = await chromium.launch({ executablePath, args: FLAGS })
  return {
    newPage: async (options = {}) => (await openContext(browser, options)).newPage(),
    newContext: (options = {}) => openContext(browser, options),
    close: () => browser.close(),
  }
}

function openContext(browser: Browser, options: PageOptions): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: options.width ?? 1280, height: 900 },
    javaScriptEnabled: options.javaScriptEnabled ?? true,
    locale: options.locale ?? 'de-DE',
    timezoneId: 'Europe/Berlin',
    ...(options.baseURL === undefined ? {} : { baseURL: options.baseURL }),
  })
}
