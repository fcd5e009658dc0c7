import { ok, type Result } from '#app/domain/result.ts'
import { formatDate } from '#app/i18n/format.ts'
import { listDue } from '#app/services/privacy/list-due.server.ts'
import { confirmClock } from '#app/services/privacy/run-retention.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import type { Program, TerminalCommand, Told } from '../terminal.ts'

const DAYS_AHEAD = 30

/** `retention list`: who is erased today and in the next 30 days, by case number; erases nothing. */
export const listRetention: TerminalCommand = {
  noun: 'retention',
  verb: 'list',
  usage: '',
  options: [],
  required: [],
  flags: [],
  words: 0,
  run: runList,
}

/** `retention confirm`: says that the clock is right after it jumped; the next run erases again. */
export const confirmRetention: TerminalCommand = {
  noun: 'retention',
  verb: 'confirm',
  usage: '',
  options: [],
  required: [],
  flags: [],
  words: 0,
  run: async (program) => {
    const done = await confirmClock(await program.context())
    if (!done.ok) return done
    return ok({
      json: { confirmed: true },
      text: 'Die Uhr gilt als richtig. Der nächste Lauf löscht wieder.',
    })
  },
}

async function runList(program: Program): Promise<Result<Told, Refusal>> {
  const listed = await listDue(await program.context(), DAYS_AHEAD)
  if (!listed.ok) return listed
  const { isStopped, due } = listed.value
  const lines = due.map((one) => `${formatDate(one.dueOn)}  ${one.caseNumbers.join(', ')}`)
  const nobody = ['In den nächsten 30 Tagen wird nichts gelöscht.']
  const stopped = ['Die Uhr ist gesprungen; gelöscht wird erst nach „retention confirm“.']
  const text = [...(isStopped ? stopped : []), ...(lines.length === 0 ? nobody : lines)]
  return ok({ json: listed.value, text: text.join('\n') })
}
