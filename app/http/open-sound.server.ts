import type { Env } from '#app/deps/env.server.ts'
import { makeDeps, whereabouts } from '#app/deps/make-deps.server.ts'
import type { Check } from '#app/domain/operation/self-check.ts'
import { checkText, refusedText } from '#app/i18n/check-text.ts'
import { ensureMunicipalities } from '#app/services/centre/ensure-municipalities.server.ts'
import type { Deps } from '#app/services/context.server.ts'
import {
  checkOfAccident,
  checkPlace,
  checkRunning,
  checkUntouched,
  checkWhole,
} from '#app/services/operation/self-check.server.ts'
import { settleErasures } from '#app/services/privacy/settle-erasures.server.ts'

/**
 * Opens the program if the self-check has nothing against it (decision 0025), and finishes what must be
 * finished before anybody asks. What is only worth a look goes into the log by its code.
 * @throws a sentence that names what is wrong and what to do.
 */
export async function openSound(env: Env): Promise<Deps> {
  try {
    refuse(checkPlace(whereabouts(env)))
    const deps = await makeDeps(env, async (untouched) => {
      refuse([await checkWhole(untouched, 'quick')])
      refuse(await checkUntouched(untouched))
    })
    const checks = await checkRunning(deps)
    refuse(checks)
    for (const { state, code } of checks) {
      if (state === 'hint') deps.log({ event: 'self_check_hint', code })
    }
    await ensureMunicipalities(deps)
    await settleErasures(deps)
    return deps
  } catch (accident) {
    if (accident instanceof Refused) throw accident
    throw new Refused(`Einstieg startet nicht. ${checkText(checkOfAccident(accident))}`)
  }
}

/** The start is refused; the message is for whoever reads the service's output. */
class Refused extends Error {}

function refuse(checks: readonly Check[]): void {
  const why = refusedText(checks)
  if (why !== null) throw new Refused(`Einstieg startet nicht. ${why}`)
}
