import { ok } from '#app/domain/result.ts'
import { addCentre as add } from '#app/services/centre/add-centre.server.ts'
import type { TerminalCommand } from '../terminal.ts'

/** `centres add`: a centre with its code and its area, which no other centre may overlap. */
export const addCentre: TerminalCommand = {
  noun: 'centres',
  verb: 'add',
  usage: '--name NAME --code KÜRZEL --area 05358,…',
  options: ['name', 'code', 'area'],
  required: ['name', 'code', 'area'],
  flags: [],
  words: 0,
  run: async (program, { text }) => {
    const { name = '', code = '', area = '' } = text
    const added = await add(await program.context(), { name, code, area, source: 'operator' })
    if (!added.ok) return added
    return ok({
      json: { centre: added.value.centreId },
      text: `Das Zentrum ${name} ist angelegt. Laden Sie jetzt eine Leitung ein: /verwaltung/konten`,
    })
  },
}
