import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { CaseId } from '#app/domain/ids.ts'
import { familyPage } from '#app/presenters/family-page.server.ts'
import { familySession } from '#app/services/family/family-session.server.ts'
import { printSlip, type Slip } from '#app/services/family/print-slip.server.ts'
import { signInFamily } from '#app/services/family/sign-in-family.server.ts'
import { watched } from '#tests/setup/work.ts'
import { makeWorld, nowIn, registered, type World } from '#tests/setup/world.ts'

async function slipFor(world: World, caseId: CaseId): Promise<Slip> {
  const printed = await printSlip(world.as('counsellor'), caseId)
  if (!printed.ok) throw new Error(printed.error.code)
  return printed.value
}

function knock(world: World, code: string, pin: string, address = '192.0.2.1') {
  return signInFamily(world.asSystem(), { code, pin, address })
}

/** Checks a PIN in a while, as argon2id does: what else is asked meanwhile goes on. */
function slowlyChecking(world: World): World {
  const { hasher } = world
  const verify: World['hasher']['verify'] = async (stored, secret) => {
    await wait(20)
    return hasher.verify(stored, secret)
  }
  const asSystem = () => ({ ...world.asSystem(), hasher: { ...hasher, verify } })
  return { ...world, asSystem }
}

describe('the slip', () => {
  test('opens the page; printed again, the code stays and the old PIN and page end', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const first = await slipFor(world, caseId)
    const opened = await knock(world, first.code, first.pin)
    if (!opened.ok) throw new Error(opened.error.code)
    expect((await familySession(world, opened.value.token))?.actor.caseId).toBe(caseId)
    const second = await slipFor(world, caseId)
    expect(second.code).toBe(first.code)
    expect(second.pin).not.toBe(first.pin)
    expect(await familySession(world, opened.value.token)).toBeNull()
    expect(await knock(world, first.code, first.pin)).toMatchObject({
      error: { code: 'code_or_pin_wrong' },
    })
    expect(await knock(world, second.code, second.pin)).toMatchObject({ ok: true })
  })

  test('keeps neither code nor PIN readable, also not for a form sent twice', async () => {
    const world = await makeWorld()
    const { code, pin } = await slipFor(world, await registered(world))
    const rows = await world.database.db.selectFrom('family_access').selectAll().execute()
    const commands = await world.database.db.selectFrom('command').selectAll().execute()
    const stored = JSON.stringify([rows, commands])
    expect(stored).toContain(rows[0]?.case_id)
    expect(stored).not.toContain(code)
    expect(stored).not.toContain(pin)
  })

  test('is not printed before the centre has a telephone number, and makes no PIN', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    await world.database.write((tx) =>
      tx.updateTable('centre').set({ phone: null }).where('code', '=', 'DN').execute(),
    )
    expect(await printSlip(world.as('counsellor'), caseId)).toEqual({
      ok: false,
      error: { code: 'centre_phone_missing' },
    })
    expect(await world.database.db.selectFrom('family_access').selectAll().execute()).toEqual([])
  })

  test('is for counsellors of the own centre only', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    expect(await printSlip(world.as('counsellor', 'BOR'), caseId)).toMatchObject({
      error: { code: 'case_not_found' },
    })
    expect(await printSlip(world.as('auditor'), caseId)).toMatchObject({
      error: { code: 'forbidden' },
    })
  })
})

describe('short code and PIN', () => {
  test('are read as typed: small letters, hyphen, O for 0, Arabic digits', async () => {
    const world = await makeWorld()
    const { code, pin } = await slipFor(world, await registered(world))
    const typed = `${code.slice(0, 5)}-${code.slice(5)}`.toLowerCase().replaceAll('0', 'o')
    const arabic = [...pin].map((digit) => String.fromCharCode(0x660 + Number(digit))).join('')
    expect(await knock(world, typed, arabic)).toMatchObject({ ok: true })
  })

  test('unknown code and wrong PIN get the same answer; five tries, then a pause for this code', async () => {
    const world = await makeWorld()
    const { code, pin } = await slipFor(world, await registered(world))
    const unknown = await knock(world, 'ZZZZZZZZZZ', '00000000')
    const wrong = await knock(world, code, '00000000')
    expect(unknown).toEqual(wrong)
    for (let i = 0; i < 4; i += 1) await knock(world, code, '00000000')
    expect(await knock(world, code, pin)).toMatchObject({ error: { code: 'too_many_tries' } })
    world.clock.passHours(1)
    expect(await knock(world, code, pin)).toMatchObject({ ok: true })
  })

  test('an unknown code, a wrong PIN and a dead slip are the same work, and only one leaves a trace', async () => {
    const world = await makeWorld()
    const [live, dead] = [
      await slipFor(world, await registered(world)),
      await slipFor(world, await registered(world)),
    ]
    await world.database.write((tx) =>
      tx
        .updateTable('family_access')
        .set({ locked_at: nowIn(world) })
        .where('code_hash', '=', world.keyed('family code', dead.code))
        .execute(),
    )
    const { take, ...own } = watched(world)
    const knocked = async (code: string, pin: string) => {
      const typed = { code, pin, address: '192.0.2.1' }
      const answer = await signInFamily({ ...world.asSystem(), ...own }, typed)
      return { answer, work: take() }
    }
    const wrong = await knocked(live.code, '00000000')
    expect(wrong.work).toContain('Insert audit_entry')
    expect(await knocked('ZZZZZZZZZZ', '00000000')).toEqual(wrong)
    expect(await knocked(dead.code, '00000000')).toEqual(wrong)
    expect(await knocked(dead.code, dead.pin)).toEqual(wrong)
    const entries = await world.database.db
      .selectFrom('audit_entry')
      .select('event')
      .where('action', '=', 'family.sign_in')
      .execute()
    expect(entries).toEqual([{ event: 'family_pin_wrong' }])
    // control: who is let in makes other work
    expect((await knocked(live.code, live.pin)).work).not.toEqual(wrong.work)
  })

  test('a shelter with one address is not kept out by many right PINs', async () => {
    const world = await makeWorld()
    const { code, pin } = await slipFor(world, await registered(world))
    for (let i = 0; i < 70; i += 1) expect((await knock(world, code, pin)).ok).toBe(true)
  })

  test('ten wrong PINs end the slip; the right one no longer opens it', async () => {
    const world = await makeWorld()
    const { code, pin } = await slipFor(world, await registered(world))
    for (let i = 0; i < 10; i += 1) {
      world.clock.passHours(1)
      await knock(world, code, '00000000')
    }
    world.clock.passHours(1)
    expect(await knock(world, code, pin)).toMatchObject({ error: { code: 'code_or_pin_wrong' } })
  })

  test('stand in the trail as the family, and with no more than the case', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const { code, pin } = await slipFor(world, caseId)
    await knock(world, code, pin)
    for (let i = 0; i < 10; i += 1) {
      world.clock.passHours(1)
      await knock(world, code, '00000000')
    }
    const entries = await world.database.db
      .selectFrom('audit_entry')
      .select(['event', 'role', 'account_id', 'facts'])
      .where('action', '=', 'family.sign_in')
      .orderBy('id')
      .execute()
    const asFamily = { role: 'family', account_id: null, facts: JSON.stringify({ caseId }) }
    expect(entries).toEqual([
      { event: 'family_signed_in', ...asFamily },
      ...Array.from({ length: 9 }, () => ({ event: 'family_pin_wrong', ...asFamily })),
      { event: 'family_access_locked', ...asFamily },
    ])
  })

  test('wrong PINs sent at once count each: forty end the slip', async () => {
    const world = slowlyChecking(await makeWorld())
    const { code, pin } = await slipFor(world, await registered(world))
    for (let round = 0; round < 8; round += 1) {
      world.clock.passHours(1)
      await Promise.all(Array.from({ length: 5 }, () => knock(world, code, '00000000')))
    }
    world.clock.passHours(1)
    expect(await knock(world, code, pin)).toMatchObject({ error: { code: 'code_or_pin_wrong' } })
    const events = await world.database.db
      .selectFrom('audit_entry')
      .select('event')
      .where('event', 'in', ['family_pin_wrong', 'family_access_locked'])
      .orderBy('event')
      .execute()
    expect(events.map(({ event }) => event)).toEqual([
      'family_access_locked',
      ...Array.from({ length: 9 }, () => 'family_pin_wrong'),
    ])
  })

  test('more than five at once for a code are not looked at', async () => {
    const world = slowlyChecking(await makeWorld())
    const { code } = await slipFor(world, await registered(world))
    const answers = await Promise.all(Array.from({ length: 20 }, () => knock(world, code, '0')))
    const looked = answers.filter((answer) => !answer.ok && answer.error.code !== 'too_many_tries')
    expect(looked).toHaveLength(5)
  })

  test('a right PIN opens nothing once the slip ended while it was being checked', async () => {
    const world = slowlyChecking(await makeWorld())
    const caseId = await registered(world)
    const { code, pin } = await slipFor(world, caseId)
    const [opened] = await Promise.all([knock(world, code, pin), slipFor(world, caseId)])
    expect(opened).toMatchObject({ error: { code: 'code_or_pin_wrong' } })
    const sessions = await world.database.db.selectFrom('family_session').select('id').execute()
    expect(sessions).toEqual([])
  })

  test('the page ends after a quarter of an hour without a touch', async () => {
    const world = await makeWorld()
    const { code, pin } = await slipFor(world, await registered(world))
    const opened = await knock(world, code, pin)
    if (!opened.ok) throw new Error(opened.error.code)
    world.clock.passHours(0.2)
    expect(await familySession(world, opened.value.token)).not.toBeNull()
    // the clock is put back: F5
    world.clock.passHours(-24)
    expect(await familySession(world, opened.value.token)).toBeNull()
    world.clock.passHours(24)
    world.clock.passHours(0.3)
    expect(await familySession(world, opened.value.token)).toBeNull()
  })
})

describe('the family page', () => {
  test('shows its own state and leaves a trace before it does', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const shown = await familyPage(await world.family(caseId))
    expect(shown).toMatchObject({
      ok: true,
      value: { childName: 'Daryna', state: { stage: 'registered', school: null } },
    })
    const entries = await world.database.db
      .selectFrom('audit_entry')
      .select(['event', 'role'])
      .where('role', '=', 'family')
      .execute()
    expect(entries).toEqual([{ event: 'case_viewed', role: 'family' }])
  })
})
