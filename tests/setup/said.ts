import { appendFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a whole test run keeps what its servers and databases said; null where one file is run. */
export const saidFolder = process.env['TEST_SAID'] ?? null
/** Whether this is part of a whole run, at whose end there is something to read. */
export const wholeRunPresent = saidFolder !== null

/** Keeps it for the test that reads at the end what everybody said (P13). */
export function keepSaid(name: string, said: string | Buffer): void {
  if (saidFolder !== null) appendFileSync(join(saidFolder, name), said)
}
