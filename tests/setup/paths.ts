import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  chromiumPath,
  faketimePath,
  mkfsPath,
  nginxPath,
  postgresBin,
  stracePath,
  systemdAnalyzePath,
} from '#tests/setup/tools.mjs'

/** The folder of the checkout, without a slash at its end. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** Path of a public data file that lies beside the checkout and is never part of it. */
export function sharedData(...parts: readonly string[]): string {
  return [repositoryRoot, '..', 'shared', 'data', ...parts].join('/')
}

/**
 * What a test may be skipped for, and nothing else: `describe.skipIf(!sharedDataPresent)`. The test
 * run names every skipped test; with `CI=true` a missing program is a failure.
 */
export const sharedDataPresent = existsSync(sharedData('schulen', 'schuldaten.csv'))
export const chromiumPresent = chromiumPath() !== null
export const postgresPresent = postgresBin() !== null
export const nginxPresent = nginxPath() !== null
export const systemdPresent = systemdAnalyzePath() !== null
/** Whether these tests may mount a file system. */
export const rootPresent = process.getuid?.() === 0
export const stracePresent = stracePath() !== null
export const faketimePresent = faketimePath() !== null
/** Whether these tests may make a disk from a file and have it fail. */
export const loopPresent = rootPresent && mkfsPath() !== null && existsSync('/dev/loop-control')
