import type { Page } from 'playwright-core'
import { DEMO_PASSWORD } from '#app/cli/demo/sign-ins.ts'
import { launchBrowser, type PageOptions, type TestBrowser } from '#tests/setup/chromium.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { signIn } from './sign-in.ts'

/** An evaluation with the demo centre, and a browser in front of it. */
export type Demo = {
  readonly server: TestServer
  /** A page of somebody who is not signed in. */
  readonly visit: (options?: PageOptions) => Promise<Page>
  /** Somebody of the demo in a browser of their own, signed in at the door: `beratung`, `schule4`. */
  readonly as: (key: string, options?: PageOptions) => Promise<Page>
  readonly end: () => Promise<void>
}

/** How long the first start may take: it makes the demo centre. */
const FIRST_START_MS = 90_000

/** Starts the built program on an empty folder and opens a browser; `options` hold for every page. */
export async function openDemo(options: PageOptions = {}): Promise<Demo> {
  const server = await startServer({ timeoutMs: FIRST_START_MS })
  const browser = await launchBrowser()
  const visit = visitor(browser, server, options)
  return {
    server,
    visit,
    as: async (key, own = {}) => {
      const page = await visit(own)
      await signIn(page, { email: `${key}@demo.example`, password: DEMO_PASSWORD })
      return page
    },
    end: async () => {
      await browser.close()
      await server.stop()
    },
  }
}

/** Opens pages at a server's address, each with cookies of its own. */
export function visitor(browser: TestBrowser, { origin }: TestServer, options: PageOptions = {}) {
  return async (own: PageOptions = {}): Promise<Page> => {
    const page = await browser.newPage({ baseURL: origin, ...options, ...own })
    page.setDefaultTimeout(20_000)
    return page
  }
}
