import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { today } from '#app/domain/time.ts'
import { canary } from '#tests/promises/canaries.ts'
import { filesOf, makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { DESK_SCHOOLS, waitAtDesk } from '#tests/promises/p2-desk-place.ts'
import { deskLines, EVENTS } from '#tests/promises/p2-desks.ts'
import { lookInto, storedIn, violations } from '#tests/promises/p2-inspect.ts'
import type { DeskOrder } from '#tests/promises/p3-desks.ts'
import type { Order } from '#tests/promises/p3-kid.ts'
import { type Deed, disk, type Files, watch } from '#tests/promises/p3-replay.ts'
import { repositoryRoot, stracePresent } from '#tests/setup/paths.ts'
import { seeded } from '#tests/setup/random.ts'
import { guard, sized } from '#tests/setup/size.ts'

const CHILDREN = sized(60)
const WRITERS = 6
/** Serial numbers of the children at the desks: beyond those of the others. */
const AT_DESKS = {
  ...{ first: 10_000, count: 3, absent: 1 },
  ...{ delegated: 1, ending: 1, turning: 1 },
}
/** What somebody does at the desks meanwhile, one after the other. */
const DEEDS_AT_DESKS = 26

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

    test(`after each of ${CHILDREN} Meldungen and ${DEEDS_AT_DESKS} deeds at the desks all that was acknowledged is there and opens`, {
      timeout: guard(600_000),
    }, async () => {
      const { world, before, deeds } = await recorded(newFolder(), CHILDREN, false)
      // every kind of write at the desks is among what was done
      const kinds = new Set(
        deeds.flatMap((deed) => (deed.kind === 'said' ? deedAt(deed.text) : [])),
      )
      expect(Object.values(EVENTS).filter((event) => !kinds.has(event))).toEqual([])
      const { images, lossy, unopened, broken } = await replayed(world, newFolder(), before, deeds)
      process.stdout.write(
        `P3: ${images} images of ${WRITERS} at once, ${lossy.length} with a loss, ${broken.length} broken\n`,
      )
      expect([...broken, ...unopened]).toEqual([])
      expect({ images, lossy }).toEqual({ images: 2 * (CHILDREN + DEEDS_AT_DESKS), lossy: [] })
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
      // and what was done at the desks as well
      expect(lossy.some((image) => image.includes(EVENTS.seats))).toBe(true)
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
  const desks = await atDesks(world)
  await world.database.close()
  await world.keys.close()
  const before = filesIn(world.dataDir)
  const registeredOn = today({ now: () => new Date() })
  const order: Order = {
    actor: world.as('counsellor').actor,
    registeredOn,
    children,
    writers: WRITERS,
    desks,
    isCareless,
  }
  const env = { ...process.env, ...world.env, LOG_LEVEL: 'silent', P3_ORDER: JSON.stringify(order) }
  const program = [process.execPath, '--import', 'tsx', 'tests/promises/p3-kid.ts']
  const deeds = watch(program, { folder: world.dataDir, traces, env, cwd: repositoryRoot })
  const said = deeds.filter(({ kind }) => kind === 'said')
  expect(said).toHaveLength(children + DEEDS_AT_DESKS)
  return { world, before, deeds }
}

async function atDesks(world: SharedWorld): Promise<DeskOrder> {
  const place = await waitAtDesk(world, AT_DESKS)
  const actors = {
    counsellor: world.as('counsellor').actor,
    authority: world.as('authority').actor,
    school: world.asSchool(DESK_SCHOOLS.DN).actor,
    counsellorThere: world.as('counsellor', 'BOR').actor,
    leadThere: world.as('lead', 'BOR').actor,
  }
  return { actors, place }
}

/** The event of something that was done at the desks; nothing for a Meldung. */
function deedAt(text: string): readonly string[] {
  const [word, event = ''] = text.trim().split(' ')
  return word === 'DID' ? [event] : []
}

/** What must be found of what was said: the family name of a Meldung, or the n-th such deed at a desk. */
function foundBy(text: string, known: readonly string[]): string {
  const [word, event = '', subject = ''] = text.trim().split(' ')
  if (word === 'ACK') return canary(Number(event), 'family')
  return nth(`${event} ${subject}`, known)
}

/** The same words once more are another deed: each has a number. */
function nth(words: string, known: readonly string[]): string {
  const times = known.filter((one) => one.startsWith(`${words} #`)).length
  return `${words} #${times + 1}`
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
  const standing = await startedOn(world, folder, before)
  // deeds of the same kind that were done before count on
  const acknowledged = [...(standing.names ?? [])].filter((name) => name.includes(' #'))
  let said = 0
  const seen: Replayed = { images: 0, lossy: [], unopened: [], broken: [] }
  for (const deed of deeds) {
    take(deed)
    if (deed.kind !== 'said') continue
    acknowledged.push(foundBy(deed.text, acknowledged))
    said += 1
    const seed = SEED + said
    for (const [how, cut] of Object.entries(CUTS)) {
      const found = await startedOn(world, folder, afterPowerCut(cut(seed)))
      note(seen, found, acknowledged, `${how} kept after ${said}, seed ${seed}`)
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
  const lost = acknowledged.filter((name) => !names.has(name))
  if (lost.length > 0) seen.lossy.push(`${image}: lost ${lost.join(', ')}`)
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
    const deeds: string[] = []
    for (const { event, subject } of await deskLines(opened.database)) {
      deeds.push(nth(`${event} ${subject}`, deeds))
    }
    const names = new Set([...children.map(({ key }) => key), ...deeds])
    return { names, broken: await violations(opened) }
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
