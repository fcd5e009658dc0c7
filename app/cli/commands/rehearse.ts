import { text as textOf } from 'node:stream/consumers'
import { ok, type Result } from '#app/domain/result.ts'
import { casesListPage } from '#app/presenters/cases-list.server.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { signInByFactor } from '#app/services/account/sign-in-by-factor.server.ts'
import { signOut } from '#app/services/account/sign-out.server.ts'
import { type StaffSession, staffSession } from '#app/services/account/staff-session.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { settleErasures } from '#app/services/privacy/settle-erasures.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import type { TerminalCommand, Told, WrongUsage } from '../terminal.ts'

/** Tries from the terminal count as one place. */
const HERE = '127.0.0.1'
/** Reading 200,000 names takes about three minutes. */
const NAMES_MS = 15 * 60_000

/**
 * `rehearse`: what a counsellor does first, after a restore: signs in, searches a child by name, signs
 * out. Written to the trail like every other sign-in and search. The word, the password and, where
 * the account has one, the one-time code are read line by line, because command lines are seen by
 * others on the machine; of what is found only the number is told. Exit 1 when nobody is found.
 */
export function rehearseCommand(read: () => Promise<string> = readAll): TerminalCommand {
  return {
    noun: 'rehearse',
    verb: null,
    usage: '--email ADRESSE   (von der Eingabe, je eine Zeile: Nachname, Passwort, Einmal-Code)',
    options: ['email'],
    required: ['email'],
    flags: [],
    words: 0,
    run: async (program, { text }) => {
      const [word = '', password = '', code = ''] = (await read()).split(/\r?\n/)
      if (word === '' || password === '') return wrong('Nachname oder Passwort fehlt.')
      const ctx = await program.context()
      // as before every start: who was erased since the backup must not be found
      await settleErasures(ctx)
      return rehearse(ctx, { email: text['email'] ?? '', password, code, word })
    },
  }
}

const SET_UP_FIRST = 'Dieses Konto hat noch keinen zweiten Schritt. Richten Sie ihn im Browser ein.'

type Typed = Readonly<Record<'email' | 'password' | 'code' | 'word', string>>

async function rehearse(
  ctx: Context,
  { email, password, code, word }: Typed,
): Promise<Result<Told, Refusal | WrongUsage>> {
  const typed = { email, password, address: HERE, replaces: null, browser: 'Terminal' }
  const begun = await signIn(ctx, typed)
  if (!begun.ok) return begun
  let session = await sessionOf(ctx, begun.value.token)
  try {
    if (session.standing === 'set_up') return wrong(SET_UP_FIRST)
    if (session.standing === 'prove') {
      const { actor, idHash } = session
      const shown = { way: 'totp', proof: code, address: HERE, idHash } as const
      const proven = await signInByFactor({ ...ctx, actor }, shown)
      if (!proven.ok) return proven
      session = await sessionOf(ctx, proven.value.token)
    }
    const found = await search({ ...ctx, actor: session.actor }, word)
    return found.ok ? ok(told(found.value)) : found
  } finally {
    await signOut({ ...ctx, actor: session.actor }, session.idHash)
  }
}

async function sessionOf(ctx: Context, token: string): Promise<StaffSession> {
  const session = await staffSession(ctx, token)
  if (session === null) throw new Error('A session that was just opened proves nobody')
  return session
}

/** How many cases of the person's own centre bear such a name. */
async function search(ctx: Context, word: string): Promise<Result<number, Refusal>> {
  ctx.names.start()
  await ctx.names.whenFull(NAMES_MS)
  const asked = { word, sealed: null, hasSearchEnded: false }
  const view = { centre: null, stage: null, order: 'name', page: 1 } as const
  const list = await casesListPage(ctx, { ...asked, ...view }).finally(() => ctx.names.stop())
  return list.ok ? ok(list.value.total) : list
}

function told(hits: number): Told {
  const text = hits === 0 ? 'Niemand gefunden.' : `Gefunden: ${hits}.`
  return { json: { hits }, text: `Angemeldet. ${text} Abgemeldet.`, isUnfit: hits === 0 }
}

function wrong(why: string) {
  return { ok: false, error: { code: 'wrong_usage', why } } as const
}

function readAll(): Promise<string> {
  return textOf(process.stdin)
}
