import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll } from 'vitest'

/** Nothing outside answers until a test says what it answers: an unexpected request fails. */
export const outside = setupServer()

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

beforeAll(() =>
  outside.listen({
    onUnhandledRequest(request, print) {
      if (!LOOPBACK.has(new URL(request.url).hostname)) print.error()
    },
  }),
)
afterEach(() => outside.resetHandlers())
afterAll(() => outside.close())
