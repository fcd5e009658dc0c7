import type { CentreId } from '#app/domain/ids.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { type KeyStore, type Subject, SWEEP_AFTER_HOURS } from '#db/sealing/keys.server.ts'
import type { Context } from '../context.server.ts'

/** A key that is committed, with the id of the subject it is for; nobody has that id yet. */
export type PreparedKey = {
  readonly kind: Subject['kind']
  readonly id: string
  readonly key: SubjectKey
  readonly madeAt: Instant
}

type Pile = { keys: readonly PreparedKey[] }

/** What is prepared for a centre, and when that was last done. */
type Stock = Pile & { filledAt: Instant | null }

/** Prepared with one commit while one Meldung follows the other: each then waits for the disk once, not twice. */
const AT_ONCE = 8
/** Fillings further apart than this prepare no more than is asked for. */
const IN_A_ROW_HOURS = 1 / 60
/** Long before the sweep would take a key for left over. */
const KEEP_HOURS = SWEEP_AFTER_HOURS / 2

const stocks = new WeakMap<KeyStore, Map<CentreId, Stock>>()

/**
 * Committed keys for new subjects of a centre, one for each of `kinds`, in their order. What a stopped
 * program leaves of its stock is swept like every key without a row.
 */
export async function takeKeys(
  ctx: Context,
  centreId: CentreId,
  kinds: readonly Subject['kind'][],
): Promise<readonly PreparedKey[]> {
  const oldest = addHours(instant(ctx.clock), -KEEP_HOURS)
  const stock = stockOf(ctx.keys, centreId)
  stock.keys = stock.keys.filter(({ madeAt }) => madeAt > oldest)
  // out of the stock before anything is waited for: no other Meldung can take them meanwhile
  const reserved = kinds.map((kind) => take(stock, kind))
  const missing = kinds.filter((_, at) => reserved[at] === null)
  const made: Pile = { keys: missing.length === 0 ? [] : await make(ctx, centreId, missing) }
  const complete = kinds.map((kind, at) => reserved[at] ?? taken(made, kind))
  stock.keys = [...stock.keys, ...made.keys]
  return complete
}

/** Puts back keys of a Meldung that stored nothing: nothing was sealed with them. */
export function giveBack(ctx: Context, centreId: CentreId, unused: readonly PreparedKey[]): void {
  const stock = stockOf(ctx.keys, centreId)
  stock.keys = [...unused, ...stock.keys]
}

function stockOf(keys: KeyStore, centreId: CentreId): Stock {
  const ofStore = stocks.get(keys) ?? new Map<CentreId, Stock>()
  stocks.set(keys, ofStore)
  const stock = ofStore.get(centreId) ?? { keys: [], filledAt: null }
  ofStore.set(centreId, stock)
  return stock
}

/** One key off a pile, or null when it holds none of the kind. */
function take(pile: Pile, kind: Subject['kind']): PreparedKey | null {
  const prepared = pile.keys.find((one) => one.kind === kind) ?? null
  pile.keys = pile.keys.filter((one) => one !== prepared)
  return prepared
}

function taken(pile: Pile, kind: Subject['kind']): PreparedKey {
  const prepared = take(pile, kind)
  if (prepared === null) throw new Error(`No key for a ${kind} was made`)
  return prepared
}

/** At least one key of each kind, in a row several. */
async function make(
  ctx: Context,
  centreId: CentreId,
  kinds: readonly Subject['kind'][],
): Promise<readonly PreparedKey[]> {
  const stock = stockOf(ctx.keys, centreId)
  const madeAt = instant(ctx.clock)
  const isInARow = stock.filledAt !== null && addHours(stock.filledAt, IN_A_ROW_HOURS) > madeAt
  const subjects = kinds.flatMap((kind) =>
    Array.from(
      { length: isInARow ? AT_ONCE : 1 },
      (): Subject => ({
        kind,
        centreId,
        id: ctx.newId(),
      }),
    ),
  )
  const keys = await ctx.keys.create(subjects, madeAt)
  stock.filledAt = madeAt
  return subjects.flatMap(({ kind, id }, at): readonly PreparedKey[] => {
    const key = keys[at]
    return key === undefined ? [] : [{ kind, id, key, madeAt }]
  })
}
