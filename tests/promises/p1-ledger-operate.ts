import type { Act, Chosen, Person, Standing } from '#tests/promises/p1-ledger-acts.ts'
import type { Operation } from '#tests/promises/p1-ledger-check.ts'
import type { Doing } from '#tests/promises/p1-ledger-doors.ts'
import { poolsAt } from '#tests/promises/p1-ledger-seats.ts'

/** Does it, and says what was seen of it: one operation for each child. */
export async function operate(
  doing: Doing,
  act: Act,
  person: Person,
  standing: Pick<Standing, 'pools'>,
): Promise<readonly Operation[]> {
  const start = Date.now()
  const { outcomes, requestId } = await doing(act, person).catch((accident: unknown) => ({
    outcomes: [`broken: ${String(accident)}`] as const,
    requestId: '',
  }))
  const seen = { kind: act.kind, start, end: Date.now() + 1, requestId }
  return subjectsOf(act, standing).map((subject, index) => ({
    ...{ ...seen, ...subject },
    outcome: outcomes[index] ?? outcomes[0],
  }))
}

type Subject = Pick<Operation, 'caseId' | 'poolId' | 'regularPoolId' | 'asked'>

/** What it is about: pools, and children one by one. */
function subjectsOf(act: Act, standing: Pick<Standing, 'pools'>): readonly Subject[] {
  const ofNumber = { caseId: null, regularPoolId: null }
  switch (act.kind) {
    case 'capacity': {
      const { poolId, seats, others, validFrom = null, validTo = null } = act
      const asked = { seats, others: others?.are ?? null, validFrom, validTo }
      return [{ ...ofNumber, poolId, asked }]
    }
    case 'reserve': {
      const asked = { seats: act.seats, others: null, validFrom: null, validTo: null }
      return [{ ...ofNumber, poolId: act.poolId, asked }]
    }
    case 'rule':
      return [{ ...ofNumber, poolId: '', asked: null }]
    case 'assign_many':
      return act.chosen.map((one) => ofChild(one, standing))
    default:
      return [ofChild(act, standing)]
  }
}

function ofChild({ caseId, schoolNumber }: Chosen, standing: Pick<Standing, 'pools'>): Subject {
  const { support, regular } = poolsAt(standing, schoolNumber)
  return { caseId, poolId: support.poolId, regularPoolId: regular.poolId, asked: null }
}
