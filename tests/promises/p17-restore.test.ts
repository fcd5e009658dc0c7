import { execFile } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { takeInventory } from '#db/queries/inventory.server.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { canaryRegistration, STEM } from '#tests/promises/canaries.ts'
import {
  filesOf,
  makeFileWorld,
  makePostgresWorld,
  type SharedWorld,
} from '#tests/promises/file-world.ts'
import { commandsOf } from '#tests/promises/handbook.ts'
import { lookInto, violations } from '#tests/promises/p2-inspect.ts'
import { filesBelow, grep } from '#tests/promises/p20-grep.ts'
import { namesFound } from '#tests/promises/search.ts'
import { scratch } from '#tests/setup/folder.ts'
import { postgresPresent, repositoryRoot } from '#tests/setup/paths.ts'
import { freshDatabase } from '#tests/setup/postgres.ts'
import { startServer } from '#tests/setup/server.ts'
import { signIn } from '#tests/setup/session.ts'
import { sized } from '#tests/setup/size.ts'
import { type Ended, runKi } from '#tests/setup/terminal.ts'
import { registered, WORLD_PASSWORD } from '#tests/setup/world.ts'

const CHILDREN = sized(120)
const COUNSELLOR = 'counsellor-dn@beispiel.example'
/** Unlike every canary: the search also finds what merely sounds alike. */
const SOUGHT = { givenNames: 'Jadwiga', familyName: 'Brzeczyszczykiewicz' }
const COMMANDS = commandsOf('sichern-und-zurueckspielen.md')
const bash = promisify(execFile)

/** Where an installation lives; the second one is an empty machine. */
type Machine = { readonly env: Readonly<Record<string, string>>; readonly dataDir: string }

const ENGINES = {
  SQLite: { make: makeFileWorld, emptyDatabase: async () => ({}) },
  PostgreSQL: {
    make: makePostgresWorld,
    emptyDatabase: async () => ({ DATABASE_URL: await freshDatabase() }),
  },
} as const

describe('P17 on SQLite', () => restoreOn('SQLite'))
describe.skipIf(!postgresPresent)('P17 on PostgreSQL (needs PostgreSQL)', () =>
  restoreOn('PostgreSQL'),
)

function restoreOn(engine: keyof typeof ENGINES): void {
  let world: SharedWorld
  let names: Readonly<Record<string, string>>
  let outside: string
  let recipient: string

  beforeAll(async () => {
    world = await ENGINES[engine].make()
    outside = scratch()
    names = {
      SICHERUNGEN: join(outside, 'sicherungen'),
      GEHEIM: join(outside, 'geheim.txt'),
      PROTOKOLLENDE: join(outside, 'ende.jsonl'),
    }
    mkdirSync(names['SICHERUNGEN'] ?? '')
    copyFileSync(filesOf(world.dataDir).kek, join(outside, 'kek'))
    chmodSync(join(outside, 'kek'), 0o400)
    for (let serial = 0; serial < CHILDREN; serial += 1) {
      await registered(world, canaryRegistration(serial))
    }
    await registered(world, { child: SOUGHT })
    await argonPasswords(world)
  })

  afterAll(() => world.close())

  const here = (): Machine => ({
    dataDir: world.dataDir,
    env: { ...world.env, KEY_FILE: join(outside, 'kek') },
  })

  /** Runs a block of the handbook; what it asks is answered line by line. */
  async function run(
    block: string,
    { env, dataDir }: Machine,
    answers: readonly string[] = [],
  ): Promise<string> {
    const commands = COMMANDS.get(block)
    if (commands === undefined) throw new Error(`The handbook has no commands „${block}“`)
    const { PATH, HOME } = process.env
    const settings = {
      PATH,
      HOME,
      ...env,
      DATA_DIR: dataDir,
      BACKUP_RECIPIENT: recipient,
      ...names,
    }
    const running = bash('bash', ['-euo', 'pipefail', '-c', commands], {
      cwd: repositoryRoot,
      env: { NODE_ENV: 'production', ...settings },
    })
    running.child.stdin?.end(answers.map((answer) => `${answer}\n`).join(''))
    return (await running).stdout
  }

  test('the commands of the handbook bring everything back on an empty machine', async () => {
    recipient = ''
    const told = await run('einrichten', here())
    recipient = /BACKUP_RECIPIENT=(age1\S+)/.exec(told)?.[1] ?? ''
    expect(recipient).not.toBe('')

    const server = await startServer({ dataDir: world.dataDir, env: here().env })
    expect(await run('sichern', here())).toMatch(/Angehängt an[\s\S]*Zur Probe zurückgespielt/)
    const before = await takeInventory(world.database.db)
    await server.stop()

    const dataDir = scratch()
    const env = { KEY_FILE: join(outside, 'kek'), ...(await ENGINES[engine].emptyDatabase()) }
    const machine = { dataDir, env }
    const said = await run('zurueckspielen', machine)
    expect(said).toMatch(/Zurückgespielt\./)
    expect(said).toContain(`Kinder: ${before.counts['child']}`)
    expect(leftovers(dataDir)).toEqual([])

    const probe = (word: string) => run('proben', machine, [COUNSELLOR, word, WORLD_PASSWORD, ''])
    expect(await probe(SOUGHT.familyName)).toMatch(/Angemeldet\. Gefunden: 1\. Abgemeldet\./)
    // control: who is not there is not found, and the command says so
    await expect(probe('Quittenbaum')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('Niemand gefunden'),
    })
    expect(await run('pruefen', machine)).toMatch(/ungebrochen[\s\S]*Enden verglichen: [1-9]/)

    const restored = await startServer({ dataDir, env })
    const browser = await signIn(restored, COUNSELLOR, WORLD_PASSWORD)
    const found = await namesFound(browser, SOUGHT.familyName)
    await restored.stop()
    expect(found).toEqual([expect.stringContaining(SOUGHT.givenNames)])
    expect(await lookInto({ ...machine, kek: world.kek }, violations)).toEqual([])
  })

  test('the files show nothing; control: the copy before encryption shows the plain columns', () => {
    const backups = filesBelow(names['SICHERUNGEN'] ?? '')
    expect(backups.map(({ path }) => path.replace(/^.*\.(\w+\.age)$/, '$1')).sort()).toEqual([
      'data.age',
      'keys.age',
    ])
    const plain = ['Amira Brandt', 'DN-2026-0001']
    expect(grep(backups, [STEM, ...plain])).toEqual([])
    if (engine === 'SQLite') {
      expect(grep(filesBelow(world.dataDir), plain).length).toBeGreaterThanOrEqual(plain.length)
    }
  })

  // what is refused is refused before the engine is asked, except for the place in use
  test('it goes into an empty place only, and with the right files only', async () => {
    const { env, dataDir } = here()
    const [data = ''] = dataFiles(names['SICHERUNGEN'] ?? '')
    const geheim = names['GEHEIM'] ?? ''
    const restore = (at: Machine, ...words: readonly string[]) =>
      runKi(['backup', 'restore', ...words], { ...at.env, DATA_DIR: at.dataDir })
    const empty = async (): Promise<Machine> => ({
      dataDir: scratch(),
      env: { KEY_FILE: env['KEY_FILE'] ?? '', ...(await ENGINES[engine].emptyDatabase()) },
    })

    const inUse = await restore({ env, dataDir }, data, '--identity', geheim)
    expectRefused(inUse, 'Am Ziel liegen schon Daten')

    const other = join(scratch(), 'andere.txt')
    await runKi(['backup', 'keygen', other], { DATA_DIR: scratch() })
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [[data, '--identity', other], 'öffnet'],
      [[data, '--identity', env['KEY_FILE'] ?? ''], 'kein geheimer Schlüssel'],
      [[data, '--identity', geheim, '--keys', data], 'gehören nicht zusammen'],
      [[`${data}x`, '--identity', geheim], 'gibt es nicht'],
      [[cutOff(data), '--identity', geheim, '--keys', keysOf(data)], 'beschädigt'],
      [[flipped(data), '--identity', geheim, '--keys', keysOf(data)], 'beschädigt'],
    ]
    for (const [words, why] of engine === 'SQLite' ? wrong : wrong.slice(0, 1)) {
      const machine = await empty()
      expectRefused(await restore(machine, ...words), why)
      expect(readdirSync(machine.dataDir), why).toEqual([])
    }

    const machine = await empty()
    const strange = join(outside, 'fremder-kek')
    writeFileSync(strange, `${'ab'.repeat(32)}\n`, { mode: 0o400 })
    const stranger = { ...machine, env: { ...machine.env, KEY_FILE: strange } }
    expectRefused(await restore(stranger, data, '--identity', geheim), 'fehlt der Hauptschlüssel')
    expect(readdirSync(machine.dataDir)).toEqual([])
    const again = await restore(machine, data, '--identity', geheim)
    expect(again.code, again.stderr).toBe(0)
  })
}

function expectRefused({ code, stderr }: Ended, why: string): void {
  expect(stderr).toContain(why)
  expect(code).toBe(1)
}

function dataFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.data.age'))
    .map((name) => join(folder, name))
}

function keysOf(data: string): string {
  return data.replace('.data.age', '.keys.age')
}

/** What a run leaves behind where it worked. */
function leftovers(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('.einstieg-work'))
}

function changed(file: string, change: (bytes: Buffer) => Buffer): string {
  const copy = join(scratch(), 'einstieg-20260101T000000000Z.data.age')
  writeFileSync(copy, change(readFileSync(file)))
  return copy
}

function cutOff(file: string): string {
  return changed(file, (bytes) => bytes.subarray(0, bytes.length - 40_000))
}

function flipped(file: string): string {
  return changed(file, (bytes) => {
    const at = bytes.length - 1_000
    bytes[at] = (bytes[at] ?? 0) ^ 1
    return bytes
  })
}
