import { ok } from '#app/domain/result.ts'
import { Email, Line } from '#app/forms/account-fields.ts'
import { fieldMessage } from '#app/i18n/translate.ts'
import { addOperator as add } from '#app/services/account/add-operator.server.ts'
import type { TerminalCommand } from '../terminal.ts'

/** `operators add`: the first account of an installation, and the way back in for an operator. */
export const addOperator: TerminalCommand = {
  noun: 'operators',
  verb: 'add',
  usage: '--email ADRESSE --name NAME',
  options: ['email', 'name'],
  required: ['email', 'name'],
  flags: [],
  words: 0,
  run: async (program, { text }) => {
    const email = Email.safeParse(text['email'])
    const name = Line.safeParse(text['name'])
    if (!email.success) return wrong('--email', email.error.issues[0]?.message)
    if (!name.success) return wrong('--name', name.error.issues[0]?.message)
    const added = await add(await program.context(), { email: email.data, name: name.data })
    if (!added.ok) return added
    const { accountId, link } = added.value
    return ok({
      json: { account: accountId, link },
      text: `Das Konto ist angelegt. Dieser Link gilt 72 Stunden und nur einmal:\n${link}`,
    })
  },
}

function wrong(option: string, message = 'field.required') {
  const why = `${option}: ${fieldMessage(message)}`
  return { ok: false, error: { code: 'wrong_usage', why } } as const
}
