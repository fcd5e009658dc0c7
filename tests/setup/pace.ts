import type { TestServer } from '#tests/setup/server.ts'

/** How often a server looks at its queues (`run-jobs.server.ts`), and how often it does at our pace. */
const OWN_MS = 15_000
const OURS_MS = 1_000
const WORD = 'looks at its queues'

const CODE = `
const every = globalThis.setInterval
globalThis.setInterval = (work, ms, ...rest) => {
  if (ms !== ${OWN_MS}) return every(work, ms, ...rest)
  return every(() => { process.stderr.write('${WORD}\\n'); work() }, ${OURS_MS}, ...rest)
}
`

/**
 * Settings with which the built server looks at its queues every second instead of every 15, and says so
 * on stderr: what its jobs do is seen without waiting for them. Nothing else of its time is changed.
 */
export const QUICK_LOOKS = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(CODE)}`,
} as const

/** How often a server with {@link QUICK_LOOKS} has begun to look so far. */
export function looksOf(server: TestServer): number {
  return server.stderr().split(WORD).length - 1
}
