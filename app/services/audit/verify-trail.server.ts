import * as z from 'zod'
import type { CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import { appendLines, readLines } from '#app/gateways/head-file.server.ts'
import { centresWithTrail, unsealedBefore } from '#db/queries/audit-seal.server.ts'
import { chainHeads } from '#db/queries/inventory.server.ts'
import type { Deps } from '../context.server.ts'
import { chainAudit, type Walked, walkChain } from './chain.server.ts'

const Head = z.object({
  at: z.string().transform((text) => text as Instant),
  centre: z.string().transform((text) => text as CentreId),
  seq: z.number().int(),
  hmac: z.string(),
  sign: z.string(),
})

/** The end of a centre's chain as it is kept on another host, signed with the installation's key. */
export type SignedHead = Readonly<z.output<typeof Head>>

/** Something in the trail that the program did not write so. */
export type Finding = {
  readonly centre: CentreId | null
  /**
   * `changed`: a link does not fit its entry or the one before. `inserted`: an entry is much older
   * than those before it. `cut`: the chain ends before a kept head. `rewritten`: another link stands
   * where a kept head was. `head_forged`: a line of the kept file was not signed here.
   */
  readonly what: 'changed' | 'inserted' | 'cut' | 'rewritten' | 'head_forged'
  /** Where in the chain; for `head_forged` the line of the file. */
  readonly at: number
}

/** What a verification read, and what it found. */
export type TrailReport = {
  readonly links: number
  readonly headsCompared: number
  readonly findings: readonly Finding[]
}

type HeadFileRefusal = { readonly code: 'audit_head_unreadable'; readonly file: string }
type Reading = Pick<Deps, 'database' | 'keyed'>

/** How far the times of two entries may run against their order: two processes, one of them slow. */
const DISORDER_HOURS = 1 / 6

/** Chains what is not chained yet and gives the ends of all chains, signed. */
export async function trailHeads(deps: Deps): Promise<readonly SignedHead[]> {
  await chainAudit(deps)
  const at = instant(deps.clock)
  return (await chainHeads(deps.database.db)).map(({ centreId, seq, hmac }) => {
    const head = { at, centre: centreId, seq, hmac }
    return { ...head, sign: signOf(deps, head) }
  })
}

/** Appends the ends of all chains to a file that lies on another host. Returns how many. */
export async function anchorTrail(deps: Deps, file: string): Promise<number> {
  const heads = await trailHeads(deps)
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
  const { heads, forged } = readHeads(deps, lines)
  const centres = new Set([
    ...(await centresWithTrail(deps.database.db)),
    ...heads.map(({ centre }) => centre),
  ])
  const findings: Finding[] = [...forged]
  let links = 0
  for (const centre of [...centres].toSorted()) {
    const own = heads.filter((head) => head.centre === centre)
    const { length, finding } = await examineChain(deps, centre, own)
    links += length
    if (finding !== null) findings.push({ centre, ...finding })
  }
  return ok({ links, headsCompared: heads.length, findings })
}

function readHeads(deps: Reading, lines: readonly string[]) {
  const forged: Finding[] = []
  const heads = lines.flatMap((line, index) => {
    const head = headIn(line)
    if (head !== null && head.sign === signOf(deps, head)) return [head]
    forged.push({ centre: null, what: 'head_forged', at: index + 1 })
    return []
  })
  return { heads, forged }
}

function headIn(line: string): SignedHead | null {
  try {
    return Head.parse(JSON.parse(line))
  } catch {
    return null
  }
}

function signOf({ keyed }: Pick<Deps, 'keyed'>, head: Omit<SignedHead, 'sign'>): string {
  return keyed('audit head', JSON.stringify([head.at, head.centre, head.seq, head.hmac]))
}

type Examined = {
  readonly length: number
  readonly finding: Pick<Finding, 'what' | 'at'> | null
}

async function examineChain(
  deps: Reading,
  centre: CentreId,
  heads: readonly SignedHead[],
): Promise<Examined> {
  const kept = new Map(heads.map(({ seq, hmac }) => [seq, hmac]))
  let length = 0
  let newest: Instant | null = null
  for await (const link of walkChain(deps, centre)) {
    const what = wrongWith(link, kept, newest)
    if (what !== null) return { length, finding: { what, at: link.seq } }
    newest = later(newest, link.at)
    length = link.seq
  }
  const what = await wrongBehind(deps, centre, { length, newest, kept })
  return { length, finding: what === null ? null : { what, at: length + 1 } }
}

type Kept = ReadonlyMap<number, string>

function wrongWith({ seq, hmac, at }: Walked, kept: Kept, newest: Instant | null) {
  if (at === null) return 'changed'
  if ((kept.get(seq) ?? hmac) !== hmac) return 'rewritten'
  return newest !== null && isOlder(at, newest) ? 'inserted' : null
}

/** What is wrong after the last link: one that was kept is gone, or an old entry waits to be chained. */
async function wrongBehind(
  { database }: Reading,
  centre: CentreId,
  end: { readonly length: number; readonly newest: Instant | null; readonly kept: Kept },
) {
  if (Math.max(0, ...end.kept.keys()) > end.length) return 'cut'
  if (end.newest === null) return null
  const before = addHours(end.newest, -DISORDER_HOURS)
  return (await unsealedBefore(database.db, centre, before)) ? 'inserted' : null
}

function later(one: Instant | null, other: Instant | null): Instant | null {
  return one === null || (other !== null && other > one) ? other : one
}

function isOlder(at: Instant, newest: Instant): boolean {
  return at < addHours(newest, -DISORDER_HOURS)
}
