import type { Env } from '#app/deps/env.server.ts'
import { makeDeps, whereabouts } from '#app/deps/make-deps.server.ts'
import type { Check, CheckState } from '#app/domain/operation/self-check.ts'
import { ok, type Result } from '#app/domain/result.ts'
import { checkName, checkText } from '#app/i18n/check-text.ts'
import {
  checkOfAccident,
  checkOpened,
  checkPlace,
  checkWhole,
} from '#app/services/operation/self-check.server.ts'
import type { TerminalCommand, Told } from '../terminal.ts'

const MARKS: Readonly<Record<CheckState, string>> = {
  ok: 'in Ordnung ',
  hint: 'Hinweis    ',
  refused: 'ABGELEHNT  ',
}

/**
 * `check`: everything the start looks at, and the whole database besides; exit 1 when a start would be
 * refused. Opens the databases by itself, because what keeps them from opening is an answer too.
 */
export function checkCommand(readEnv: () => Env): TerminalCommand {
  return {
    noun: 'check',
    verb: null,
    usage: '',
    options: [],
    required: [],
    flags: [],
    words: 0,
    run: async () => told(await lookAt(readEnv)),
  }
}

/** What is wrong before the databases are opened keeps them closed. */
async function lookAt(readEnv: () => Env): Promise<readonly Check[]> {
  const seen: Check[] = []
  try {
    const env = { ...readEnv(), logLevel: 'silent' }
    seen.push(...checkPlace(whereabouts(env)))
    if (isUnfit(seen)) return seen
    const deps = await makeDeps(env, async (stores) => {
      seen.push(await checkWhole(stores, 'full'))
      if (isUnfit(seen)) throw new NotToBeOpened()
    })
    seen.push(...(await checkOpened(deps)))
    await deps.database.close()
    await deps.keys.close()
  } catch (accident) {
    if (!(accident instanceof NotToBeOpened)) seen.push(checkOfAccident(accident))
  }
  return seen
}

/** What was said already keeps the databases from being migrated. */
class NotToBeOpened extends Error {}

function isUnfit(checks: readonly Check[]): boolean {
  return checks.some(({ state }) => state === 'refused')
}

function told(checks: readonly Check[]): Result<Told, never> {
  const lines = checks.map(
    (check) => `${MARKS[check.state]} ${checkName(check)}: ${checkText(check)}`,
  )
  const json = checks.map((check) => ({ ...check, says: checkText(check) }))
  return ok({ json: { checks: json }, text: lines.join('\n'), isUnfit: isUnfit(checks) })
}
