import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_RULES } from '#app/domain/centre/centre.ts'
import type { AccountId } from '#app/domain/ids.ts'
import type { Actor } from '#app/policy/roles.ts'
import { accountsPage } from '#app/presenters/accounts.server.ts'
import { acceptInvitation } from '#app/services/account/accept-invitation.server.ts'
import { changeAccount } from '#app/services/account/change-account.server.ts'
import { inviteAccount } from '#app/services/account/invite-account.server.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { configureCentre } from '#app/services/centre/configure-centre.server.ts'
import { ensureMunicipalities } from '#app/services/centre/ensure-municipalities.server.ts'
import { CENTRES, makeWorld, registered, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'

const DN = CENTRES.DN.id
const LEAD = 'account-lead-dn' as AccountId

describe('accounts, at the same moment', () => {
  let world: World
  beforeAll(async () => {
    world = await makeWorld()
  })
  afterAll(() => world.close())

  async function newLead(email: string) {
    const invited = { role: 'lead' } as const
    const done = await inviteAccount(world.as('lead'), {
      centreId: DN,
      email,
      name: email,
      invited,
    })
    if (!done.ok || done.value.kind !== 'fresh') throw new Error(JSON.stringify(done))
    return done.value.link.split('#')[1] ?? ''
  }

  test('a link used by two at the same moment opens for one', async () => {
    const code = await newLead('zwei@beispiel.example')
    const typed = { code, password: 'Regen im November', address: '192.0.2.7', replaces: null }
    const both = await Promise.all([1, 2].map(() => acceptInvitation(world.asSystem(), typed)))
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
  })

  test('two leads who disable each other at the same moment: one stays', async () => {
    const { accounts } = await pageOf(world)
    const other = accounts.find(({ email }) => email === 'zwei@beispiel.example')
    if (other === undefined) throw new Error('There is one lead only')
    const actor: Actor = {
      kind: 'staff',
      accountId: other.id,
      name: other.name,
      assignments: [{ role: 'lead', centreId: DN }],
    }
    const disable = { intent: 'disable', centreId: DN } as const
    const both = await Promise.all([
      changeAccount(world.as('lead'), { ...disable, accountId: other.id }),
      changeAccount({ ...world.as('lead'), actor }, { ...disable, accountId: LEAD }),
    ])
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(both.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'last_lead' } })
  })

  test('tries are counted one by one, however many come at once', async () => {
    const typed = { email: 'counsellor-dn@beispiel.example', address: '192.0.2.9', replaces: null }
    const answers = await Promise.all(
      Array.from({ length: 14 }, () => signIn(world.asSystem(), { ...typed, password: 'falsch' })),
    )
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.error.code))
    expect(codes.filter((code) => code === 'sign_in_failed')).toHaveLength(10)
    const elsewhere = { ...typed, address: '192.0.2.10', password: WORLD_PASSWORD }
    expect((await signIn(world.asSystem(), elsewhere)).ok).toBe(true)
  })

  test('new targets move the due days; the Gemeinden are filled in', async () => {
    await ensureMunicipalities(world)
    const caseId = await registered(world)
    const done = await configureCentre(world.as('lead'), {
      centreId: DN,
      version: 1,
      targets: { counsellingDays: 10, assignmentDays: 20, firstDayDays: 5 },
      holdDays: 7,
      rules: DEFAULT_RULES,
      phone: null,
      address: null,
    })
    expect(done.ok).toBe(true)
    const row = await world.database.db
      .selectFrom('pupil_case')
      .select('due_on')
      .where('id', '=', caseId)
      .executeTakeFirstOrThrow()
    expect(row.due_on).toBe('2026-11-19')
    const { length } = await world.database.db.selectFrom('municipality').select('key').execute()
    expect(length).toBe(396)
  })
})

async function pageOf(world: World) {
  const page = await accountsPage(world.as('lead'), null)
  if (!page.ok) throw new Error(page.error.code)
  return page.value
}
