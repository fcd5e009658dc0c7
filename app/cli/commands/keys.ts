import { ok } from '#app/domain/result.ts'
import { keyStatus, type Rotation, rotateKeys } from '#app/services/keys/rotate-keys.server.ts'
import type { TerminalCommand } from '../terminal.ts'

const NOTHING = { usage: '', options: [], required: [], flags: [], words: 0 } as const

/** `keys rotate`: wraps every key anew under the first key of the key file. */
export const rotate: TerminalCommand = {
  noun: 'keys',
  verb: 'rotate',
  ...NOTHING,
  run: async (program) => {
    const done = await rotateKeys(await program.context())
    return ok({
      json: done,
      text: [`Neu verpackt: ${done.rotated} Schlüssel.`, ...told(done)].join('\n'),
    })
  },
}

/** `keys status`: which key-encryption keys are in use, and how many keys are left to wrap anew. */
export const status: TerminalCommand = {
  noun: 'keys',
  verb: 'status',
  ...NOTHING,
  run: async (program) => {
    const found = await keyStatus(await program.context())
    return ok({ json: found, text: told(found).join('\n') })
  },
}

function told({ left, keys }: Rotation): readonly string[] {
  return [
    ...keys.map(
      ({ kekId, count, isPresent }) =>
        `${kekId}  ${count} Schlüssel${isPresent ? ' (jetziger Hauptschlüssel)' : ''}`,
    ),
    left === 0
      ? 'Alles liegt unter dem jetzigen Hauptschlüssel. Frühere Zeilen der Schlüsseldatei werden nur noch für ältere Sicherungen gebraucht.'
      : `Noch ${left} Schlüssel liegen unter einem früheren Hauptschlüssel: „keys rotate“ macht weiter. Lassen Sie dessen Zeile bis dahin in der Schlüsseldatei.`,
  ]
}
