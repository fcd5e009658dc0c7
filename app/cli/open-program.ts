import { readEnv } from '#app/deps/env.server.ts'
import { makeDeps, whereabouts } from '#app/deps/make-deps.server.ts'
import { checkText, refusedText } from '#app/i18n/check-text.ts'
import { ensureMunicipalities } from '#app/services/centre/ensure-municipalities.server.ts'
import type { Deps } from '#app/services/context.server.ts'
import { checkOfAccident, checkPlace } from '#app/services/operation/self-check.server.ts'
import { systemContext } from '#app/services/system-context.server.ts'
import { CannotOpen, type Program } from './terminal.ts'

/**
 * The program as the terminal needs it: nothing is opened before a command asks, the actor is the
 * program itself, and the log is silent, because stdout belongs to the command. Works beside a
 * running server on the same data.
 */
export function openProgram(): Program & { readonly close: () => Promise<void> } {
  let opened: Promise<Deps> | null = null
  return {
    context: async () => {
      opened ??= open()
      return systemContext(await opened)
    },
    close: async () => {
      if (opened === null) return
      const deps = await opened.catch(() => null)
      await deps?.database.close()
      await deps?.keys.close()
    },
  }
}

/** What does not hold at the start is a sentence the person at the terminal can act on. */
async function open(): Promise<Deps> {
  try {
    const env = { ...readEnv(), logLevel: 'silent' }
    refuse(refusedText(checkPlace(whereabouts(env))))
    const deps = await makeDeps(env)
    await ensureMunicipalities(deps)
    return deps
  } catch (accident) {
    if (accident instanceof CannotOpen) throw accident
    throw new CannotOpen(
      `Einstieg lässt sich nicht öffnen. ${checkText(checkOfAccident(accident))}`,
    )
  }
}

function refuse(why: string | null): void {
  if (why !== null) throw new CannotOpen(`Einstieg lässt sich nicht öffnen. ${why}`)
}
