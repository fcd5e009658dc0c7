import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import type { Attempt, AttemptEnd } from '#tests/promises/p1-racer.ts'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { startServer } from '#tests/setup/server.ts'
import { type Browser, signIn } from '#tests/setup/session.ts'

/** Somebody who reaches for a seat, from a process of its own, when told to; and how it ended. */
export type Racer = {
  readonly attempt: (order: Attempt) => Promise<string>
  readonly stop: () => Promise<void>
}

/** Starts a racer over the database its environment names. */
export async function startRacer(env: Readonly<Record<string, string>>): Promise<Racer> {
  const child = fork('tests/promises/p1-racer.ts', {
    cwd: repositoryRoot,
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, LOG_LEVEL: 'silent', ORIGIN: '', ...env },
  })
  const gone = once(child, 'exit')
  const ended = gone.then(() => {
    throw new Error('The racer ended')
  })
  ended.catch(() => undefined)
  await Promise.race([answerOf(child), ended])
  return {
    attempt: (order) => {
      child.send(order)
      return Promise.race([answerOf(child), ended])
    },
    stop: async () => {
      child.disconnect()
      await gone
    },
  }
}

/**
 * A racer that is a person at a built server of its own: signed in, sending the form of the page.
 * The server runs as an installation over the database its environment names; `letIn` spares the
 * person the second factor.
 */
export async function startServerRacer(
  env: Readonly<Record<string, string>>,
  person: { readonly email: string; readonly password: string },
  letIn: (browser: Browser) => Promise<Browser>,
): Promise<Racer> {
  const origin = 'https://einstieg.example'
  const { DATA_DIR: _ownFolderEach, ...shared } = env
  const server = await startServer({ env: { LOG_LEVEL: 'info', ORIGIN: origin, ...shared } })
  const signedIn = await signIn({ port: server.port, origin }, person.email, person.password)
  const browser = await letIn(signedIn)
  const csrf = await browser.csrf()
  let forms = 0
  return {
    attempt: async ({ startAt, command }) => {
      forms += 1
      const { caseId, version, schoolNumber, deviation } = command
      const form = {
        _csrf: csrf,
        _idem: `race-${forms}`,
        version: String(version),
        schoolNumber,
        reason: deviation?.code ?? '',
        sentence: deviation?.sentence ?? '',
      }
      const path = `/faelle/${caseId}/vorschlaege?_data=routes%2Fcase.suggestions`
      await wait(Math.max(0, startAt - Date.now()))
      const reply = await browser.send({ method: 'POST', path, form })
      return reply.headers['x-remix-redirect'] === `/faelle/${caseId}`
        ? 'seat'
        : codeOf(reply.status, reply.body)
    },
    stop: async () => {
      await server.stop()
    },
  }
}

function codeOf(status: number, body: string): string {
  if (status !== 409) return `${status} ${body}`
  return (JSON.parse(body) as { readonly refusal: { readonly code: string } }).refusal.code
}

async function answerOf(child: ChildProcess): Promise<string> {
  const [{ outcome }] = (await once(child, 'message')) as [AttemptEnd]
  return outcome
}
