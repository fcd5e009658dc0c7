import { parseArgs } from 'node:util'
import type { Result } from '#app/domain/result.ts'
import { refusalText } from '#app/i18n/refusal-text.ts'
import type { Context } from '#app/services/context.server.ts'
import type { Refusal } from '#app/services/refusals.ts'

/** What stands behind a command's words: options by name, and the words without a dash in order. */
export type Given = {
  /** Only the options that were given. */
  readonly text: Readonly<Record<string, string | undefined>>
  readonly flags: ReadonlySet<string>
  readonly words: readonly string[]
}

/** The command was written in a way it does not understand: exit 2, with the usage. */
export type WrongUsage = { readonly code: 'wrong_usage'; readonly why: string }

/** What a command did: one JSON value, and the same in words for people. */
export type Told = {
  readonly json: unknown
  readonly text: string
  /** It looked, and found what must not be: the answer is given, and the exit code is 1. */
  readonly isUnfit?: boolean
}

/** The program behind the terminal. */
export type Program = {
  /** Opens and migrates the databases when it is first asked for; commands that only compute never do. */
  readonly context: () => Promise<Context>
}

/** One command of the terminal: `npm run -s ki -- <noun> <verb>`. */
export type TerminalCommand = {
  readonly noun: string
  /** Null where the noun says all: `check`. */
  readonly verb: string | null
  /** What follows noun and verb, as the usage shows it: `--email ADRESSE --name NAME`. */
  readonly usage: string
  /** Options with a value. `--json` is known everywhere. */
  readonly options: readonly string[]
  /** Those of them that must be given. */
  readonly required: readonly string[]
  /** Options without a value. */
  readonly flags: readonly string[]
  /** How many words without a dash must follow: files. */
  readonly words: number
  readonly run: (program: Program, given: Given) => Promise<Result<Told, Refusal | WrongUsage>>
}

/** Where a command's words go; the process's own streams, or a test's. */
export type Streams = { readonly out: (text: string) => void; readonly err: (text: string) => void }

/** Settings, keys or database do not hold; the message is for the person at the terminal. */
export class CannotOpen extends Error {}

const DONE = 0
const REFUSED = 1
const WRONG_USAGE = 2

/**
 * Carries out what `argv` says and returns the exit code: 0 done, 1 refused, 2 wrong usage
 * (product.md §9). With `--json` stdout holds exactly one JSON value: what was done, or
 * `{"refused":{"code","message",…facts}}`, or `{"usage":[…]}`; sentences go to stderr. Never a
 * stack trace: an accident is refused as `unexpected`, with the machine's code where it has one.
 */
export async function runTerminal(
  commands: readonly TerminalCommand[],
  argv: readonly string[],
  program: Program,
  streams: Streams,
): Promise<number> {
  const isJson = argv.includes('--json')
  const command = commands.find(
    ({ noun, verb }) => noun === argv[0] && (verb === null || verb === argv[1]),
  )
  if (command === undefined) {
    return wrongUsage(streams, isJson, commands, 'Diesen Befehl gibt es nicht.')
  }
  const given = read(command, argv.slice(command.verb === null ? 1 : 2))
  if (given === null) {
    return wrongUsage(streams, isJson, [command], 'Die Angaben passen nicht zu diesem Befehl.')
  }
  try {
    const done = await command.run(program, given)
    if (done.ok) {
      streams.out(isJson ? `${JSON.stringify(done.value.json)}\n` : `${done.value.text}\n`)
      return done.value.isUnfit === true ? REFUSED : DONE
    }
    const refusal = done.error
    if (refusal.code === 'wrong_usage') {
      return wrongUsage(streams, isJson, [command], refusal.why)
    }
    return refused(streams, isJson, { ...refusal, message: refusalText(refusal) })
  } catch (accident) {
    return refused(streams, isJson, accidentOf(accident))
  }
}

type Said = { readonly code: string; readonly message: string }

function refused(streams: Streams, isJson: boolean, refusal: Said): number {
  const { code, message, ...facts } = refusal
  if (isJson) streams.out(`${JSON.stringify({ refused: { code, message, ...facts } })}\n`)
  streams.err(`${message}\n`)
  return REFUSED
}

function accidentOf(accident: unknown): Said {
  if (accident instanceof CannotOpen) return { code: 'cannot_open', message: accident.message }
  const machineCode = (accident as { readonly code?: unknown } | null)?.code
  const cause = typeof machineCode === 'string' ? ` (${machineCode})` : ''
  return {
    code: 'unexpected',
    message: `Hier ist etwas schiefgegangen${cause}. Bitte versuchen Sie es noch einmal.`,
  }
}

function wrongUsage(
  streams: Streams,
  isJson: boolean,
  commands: readonly TerminalCommand[],
  why: string,
): number {
  const usage = commands.map(({ noun, verb, usage: words }) =>
    ['npm run -s ki --', noun, verb, words, '[--json]'].filter(Boolean).join(' '),
  )
  if (isJson) streams.out(`${JSON.stringify({ usage })}\n`)
  streams.err(`${[why, 'So geht es:', ...usage.map((line) => `  ${line}`)].join('\n')}\n`)
  return WRONG_USAGE
}

function read(command: TerminalCommand, argv: readonly string[]): Given | null {
  const flags = [...command.flags, 'json']
  const parsed = splitUp(command, flags, argv)
  if (parsed === null) return null
  const { values, positionals } = parsed
  const isComplete =
    positionals.length === command.words &&
    command.required.every((name) => String(values[name] ?? '').trim() !== '')
  if (!isComplete) return null
  const text = command.options.flatMap((name) => {
    const value = values[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  return {
    text: Object.fromEntries(text),
    flags: new Set(flags.filter((name) => values[name] === true)),
    words: positionals,
  }
}

type Split = {
  readonly values: Readonly<Record<string, unknown>>
  readonly positionals: readonly string[]
}

/** Null when an option is unknown or lacks its value. */
function splitUp(
  command: TerminalCommand,
  flags: readonly string[],
  argv: readonly string[],
): Split | null {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      strict: true,
      options: Object.fromEntries([
        ...command.options.map((name) => [name, { type: 'string' }] as const),
        ...flags.map((name) => [name, { type: 'boolean' }] as const),
      ]),
    })
  } catch {
    return null
  }
}
