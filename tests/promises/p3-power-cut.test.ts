import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { today } from '#app/domain/time.ts'
import { canary } from '#tests/promises/canaries.ts'
import { filesOf, makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { lookInto, storedIn, violations } from '#tests/promises/p2-inspect.ts'
import type { Order } from '#tests/promises/p3-kid.ts'
import { type Deed, disk, type Files, watch } from '#tests/promises/p3-replay.ts'
import { repositoryRoot, stracePresent } from '#tests/setup/paths.ts'
import { seeded } from '#tests/setup/random.ts'
import { guard, sized } from '#tests/setup/size.ts'

const CHILDREN = sized(60)
const WRITERS = 6

/** Which half of an image is kept is drawn from it and the number of its acknowledgement. */
const SEED = 3_000

/** How a disk is left: nothing unsynced is on it, or about half of it, the same with the same seed. */
const CUTS: Readonly<Record<string, (seed: number) => () => boolean>> = {
  none: () => () => false,
  half: (seed) => {
    const random = seeded(seed)
    return () => random() < 0.5
  },
}

test('P3: a cut is repeated by its seed, and with another seed it is another', () => {
  const { take, afterPowerCut } = disk(new Map())
  for (let at = 0; at < 64; at += 1) {
    take({ kind: 'write', file: 'einstieg.db', at, bytes: Buffer.from([1]) })
  }
  const left = (how: string, seed: number) => {
    const bytes = afterPowerCut(CUTS[how]?.(seed) ?? (() => true)).get('einstieg.db')
    return bytes?.toString('hex')
  }
  expect(left('half', SEED)).toEqual(left('half', SEED))
  expect(left('half', SEED)).not.toEqual(left('half', SEED + 1))
  expect(left('none', SEED)).toBeUndefined()
})

describe.skipIf(!stracePresent)(
  'P3: the power goes while children are registered (needs strace)',
  () => {
    const folders: string[] = []
    afterAll(() => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    })

    function newFolder(): string {
      const folder = mkdtempSync(join(tmpdir(), 'einstieg-p3-'))
      folders.push(folder)
      return folder
    }

    test(`after each of ${CHILDREN} acknowledgements every child acknowledged is there and opens`, {
      timeout: guard(600_000),
    }, async () => {
      const { world, before, deeds } = await recorded(newFolder(), CHILDREN, false)
      const { images, lossy, unopened, broken } = await replayed(world, newFolder(), before, deeds)
      process.stdout.write(
        `P3: ${images} images of ${WRITERS} at once, ${lossy.length} with a loss, ${broken.length} broken\n`,
      )
      expect([...broken, ...unopened]).toEqual([])
      expect({ images, lossy }).toEqual({ images: 2 * CHILDREN, lossy: [] })
    })

    test('control: a program that does not wait for the disk loses what it acknowledged', {
      timeout: guard(600_000),
    }, async () => {
      const { world, before, deeds } = await recorded(newFolder(), 10, true)
      const { images, lossy, unopened } = await replayed(world, newFolder(), before, deeds)
      process.stdout.write(
        `P3, control: ${images} images, ${unopened.length} did not open, ` +
          `${lossy.length} opened and lacked children\n`,
      )
      // a file that opens and lacks whom it had acknowledged, not one that does not open
      expect(lossy.length).toBeGreaterThan(0)
    })
  },
)

type Recorded = {
  readonly world: SharedWorld
  readonly before: Files
  readonly deeds: readonly Deed[]
}

/** What the files held at the start, and all that a process then did to them. */
async function recorded(traces: string, children: number, isCareless: boolean): Promise<Recorded> {
  const world = await makeFileWorld()
  await world.database.close()
  await world.keys.close()
  const before = filesIn(world.dataDir)
  const registeredOn = today({ now: () => new Date() })
  const order: Order = {
    actor: world.as('counsellor').actor,
    registeredOn,
    children,
    writers: WRITERS,
    isCareless,
  }
  const env = { ...process.env, ...world.env, LOG_LEVEL: 'silent', P3_ORDER: JSON.stringify(order) }
  const program = [process.execPath, '--import', 'tsx', 'tests/promises/p3-kid.ts']
  const deeds = watch(program, { folder: world.dataDir, traces, env, cwd: repositoryRoot })
  expect(deeds.filter(({ kind }) => kind === 'said')).toHaveLength(children)
  return { world, before, deeds }
}

type Replayed = {
  images: number
  /** Of each image that opened and lacked somebody: how it was cut, and how many were lost. */
  readonly lossy: string[]
  readonly unopened: string[]
  readonly broken: string[]
}

/** Cuts the power at every acknowledgement, each time in both ways, and starts anew on what is left. */
async function replayed(
  world: SharedWorld,
  folder: string,
  before: Files,
  deeds: readonly Deed[],
): Promise<Replayed> {
  const { take, afterPowerCut } = disk(before)
  const acknowledged: string[] = []
  const seen: Replayed = { images: 0, lossy: [], unopened: [], broken: [] }
  for (const deed of deeds) {
    take(deed)
    if (deed.kind !== 'said') continue
    acknowledged.push(canary(Number(deed.text.replace('ACK ', '')), 'family'))
    const seed = SEED + acknowledged.length
    for (const [how, cut] of Object.entries(CUTS)) {
      const found = await startedOn(world, folder, afterPowerCut(cut(seed)))
      note(seen, found, acknowledged, `${how} kept after ${acknowledged.length}, seed ${seed}`)
    }
  }
  await world.close()
  return seen
}

type Found = Awaited<ReturnType<typeof startedOn>>

function note(
  seen: Replayed,
  { names, broken }: Found,
  acknowledged: readonly string[],
  image: string,
): void {
  seen.images += 1
  const found = broken.map((what) => `${image}: ${what}`)
  if (names === null) {
    seen.unopened.push(...found)
    return
  }
  seen.broken.push(...found)
  const lost = acknowledged.filter((name) => !names.has(name)).length
  if (lost > 0) seen.lossy.push(`${image}: ${lost} lost`)
}

/** Whom a program finds that starts on these files, and what is wrong with them. */
async function startedOn({ kek }: SharedWorld, folder: string, files: Files) {
  const dataDir = join(folder, 'image')
  rmSync(dataDir, { recursive: true, force: true })
  for (const [file, bytes] of files) {
    mkdirSync(dirname(join(dataDir, file)), { recursive: true })
    writeFileSync(join(dataDir, file), bytes)
  }
  return lookInto({ dataDir, kek, env: {} }, async (opened) => {
    const { children } = await storedIn(opened, 0)
    return { names: new Set(children.map(({ key }) => key)), broken: await violations(opened) }
  }).catch((accident: unknown) => ({ names: null, broken: [String(accident)] }))
}

/** Data and keys; the memory that processes share about the log (`-shm`) is on no disk. */
function filesIn(dataDir: string): Files {
  const { data, keys, kek } = filesOf('')
  const kept = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((file) =>
    [data, keys, kek].some((one) => one.startsWith(file) || file.startsWith(one)),
  )
  return new Map(
    kept
      .filter((file) => /\.db(-wal)?$|kek$/.test(file))
      .map((file) => [file, readFileSync(join(dataDir, file))]),
  )
}
