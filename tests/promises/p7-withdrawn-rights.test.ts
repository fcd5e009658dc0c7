import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountId } from '#app/domain/ids.ts'
import { loader as cases } from '#app/routes/cases.tsx'
import { action as change, loader as own } from '#app/routes/own-account.tsx'
import { type AccountChange, changeAccount } from '#app/services/account/change-account.server.ts'
import { endOwnSession, signOutEverywhere } from '#app/services/account/end-own-sessions.server.ts'
import { sessionName } from '#app/services/account/session-name.server.ts'
import { signedIn, type Visitor } from '#tests/routes/visitor.ts'
import { guard, sized } from '#tests/setup/size.ts'
import { alsoIn, CENTRES, makeWorld, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'

const ROUNDS = sized(100)
const LONG = guard(300_000)
const EMAIL = 'counsellor-dn@beispiel.example'
const ME = 'account-counsellor-dn' as AccountId
const COMMAND = { centreId: CENTRES.DN.id, accountId: ME }

let world: World
let bystander: Visitor
beforeAll(async () => {
  world = await makeWorld()
  bystander = await signedIn(world, 'colleague-dn@beispiel.example')
})
afterAll(() => world.close())

/** How a held cookie is answered: at a page of cases, at the own account, and when it sends a form. */
async function replay(held: Visitor): Promise<readonly string[]> {
  const answers = [
    await held.open(cases, '/faelle'),
    await held.open(own, '/konto'),
    await held.send(change, '/konto', { intent: 'acknowledge' }),
  ]
  return answers.map(({ status, headers }) => `${status} ${headers.get('Location') ?? ''}`.trim())
}

const WORKS = ['200', '200', '303 /konto?fertig=gelesen']
const SIGNED_OUT = [
  '303 /anmelden?zurueck=%2Ffaelle',
  '303 /anmelden?zurueck=%2Fkonto',
  '303 /anmelden',
]
const WITHOUT_ROLE = ['403', ...WORKS.slice(1)]

type Withdrawal = {
  readonly withdraw: (held: readonly Visitor[]) => Promise<unknown>
  readonly restore: () => Promise<unknown>
  readonly answers: readonly string[]
  /** Only the first of the held cookies is meant. */
  readonly isOfOne?: true
}

async function asLead(wanted: Pick<AccountChange, 'intent'>): Promise<void> {
  const done = await changeAccount(world.as('lead'), { ...COMMAND, ...wanted } as AccountChange)
  if (!done.ok) throw new Error(done.error.code)
}

async function endRole(): Promise<void> {
  const role = await world.database.db
    .selectFrom('role_assignment')
    .select('id')
    .where('account_id', '=', ME)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow()
  const ended = { ...COMMAND, intent: 'end_role', assignmentId: role.id } as const
  const done = await changeAccount(world.as('lead'), ended)
  if (!done.ok) throw new Error(done.error.code)
}

async function endFirst([first]: readonly Visitor[]): Promise<void> {
  const idHash = world.keyed('session', first?.sessionToken() ?? '')
  const done = await endOwnSession(world.as('counsellor'), sessionName(world, idHash))
  if (!done.ok) throw new Error(done.error.code)
}

async function newPassword(): Promise<void> {
  const password_hash = await world.hasher.hash(WORLD_PASSWORD)
  await world.database.write((tx) =>
    tx
      .updateTable('account')
      .set({ password_hash, state: 'active' })
      .where('id', '=', ME)
      .execute(),
  )
}

const nothing = async () => undefined

const WITHDRAWALS: Readonly<Record<string, Withdrawal>> = {
  'the account is disabled': {
    withdraw: () => asLead({ intent: 'disable' }),
    restore: () => asLead({ intent: 'enable' }),
    answers: SIGNED_OUT,
  },
  'the account is reset': {
    withdraw: () => asLead({ intent: 'reset' }),
    restore: newPassword,
    answers: SIGNED_OUT,
  },
  'the role is ended': {
    withdraw: endRole,
    restore: () => alsoIn(world, 'counsellor-dn', 'counsellor', 'DN'),
    answers: WITHOUT_ROLE,
  },
  'one session is ended': {
    withdraw: endFirst,
    restore: nothing,
    answers: SIGNED_OUT,
    isOfOne: true,
  },
  'the person signs out everywhere': {
    withdraw: () => signOutEverywhere(world.as('counsellor')),
    restore: nothing,
    answers: SIGNED_OUT,
  },
}

/** What went wrong in one round: two browsers hold a cookie, the right goes, both come back. */
async function round({ withdraw, restore, answers, isOfOne }: Withdrawal): Promise<string | null> {
  const held = [await signedIn(world, EMAIL), await signedIn(world, EMAIL)]
  const before = await Promise.all(held.map(replay))
  await withdraw(held)
  const after = await Promise.all(held.map(replay))
  await restore()
  const restored = isOfOne ? [answers, WORKS] : [answers, answers]
  const isRight =
    JSON.stringify([before, after]) === JSON.stringify([[WORKS, WORKS], restored]) &&
    // what was withdrawn does not come back with the right
    (answers === WITHOUT_ROLE || (await replay(held[0] as Visitor))[0] === SIGNED_OUT[0])
  return isRight ? null : JSON.stringify({ before, after })
}

describe(`P7: a withdrawn right stops at the next request, ${ROUNDS} times each`, () => {
  test.each(Object.entries(WITHDRAWALS))('%s', { timeout: LONG }, async (_what, withdrawal) => {
    const wrong: string[] = []
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      const problem = await round(withdrawal)
      if (problem !== null) wrong.push(`round ${turn}: ${problem}`)
    }
    expect(wrong).toEqual([])
    // nobody else is put out by it
    expect(await replay(bystander)).toEqual(WORKS)
  })
})

test('P7, control: a right that was not withdrawn is found to be there', async () => {
  const without = { withdraw: nothing, restore: nothing, answers: SIGNED_OUT }
  expect(await round(without)).toContain('"after"')
})
