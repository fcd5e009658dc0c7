import { describe, expect, test } from 'vitest'
import { rehearseCommand } from '#app/cli/commands/rehearse.ts'
import { runTerminal } from '#app/cli/terminal.ts'
import { today } from '#app/domain/time.ts'
import { ledgerHash } from '#app/services/privacy/carry-out-erasure.server.ts'
import { giveTotp } from '#tests/setup/second-factor.ts'
import { makeWorld, registered, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'

const EMAIL = 'counsellor-dn@beispiel.example'
const WORD = 'Kovalenko'

async function rehearse(world: World, ...typed: readonly string[]) {
  const said = { out: '', err: '' }
  const code = await runTerminal(
    [rehearseCommand(async () => typed.join('\n'))],
    ['rehearse', '--email', EMAIL],
    { context: async () => world.asSystem() },
    {
      out: (text) => {
        said.out += text
      },
      err: (text) => {
        said.err += text
      },
    },
  )
  return { code, ...said }
}

async function worldWithChild(options: Parameters<typeof makeWorld>[0] = {}): Promise<World> {
  const world = await makeWorld(options)
  await registered(world, { child: { familyName: WORD } })
  return world
}

describe('rehearse', () => {
  test('signs in, finds by name, signs out; the trail has all three', async () => {
    const world = await worldWithChild()
    const { code, out, err } = await rehearse(world, WORD, WORLD_PASSWORD)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe('Angemeldet. Gefunden: 1. Abgemeldet.\n')
    const { db } = world.database
    const sessions = await db.selectFrom('session').select(['ended_at', 'browser']).execute()
    expect(sessions).toEqual([{ ended_at: expect.any(String), browser: 'Terminal' }])
    const entries = await db.selectFrom('audit_entry').select('event').orderBy('at').execute()
    const events = entries.map(({ event }) => event)
    expect(events).toEqual(expect.arrayContaining(['signed_in', 'list_viewed', 'signed_out']))
  })

  test('nobody found: exit 1, and signed out all the same', async () => {
    const world = await worldWithChild()
    expect(await rehearse(world, 'Quittenbaum', WORLD_PASSWORD)).toEqual({
      code: 1,
      out: 'Angemeldet. Niemand gefunden. Abgemeldet.\n',
      err: '',
    })
  })

  test('a second step is asked for where the account has one', async () => {
    const world = await worldWithChild()
    const app = await giveTotp(world, 'account-counsellor-dn')
    expect(await rehearse(world, WORD, WORLD_PASSWORD)).toMatchObject({ code: 1, out: '' })
    expect(await rehearse(world, WORD, WORLD_PASSWORD, app.code())).toMatchObject({ code: 0 })
  })

  test('whoever was erased since the backup is erased again before anybody is looked for', async () => {
    const world = await worldWithChild()
    const { child_id: childId, centre_id: centreId } = await world.database.db
      .selectFrom('pupil_case')
      .select(['child_id', 'centre_id'])
      .executeTakeFirstOrThrow()
    const hash = ledgerHash(world, centreId, childId)
    const on = today(world.clock)
    world.ledger.append([{ hash, centreId, on, ground: 'art_17', role: 'lead' }])
    expect(await rehearse(world, WORD, WORLD_PASSWORD)).toMatchObject({
      out: 'Angemeldet. Niemand gefunden. Abgemeldet.\n',
    })
  })

  test('a session does not stay open when the second step is wrong', async () => {
    const world = await worldWithChild()
    await giveTotp(world, 'account-counsellor-dn')
    expect(await rehearse(world, WORD, WORLD_PASSWORD, '000000')).toMatchObject({ code: 1 })
    const sessions = await world.database.db.selectFrom('session').select('ended_at').execute()
    expect(sessions).toEqual([{ ended_at: expect.any(String) }])
  })

  test.each([
    ['a wrong password', [WORD, 'nicht das Passwort'], 1, /Passwort/],
    ['no password', [WORD], 2, /Nachname oder Passwort fehlt/],
  ])('%s is refused with a sentence', async (_what, typed, code, sentence) => {
    const refused = await rehearse(await worldWithChild(), ...typed)
    expect({ code: refused.code, out: refused.out }).toEqual({ code, out: '' })
    expect(refused.err).toMatch(sentence)
  })
})
