import * as z from 'zod'
import type { CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import { appendLines, readLines } from '#app/gateways/head-file.server.ts'
import { centresWithTrail, countSeals, unsealedBefore } from '#db/queries/audit-seal.server.ts'
import { chainHeads } from '#db/queries/inventory.server.ts'
import type { Deps } from '../context.server.ts'
import { chainAudit, type Walked, walkChain } from './chain.server.ts'

const Head = z.object({
  at: z.string().transform((text) => text as Instant),
  centre: z.string().transform((text) => text as CentreId),
  seq: z.number().int(),
  hmac: z.string(),
  /** The signature of the line before; null: there was none. Absent in the lines of earlier versions. */
  prev: z.string().nullable().optional(),
  sign: z.string(),
  keeps: z.number().int().optional(),
})

/**
 * The end of a centre's chain as it is kept on another host, signed with the installation's key. Each
 * line names the one before it. `keeps`: written when a break was accepted (`kept-head.server.ts`); of
 * the ends before it in the file only those up to this link still belong to the chain.
 */
export type SignedHead = Readonly<z.output<typeof Head>>

/** Something in the trail that the program did not write so. */
export type Finding = {
  readonly centre: CentreId | null
  /**
   * `changed`: a link does not fit its entry or the one before. `inserted`: an entry is much older
   * than those before it, or a link stands there twice. `cut`: the chain ends before a kept head.
   * `rewritten`: another link stands where a kept head was. `head_forged`: a line of the kept file was
   * not signed here. `head_missing`: it names a line before it that is not there.
   */
  readonly what: 'changed' | 'inserted' | 'cut' | 'rewritten' | 'head_forged' | 'head_missing'
  /** Where in the chain; for `head_forged` and `head_missing` the line of the file. */
  readonly at: number
}

/** What a verification read, and what it found. */
export type TrailReport = {
  readonly links: number
  readonly headsCompared: number
  /** When the newest kept head was signed: what came later is not covered. Null: none is kept. */
  readonly newestHead: Instant | null
  /** Breaks that somebody accepted knowingly, after a restore: each is a line of the kept file. */
  readonly breaksAccepted: number
  readonly findings: readonly Finding[]
}

type HeadFileRefusal = { readonly code: 'audit_head_unreadable'; readonly file: string }
export type Reading = Pick<Deps, 'database' | 'keyed'>

/** How far the times of two entries may run against their order: two processes, one of them slow. */
const DISORDER_HOURS = 1 / 6

/**
 * Chains what is not chained yet and gives the ends of all chains, signed, the first one behind the
 * line with the signature `after`.
 */
export async function trailHeads(
  deps: Deps,
  after: string | null = null,
): Promise<readonly SignedHead[]> {
  await chainAudit(deps)
  const at = instant(deps.clock)
  let prev = after
  return (await chainHeads(deps.database.db)).map(({ centreId, seq, hmac }) => {
    const head = { at, centre: centreId, seq, hmac, prev }
    const sign = signOf(deps, head)
    prev = sign
    return { ...head, sign }
  })
}

/** Appends the ends of all chains to a file that lies on another host. Returns how many. */
export async function anchorTrail(deps: Deps, file: string): Promise<number> {
  const lines = (await readLines(file)) ?? []
  const last = lines.map(headIn).findLast((head) => head !== null)
  const heads = await trailHeads(deps, last?.sign ?? null)
  await appendLines(
    file,
    heads.map((head) => JSON.stringify(head)),
  )
  return heads.length
}

/**
 * Reads every chain from its first link and compares it with the heads that were kept elsewhere.
 * Without them a chain that was cut at its end, or exchanged for an older one, looks whole.
 */
export async function verifyTrail(
  deps: Reading,
  headFile: string | null,
): Promise<Result<TrailReport, HeadFileRefusal>> {
  const lines = headFile === null ? [] : await readLines(headFile)
  if (lines === null) return err({ code: 'audit_head_unreadable', file: headFile ?? '' })
  const { heads: kept, wrong } = readHeads(deps, lines)
  const heads = standingHeads(kept)
  const newestHead = heads.map(({ at }) => at).reduce(later, null)
  const centres = new Set([
    ...(await centresWithTrail(deps.database.db)),
    ...heads.map(({ centre }) => centre),
  ])
  const findings: Finding[] = [...wrong]
  let links = 0
  for (const centre of [...centres].toSorted()) {
    const kept = new Map(
      heads.flatMap((one) => (one.centre === centre ? [[one.seq, one.hmac]] : [])),
    )
    const { length, finding } = await examineChain(deps, centre, { kept, newestHead })
    links += length
    if (finding !== null) findings.push({ centre, ...finding })
  }
  const breaksAccepted = heads.filter(({ keeps }) => keeps !== undefined).length
  return ok({ links, headsCompared: heads.length, newestHead, breaksAccepted, findings })
}

/** The heads that were signed here, in the order of the file, and what is wrong with its lines. */
export function readHeads(deps: Pick<Deps, 'keyed'>, lines: readonly string[]) {
  const wrong: Finding[] = []
  const heads: SignedHead[] = []
  const signs = new Set<string>()
  for (const [index, line] of lines.entries()) {
    const head = headIn(line)
    const what = wrongWithHead(deps, head, signs)
    if (what !== null) wrong.push({ centre: null, what, at: index + 1 })
    if (head !== null) signs.add(head.sign)
    if (head !== null && what !== 'head_forged') heads.push(head)
  }
  return { heads, wrong }
}

/** Any line before it may be the one it names: the clockwork and a person may append at once. */
function wrongWithHead(
  deps: Pick<Deps, 'keyed'>,
  head: SignedHead | null,
  before: ReadonlySet<string>,
) {
  if (head === null || head.sign !== signOf(deps, head)) return 'head_forged'
  // ours, but no line of ours stands there twice
  if (before.has(head.sign)) return 'head_forged'
  const { prev } = head
  return typeof prev === 'string' && !before.has(prev) ? 'head_missing' : null
}

/**
 * Without the heads that a later line of their centre says were given up. Such a line speaks of what was
 * signed before it: put behind later ones once more, it gives up none of them.
 */
export function standingHeads(heads: readonly SignedHead[]): readonly SignedHead[] {
  const breaks = heads.flatMap((head, index) =>
    head.keeps === undefined ? [] : [{ ...head, keeps: head.keeps, index }],
  )
  return heads.filter(
    (head, index) =>
      !breaks.some(
        (broken) =>
          broken.centre === head.centre &&
          broken.index > index &&
          broken.at >= head.at &&
          head.seq > broken.keeps,
      ),
  )
}

function headIn(line: string): SignedHead | null {
  try {
    return Head.parse(JSON.parse(line))
  } catch {
    return null
  }
}

/** The signature of a head: only who has the root secret can make it. */
export function signOf({ keyed }: Pick<Deps, 'keyed'>, head: Omit<SignedHead, 'sign'>): string {
  const { at, centre, seq, hmac, prev, keeps } = head
  const named = [prev, keeps].filter((part) => part !== undefined)
  return keyed('audit head', JSON.stringify([at, centre, seq, hmac, ...named]))
}

type Examined = {
  readonly length: number
  readonly finding: Pick<Finding, 'what' | 'at'> | null
}

/** What is kept elsewhere: of one chain its ends by number, and when the newest of all was signed. */
type Elsewhere = { readonly kept: Kept; readonly newestHead: Instant | null }
type Kept = ReadonlyMap<number, string>

async function examineChain(
  deps: Reading,
  centre: CentreId,
  elsewhere: Elsewhere,
): Promise<Examined> {
  const { kept, newestHead } = elsewhere
  let length = 0
  let newest: Instant | null = null
  for await (const link of walkChain(deps, centre)) {
    const what = wrongWith(link, kept, newest)
    if (what !== null) return { length, finding: { what, at: link.seq } }
    newest = later(newest, link.at)
    length = link.seq
  }
  const chained = later(newest, newestHead)
  const what = await wrongBehind(deps, centre, { length, chained, kept })
  return { length, finding: what === null ? null : { what, at: length + 1 } }
}

function wrongWith({ seq, hmac, at }: Walked, kept: Kept, newest: Instant | null) {
  if (at === null) return 'changed'
  if ((kept.get(seq) ?? hmac) !== hmac) return 'rewritten'
  return newest !== null && isOlder(at, newest) ? 'inserted' : null
}

/**
 * What is wrong after the last link: one that was kept is gone, one stands there twice, or an entry
 * waits to be chained that is older than `chained`, by when all were.
 */
async function wrongBehind(
  { database }: Reading,
  centre: CentreId,
  end: { readonly length: number; readonly chained: Instant | null; readonly kept: Kept },
) {
  const { length, chained, kept } = end
  if (Math.max(0, ...kept.keys()) > length) return 'cut'
  if ((await countSeals(database.db, centre, length)) !== length) return 'inserted'
  if (chained === null) return null
  const before = addHours(chained, -DISORDER_HOURS)
  return (await unsealedBefore(database.db, centre, before)) ? 'inserted' : null
}

function later(one: Instant | null, other: Instant | null): Instant | null {
  return one === null || (other !== null && other > one) ? other : one
}

function isOlder(at: Instant, newest: Instant): boolean {
  return at < addHours(newest, -DISORDER_HOURS)
}
