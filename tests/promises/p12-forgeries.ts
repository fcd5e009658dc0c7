import type { CentreId } from '#app/domain/ids.ts'
import { addHours } from '#app/domain/time.ts'
import type { Link, Trail } from '#tests/promises/p12-trail.ts'
import type { Drawer } from '#tests/setup/random.ts'

/** What somebody does to a trail who has the database in hand, and sometimes the kept file. */
export type Forgery = {
  /** Which kind, and where: said when it is not found. */
  readonly name: string
  /** Plain SQL for both engines; at least one row must change. */
  readonly statements: readonly string[]
  /** The program chains what is unchained afterwards: with its own secret, or somebody with another. */
  readonly rechained?: 'by_the_program' | 'without_the_secret'
  /** Instead of statements: the copy that was made in this hour is put in place. */
  readonly copyOfHour?: number
  /** What becomes of the lines of the kept file. */
  readonly heads?: (lines: readonly string[]) => readonly string[]
}

/** What a forger sees. Links are those a kept head covers. */
export type Target = {
  readonly links: readonly [Link, ...Link[]]
  readonly trail: Trail
  /** Where each chain ends, the newest kept head or not. */
  readonly ends: ReadonlyMap<CentreId, number>
}

type Forge = (target: Target, draw: Drawer) => Forgery

const ENTRY_COLUMNS = [
  'centre_id',
  'id',
  'at',
  'account_id',
  'role',
  'action',
  'event',
  'request_id',
  'facts',
] as const
const CASE_COLUMNS = ['centre_id', 'entry_id', 'case_id'] as const
const SEAL_COLUMNS = ['centre_id', 'seq', 'entry_id', 'prev', 'hmac'] as const
const HEAD_FIELDS = ['at', 'centre', 'seq', 'hmac', 'prev', 'sign'] as const

/** A little more than a millisecond, in hours. */
const A_MS = 1 / 3_000_000

/** How many of each kind there are in two hundred. */
const KINDS: Readonly<Record<string, readonly [count: number, forge: Forge]>> = {
  'an entry edited': [28, editEntry],
  'a case of an entry edited': [12, editCase],
  'a link edited': [20, editLink],
  'an entry deleted': [24, deleteEntry],
  'an entry inserted': [28, insertEntry],
  'two rows swapped': [20, swap],
  'the tail cut': [16, cut],
  'history changed, chained anew by the program': [12, rechained],
  'history changed, chained anew without the secret': [8, rewritten],
  'an older backup put in place': [4, olderCopy],
  'a kept line edited': [12, editHead],
  'kept lines deleted': [8, deleteHeads],
  'a kept line put behind the others again': [8, repeatHead],
}

/** Two hundred forgeries, or a share of them, of every kind. */
export function forgeries(target: Target, draw: Drawer, share: number): readonly Forgery[] {
  return Object.entries(KINDS).flatMap(([kind, [count, forge]]) =>
    Array.from({ length: Math.ceil(count * share) }, () => {
      const forgery = forge(target, draw)
      return { ...forgery, name: `${kind}: ${forgery.name}` }
    }),
  )
}

// ---- single fields ----

function editEntry(target: Target, draw: Drawer): Forgery {
  const link = aLink(target, draw)
  const column = draw.oneOf(ENTRY_COLUMNS)
  const value = {
    centre_id: text(otherCentre(target, link.centre)),
    id: text(`${link.entryId}0`),
    at: text(addHours(link.at, draw.oneOf([-48, -1, -A_MS, A_MS, 1, 48]))),
    account_id: link.accountId === null ? text('account-1') : 'null',
    role: "role || 'x'",
    action: "action || ' '",
    event: text('case_closed'),
    request_id: text('request'),
    facts: draw.oneOf(["'{}'", "replace(facts, 'page', 'Page')", "facts || ' '"]),
  }[column]
  return {
    name: `${column} of ${placeOf(link)}`,
    statements: [`update audit_entry set ${column} = ${value} ${whereEntry(link)}`],
  }
}

function editCase(target: Target, draw: Drawer): Forgery {
  const link = drawUntil(target, draw, ({ cases }) => cases.length > 0)
  const other = drawUntil(
    target,
    draw,
    ({ cases, centre }) => cases.length === 0 && centre === link.centre,
  )
  const column = draw.oneOf(CASE_COLUMNS)
  const value = {
    centre_id: otherCentre(target, link.centre),
    entry_id: other.entryId,
    case_id: 'case-of-somebody-else',
  }[column]
  const [first = ''] = link.cases
  return {
    name: `${column} at ${placeOf(link)}`,
    statements: [
      `update audit_case set ${column} = ${text(value)}
       where entry_id = ${text(link.entryId)} and case_id = ${text(first)}`,
    ],
  }
}

function editLink(target: Target, draw: Drawer): Forgery {
  const link = aLink(target, draw)
  const column = draw.oneOf(SEAL_COLUMNS)
  const value = {
    centre_id: text('centre-of-nobody'),
    seq: String(draw.oneOf([0, -draw.between(1, 99), lengthOf(target, link) + 9_999])),
    entry_id: text(`${link.entryId}0`),
    prev: text(draw.oneOf(['0', 'forged'])),
    hmac: draw.oneOf([text('forged'), 'lower(hmac)', 'prev']),
  }[column]
  // the first link does point back to nothing: that would be no forgery
  if (column === 'prev' && link.seq === 1) return editLink(target, draw)
  return {
    name: `${column} of ${placeOf(link)}`,
    statements: [`update audit_seal set ${column} = ${value} ${whereLink(link)}`],
  }
}

// ---- rows ----

function deleteEntry(target: Target, draw: Drawer): Forgery {
  const link = drawUntil(target, draw, ({ cases }) => cases.length > 0)
  const entry = [`delete from audit_entry ${whereEntry(link)}`]
  const cases = [`delete from audit_case where entry_id = ${text(link.entryId)}`]
  const seal = [`delete from audit_seal ${whereLink(link)}`]
  const moveUp = renumber(link.centre, link.seq + 1, -1)
  const [name, statements] = draw.oneOf([
    ['the entry alone', [...cases, ...entry]],
    ['with its link', [...cases, ...entry, ...seal]],
    ['with its link, the others moved up', [...cases, ...entry, ...seal, ...moveUp]],
    ['its link alone', seal],
    ['its cases alone', cases],
  ])
  return { name: `${name}, ${placeOf(link)}`, statements }
}

function insertEntry(target: Target, draw: Drawer): Forgery {
  const link = aLink(target, draw)
  const id = `${link.entryId}5`
  const entry = entryRow(link.centre, id, link.at)
  const seal = (seq: number) =>
    `insert into audit_seal (centre_id, seq, entry_id, prev, hmac)
     values (${text(link.centre)}, ${seq}, ${text(id)}, 'forged', 'forged')`
  const firstCase = `insert into audit_case (centre_id, entry_id, case_id)
    values (${text(link.centre)}, ${text(link.entryId)}, 'case-nobody-saw')`
  const [name, statements] = draw.oneOf([
    ['not chained', [entry]],
    ['chained at the end', [entry, seal(lengthOf(target, link) + 1)]],
    ['between two', [entry, ...renumber(link.centre, link.seq, 1), seal(link.seq)]],
    ['before the first link', [entry, seal(-draw.below(9))]],
    [
      'the same id once more',
      [...withoutKeys('audit_entry'), entryRow(link.centre, link.entryId, link.at)],
    ],
    ['a second link of the same number', [entry, ...withoutKeys('audit_seal'), seal(link.seq)]],
    ['one more case', [firstCase]],
    ['of a centre without a chain', [entryRow('centre-of-nobody', id, link.at)]],
  ])
  return { name: `${name}, ${placeOf(link)}`, statements }
}

function swap(target: Target, draw: Drawer): Forgery {
  const one = aLink(target, draw)
  const other = drawUntil(
    target,
    draw,
    ({ centre, seq }) => centre === one.centre && seq !== one.seq,
  )
  const [name, statements] = draw.oneOf([
    ['what two entries say', exchange('audit_entry', 'request_id', 'id', one, other)],
    ['the places of two links', exchange('audit_seal', 'entry_id', 'entry_id', one, other)],
    ['the ids of two entries', exchange('audit_entry', 'id', 'id', one, other)],
    ['the times of two entries', exchange('audit_entry', 'at', 'id', one, other)],
  ])
  return { name: `${name}, ${placeOf(one)} and ${placeOf(other)}`, statements }
}

/** Exchanges one column of the rows of two links, past the constraint that it stands once. */
function exchange(
  table: 'audit_entry' | 'audit_seal',
  column: string,
  key: string,
  { centre, ...one }: Link,
  other: Link,
): readonly string[] {
  const values = (id: string) =>
    `(select v from swapped where id = ${text(id)} and c = ${text(column)})`
  const rows = `centre_id = ${text(centre)} and ${key} in (${text(one.entryId)}, ${text(other.entryId)})`
  const put = (at: string, from: string) =>
    `update ${table} set ${column} = ${values(from)} where centre_id = ${text(centre)} and ${key} = ${text(at)}`
  return column === key
    ? [
        `update ${table} set ${column} = 'nowhere' where centre_id = ${text(centre)} and ${key} = ${text(one.entryId)}`,
        `update ${table} set ${column} = ${text(one.entryId)} where centre_id = ${text(centre)} and ${key} = ${text(other.entryId)}`,
        `update ${table} set ${column} = ${text(other.entryId)} where centre_id = ${text(centre)} and ${key} = 'nowhere'`,
      ]
    : [
        `create temporary table swapped as select ${key} as id, ${text(column)} as c, ${column} as v from ${table} where ${rows}`,
        put(one.entryId, other.entryId),
        put(other.entryId, one.entryId),
        'drop table swapped',
      ]
}

// ---- whole stretches ----

/** From here on, and so that a kept head stood behind it. */
function cut(target: Target, draw: Drawer): Forgery {
  const link = aLink(target, draw)
  const [name, statements] = draw.oneOf([
    ['links and entries', [...dropLinks(link), ...dropUnchained(link)]],
    ['links alone', dropLinks(link)],
    ['the whole centre', [...dropLinks({ ...link, seq: 1 }), ...dropUnchained(link)]],
    ['the last that was kept', lastKept(target, link)],
  ])
  return { name: `${name}, ${placeOf(link)}`, statements }
}

function lastKept(target: Target, link: Link): readonly string[] {
  const last = { ...link, seq: target.trail.kept.get(link.centre) ?? 0 }
  return [...dropLinks(last), ...dropUnchained(last)]
}

/** The links from a place on are taken out, so that the program's own work makes the chain whole. */
function rechained(target: Target, draw: Drawer): Forgery {
  const link = drawUntil(target, draw, ({ cases }) => cases.length > 0)
  const [name, change] = draw.oneOf([
    [
      'an entry taken out',
      [
        `delete from audit_case where entry_id = ${text(link.entryId)}`,
        `delete from audit_entry ${whereEntry(link)}`,
      ],
    ],
    ['an entry changed', [`update audit_entry set role = 'nobody' ${whereEntry(link)}`]],
    ['an entry put in', [entryRow(link.centre, `${link.entryId}5`, link.at)]],
  ])
  return {
    name: `${name}, ${placeOf(link)}`,
    statements: [...dropLinks(link), ...change],
    rechained: 'by_the_program',
  }
}

function rewritten(target: Target, draw: Drawer): Forgery {
  const link = draw.oneOf([aLink(target, draw), { ...aLink(target, draw), seq: 1 }])
  return {
    name: placeOf(link),
    statements: [
      ...dropLinks(link),
      `update audit_entry set role = 'nobody' where id = ${text(link.entryId)}`,
    ],
    rechained: 'without_the_secret',
  }
}

function olderCopy(_target: Target, draw: Drawer): Forgery {
  const copyOfHour = draw.below(COPIED_HOURS)
  return { name: `of hour ${copyOfHour}`, statements: [], copyOfHour }
}

/** Copies are kept of the first hours: what an older backup would bring back. */
export const COPIED_HOURS = 3

// ---- the kept file ----

function editHead(_target: Target, draw: Drawer): Forgery {
  const [part, field] = [draw.below(1_000) / 1_000, draw.oneOf(HEAD_FIELDS)]
  const heads = (lines: readonly string[]) => {
    const at = Math.floor(part * lines.length)
    const head = JSON.parse(lines[at] ?? '') as Record<string, unknown>
    const value = field === 'seq' ? Number(head['seq']) - 1 : `${head[field]}x`
    return lines.with(at, JSON.stringify({ ...head, [field]: value }))
  }
  return { name: `${field} of the line at ${part}`, statements: [], heads }
}

/** All but those at the end: see the test of what is not found. */
function deleteHeads(_target: Target, draw: Drawer): Forgery {
  const [part, count] = [draw.below(900) / 1_000, draw.between(1, 6)]
  const heads = (lines: readonly string[]) => {
    const at = Math.floor(part * lines.length)
    return lines.toSpliced(at, Math.min(count, lines.length - at - 1))
  }
  return { name: `${count} from ${part} on`, statements: [], heads }
}

function repeatHead(_target: Target, draw: Drawer): Forgery {
  const part = draw.below(1_000) / 1_000
  const heads = (lines: readonly string[]) => [
    ...lines,
    lines[Math.floor(part * lines.length)] ?? '',
  ]
  return { name: `that at ${part}`, statements: [], heads }
}

// ---- SQL ----

function dropLinks({ centre, seq }: Pick<Link, 'centre' | 'seq'>): readonly string[] {
  return [`delete from audit_seal where centre_id = ${text(centre)} and seq >= ${seq}`]
}

function dropUnchained({ centre }: Link): readonly string[] {
  const unchained = `centre_id = ${text(centre)} and`
  const chained = `(select entry_id from audit_seal where centre_id = ${text(centre)})`
  return [
    `delete from audit_case where ${unchained} entry_id not in ${chained}`,
    `delete from audit_entry where ${unchained} id not in ${chained}`,
  ]
}

/** Past the key on (centre, seq), which both engines check row by row. */
function renumber(centre: CentreId, from: number, by: 1 | -1): readonly string[] {
  return [
    `update audit_seal set seq = -(seq + ${by}) where centre_id = ${text(centre)} and seq >= ${from}`,
    `update audit_seal set seq = -seq where centre_id = ${text(centre)} and seq < 0`,
  ]
}

function entryRow(centre: string, id: string, at: string): string {
  return `insert into audit_entry
    (centre_id, id, at, account_id, role, action, event, request_id, facts)
    values (${text(centre)}, ${text(id)}, ${text(at)}, 'account-1', 'lead', 'case.view',
      'case_viewed', 'request-1', '{}')`
}

/** The same rows in a table that lets any row stand twice. */
function withoutKeys(table: 'audit_entry' | 'audit_seal'): readonly string[] {
  return [
    `alter table ${table} rename to ${table}_before`,
    `create table ${table} as select * from ${table}_before`,
  ]
}

function whereEntry({ centre, entryId }: Link): string {
  return `where centre_id = ${text(centre)} and id = ${text(entryId)}`
}

function whereLink({ centre, seq }: Link): string {
  return `where centre_id = ${text(centre)} and seq = ${seq}`
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

// ---- where ----

function aLink({ links }: Target, draw: Drawer): Link {
  return draw.oneOf(links)
}

function drawUntil(target: Target, draw: Drawer, fits: (link: Link) => boolean): Link {
  for (;;) {
    const link = aLink(target, draw)
    if (fits(link)) return link
  }
}

function otherCentre({ trail }: Target, centre: CentreId): CentreId {
  const other = [...trail.kept.keys()].find((one) => one !== centre)
  if (other === undefined) throw new Error('There is one centre only')
  return other
}

function lengthOf({ ends }: Target, { centre }: Link): number {
  return ends.get(centre) ?? 0
}

function placeOf({ centre, seq }: Link): string {
  return `${centre} ${seq}`
}
