import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountId, CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { counsel, propose, seatsAt, versionOf, type Walker } from '#tests/promises/steps.ts'
import { type FakeSmtp, fakeSmtp, headerOf, memoryMail, type Taken } from '#tests/setup/mail.ts'
import { looksOf, QUICK_LOOKS } from '#tests/setup/pace.ts'
import { freePort, startServer, type TestServer } from '#tests/setup/server.ts'
import { type Browser, signIn } from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'
import { registered, WORLD_PASSWORD } from '#tests/setup/world.ts'

const SCHOOL = '180103' as SchoolNumber
const SCHOOL_MAIL = `school-${SCHOOL}@beispiel.example`
const COUNSELLOR_MAIL = 'counsellor-dn@beispiel.example'
/** Stands in every mail and nowhere else: what the log must not hold. */
const PLANTED = 'wartet etwas auf Sie'
/** A look at the queue comes every second here (`QUICK_LOOKS`); a busy machine has time. */
const LOOKS_MS = 60_000
/** Longer than any program waits that does not know what it waits for. */
const ANSWERS_LATE_MS = 32_000
/** A service that is told to stop is killed after 45 seconds (`docs/handbook/einstieg.service`). */
const STOPS_WITHIN_MS = 30_000

let world: SharedWorld
let server: TestServer
let smtp: FakeSmtp | null
let smtpPort: number
let said = ''

beforeAll(async () => {
  world = await makeFileWorld()
  world.clock.moveTo(new Date().toISOString() as Instant)
  await argonPasswords(world)
  await seatsAt(world, SCHOOL, 20)
  smtpPort = await freePort()
  await start()
}, guard(120_000))

afterAll(async () => {
  await server?.stop('SIGKILL')
  await smtp?.close()
  await world.close()
})

async function start(): Promise<void> {
  const env = {
    ...world.env,
    ...QUICK_LOOKS,
    SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    MAIL_FROM: 'einstieg@amt.example',
    LOG_LEVEL: 'info',
  }
  server = await startServer({ dataDir: world.dataDir, env })
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  await server.stop(signal)
  said += server.stdout() + server.stderr()
}

/** A mail server that does as it is told, where the installation expects one. */
async function comeUp(): Promise<FakeSmtp> {
  smtp = await fakeSmtp(smtpPort)
  return smtp
}

async function goDown(): Promise<void> {
  await smtp?.close()
  smtp = null
}

let children = 0

/** A child that waits for a place, proposed to the school: the authority can assign it. */
async function proposed(): Promise<Walker> {
  children += 1
  const child = { givenNames: `Kind${'abcdefghij'[children]}`, familyName: 'Postweg' }
  const walker: Walker = { caseId: await registered(world, { child }), centre: 'DN' }
  await counsel(world, walker)
  // as the server would: this process writes mails into the outbox too, and sends none
  const mailing = {
    ...world,
    as: (...who: Parameters<SharedWorld['as']>) => ({ ...world.as(...who), mail: memoryMail() }),
  }
  await propose(mailing, walker, SCHOOL)
  return walker
}

/** The authority assigns the child on its page of the running server, without JavaScript. */
async function assignOnPage(browser: Browser, { caseId }: Walker): Promise<number> {
  const version = String(await versionOf(world, caseId))
  const reply = await browser.post(`/faelle/${caseId}/zuweisung`, { intent: 'assign', version })
  return reply.status
}

async function stageOf(caseId: CaseId): Promise<string> {
  const row = await world.database.db
    .selectFrom('pupil_case')
    .select('stage')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  return row.stage
}

/** The mails of one person, oldest first. */
function mailsTo(key: string) {
  return world.database.db
    .selectFrom('outbox')
    .selectAll()
    .where('account_id', '=', `account-${key}` as AccountId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Passes the ten minutes of gathering, a wait or a dead worker's lease of the person's mails. */
async function passTime(key: string, createdMinutesAgo = 0): Promise<void> {
  const now = new Date().toISOString() as Instant
  const past = addHours(now, -1 / 60)
  await world.database.write((tx) =>
    tx
      .updateTable('outbox')
      .set((eb) => ({
        run_at: past,
        lease_until: eb.case().when('state', '=', 'running').then(past).else(null).end(),
        ...(createdMinutesAgo === 0 ? {} : { created_at: addHours(now, -createdMinutesAgo / 60) }),
      }))
      .where('account_id', '=', `account-${key}` as AccountId)
      .where('state', 'in', ['waiting', 'running'])
      .execute(),
  )
}

/** Nobody else is told by mail here: one person's mails are looked at alone. */
async function onlyMailsTo(key: string): Promise<void> {
  await world.database.write((tx) =>
    tx
      .deleteFrom('outbox')
      .where('account_id', '<>', `account-${key}` as AccountId)
      .execute(),
  )
}

async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = LOOKS_MS,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    if (await isSo()) return
    await wait(100)
  }
  throw new Error(`Waited in vain: ${what}`)
}

const hasState = (key: string, state: string, attempts: number) => async () => {
  const mails = await mailsTo(key)
  return mails.some((mail) => mail.state === state && mail.attempts >= attempts)
}

const authority = () => signIn(server, 'authority-dn@beispiel.example', WORLD_PASSWORD)
const counsellor = () => signIn(server, COUNSELLOR_MAIL, WORLD_PASSWORD)
const KEY = `school-${SCHOOL}`
const toSchool = (mails: readonly Taken[]) => mails.filter(({ to }) => to.includes(SCHOOL_MAIL))

describe('F7: the mail server', () => {
  test('is down: the placement commits, the mail waits, and the counsellor sees it within 15 minutes', {
    timeout: guard(180_000),
  }, async () => {
    const walker = await proposed()
    await world.database.write((tx) => tx.deleteFrom('outbox').execute())
    expect(await assignOnPage(await authority(), walker)).toBe(303)
    expect(await stageOf(walker.caseId)).toBe('assigned')
    await onlyMailsTo(KEY)
    expect(await mailsTo(KEY)).toMatchObject([{ state: 'waiting', attempts: 0 }])

    await passTime(KEY)
    await until('the first try', hasState(KEY, 'waiting', 1))
    const [first] = await mailsTo(KEY)
    expect((first?.run_at ?? '') > instant({ now: () => new Date() })).toBe(true)

    const before = await (await counsellor()).get('/arbeitsliste')
    expect(before.status).toBe(200)
    expect(before.body).not.toContain('nicht zugestellt')
    await passTime(KEY, 15)
    const after = await (await counsellor()).get('/arbeitsliste')
    expect(after.body).toContain('Eine Nachricht konnte nicht zugestellt werden.')
    expect(after.body).toContain(`Sekretariat ${SCHOOL}`)
    const operator = await signIn(server, 'operator@beispiel.example', WORLD_PASSWORD)
    expect((await operator.get('/verwaltung/betrieb')).body).toContain(
      'Eine Nachricht konnte nicht zugestellt werden.',
    )
    // the page of work answers while mails are in trouble
    expect((await operator.get('/healthz')).status).toBe(200)
  })

  test('comes back and says 4xx: tried again, ever later, and delivered once at last', {
    timeout: guard(180_000),
  }, async () => {
    const up = await comeUp()
    up.treat(SCHOOL_MAIL, { rcpt: 451 })
    await passTime(KEY)
    await until('the refused try', hasState(KEY, 'waiting', 2))
    const [refused] = await mailsTo(KEY)
    const waits = Date.parse(refused?.run_at ?? '') - Date.now()
    // after the second try in vain: two minutes
    expect(waits).toBeGreaterThan(60_000)
    up.treat(SCHOOL_MAIL, 'take')
    await passTime(KEY)
    await until('the delivery', hasState(KEY, 'done', 3))
    const mails = toSchool(up.taken)
    expect(mails).toHaveLength(1)
    const [mail] = mails
    expect(mail && headerOf(mail, 'auto-submitted')).toBe('auto-generated')
    expect(mail?.raw).toContain(`${server.origin}/schultisch`)
    expect(mail?.raw).not.toMatch(/Postweg|Kind[a-j]|Realschule|DN-20/)
    const work = await (await counsellor()).get('/arbeitsliste')
    expect(work.body).not.toContain('nicht zugestellt')
  })

  test('says 5xx: given up at once, and shown', { timeout: guard(180_000) }, async () => {
    smtp?.treat(SCHOOL_MAIL, { rcpt: 550 })
    const walker = await proposed()
    await onlyMailsTo(KEY)
    await passTime(KEY)
    await until('the end of it', hasState(KEY, 'failed', 1))
    const work = await (await counsellor()).get('/arbeitsliste')
    expect(work.body).toContain('Eine Nachricht konnte nicht zugestellt werden.')
    expect(await stageOf(walker.caseId)).toBe('proposed')
    expect((await mailsTo(KEY)).at(-1)?.attempts).toBe(1)
  })

  test('says 250 half a minute after the end of DATA: it is waited for, and there is one mail', {
    timeout: guard(240_000),
  }, async () => {
    await world.database.write((tx) => tx.deleteFrom('outbox').execute())
    await proposed()
    await onlyMailsTo(KEY)
    const before = toSchool(smtp?.taken ?? []).length
    smtp?.treat(SCHOOL_MAIL, 'take')
    // RFC 5321 section 4.5.3.2.6 gives it ten minutes, and warns of who does not wait
    smtp?.beforeAnswer(() => wait(ANSWERS_LATE_MS))
    await passTime(KEY)
    await until('the delivery', hasState(KEY, 'done', 1), LOOKS_MS + ANSWERS_LATE_MS)
    smtp?.beforeAnswer(() => undefined)
    expect(await mailsTo(KEY)).toMatchObject([{ state: 'done', attempts: 1 }])
    expect(toSchool(smtp?.taken ?? []).length - before).toBe(1)
  })

  test('hangs in DATA: pages answer, the service stops in time, and the mail goes out afterwards', {
    timeout: guard(180_000),
  }, async () => {
    smtp?.treat(SCHOOL_MAIL, 'hang')
    await world.database.write((tx) => tx.deleteFrom('outbox').execute())
    const walker = await proposed()
    await onlyMailsTo(KEY)
    await passTime(KEY)
    await until('the try that hangs', hasState(KEY, 'running', 1))
    const browser = await authority()
    expect(await assignOnPage(browser, walker)).toBe(303)
    expect(await stageOf(walker.caseId)).toBe('assigned')
    const begun = performance.now()
    await stop('SIGTERM')
    expect(performance.now() - begun).toBeLessThan(STOPS_WITHIN_MS)
    expect(await hasState(KEY, 'waiting', 1)()).toBe(true)
    await start()
    smtp?.treat(SCHOOL_MAIL, 'take')
    const before = toSchool(smtp?.taken ?? []).length
    // of the assignment the school is told by a mail of its own: here the one that hung is looked at
    await world.database.write((tx) => tx.deleteFrom('outbox').where('attempts', '=', 0).execute())
    await passTime(KEY)
    await until('the delivery', hasState(KEY, 'done', 2))
    expect(toSchool(smtp?.taken ?? []).length - before).toBe(1)
  })

  test('takes a mail and the server is killed before it hears so: one duplicate, with the same Message-ID', {
    timeout: guard(240_000),
  }, async () => {
    await world.database.write((tx) => tx.deleteFrom('outbox').execute())
    const walker = await proposed()
    await onlyMailsTo(KEY)
    const before = toSchool(smtp?.taken ?? []).length
    // the mail is taken in full; whoever gave it is dead before the 250 can be stored
    let killed: Promise<void> | null = null
    smtp?.beforeAnswer(() => {
      killed ??= stop('SIGKILL')
      return killed
    })
    await passTime(KEY)
    await until('the death', () => killed !== null)
    await killed
    smtp?.beforeAnswer(() => undefined)
    expect(await mailsTo(KEY)).toMatchObject([{ state: 'running', attempts: 1 }])
    expect(await stageOf(walker.caseId)).toBe('proposed')

    await start()
    await passTime(KEY)
    await until('the delivery', hasState(KEY, 'done', 2))
    // two looks more, which the third ends: nothing goes out again
    const looks = looksOf(server)
    await until('two looks more', () => looksOf(server) >= looks + 3)
    const mails = toSchool(smtp?.taken ?? []).slice(before)
    expect(mails).toHaveLength(2)
    const names = mails.map((mail) => headerOf(mail, 'message-id'))
    expect(names[0]).toMatch(/^<[0-9a-f-]+@127\.0\.0\.1>$/)
    expect(new Set(names).size).toBe(1)
  })

  test('appears in no log with an address or a word of a mail', async () => {
    await stop('SIGTERM')
    const lines = said.split('\n').filter((line) => line.includes('"event":"mail"'))
    expect(lines.length).toBeGreaterThanOrEqual(6)
    for (const ending of ['unreachable waiting', 'later waiting', 'never failed', 'sent done']) {
      expect(lines.some((line) => line.includes(ending))).toBe(true)
    }
    expect(leaks(said)).toEqual([])
    // control: the same search finds both where somebody had logged a mail
    expect(leaks(`${said}\n{"to":"${SCHOOL_MAIL}","text":"In Einstieg ${PLANTED}"}`)).toHaveLength(
      2,
    )
    await goDown()
  })
})

function leaks(text: string): readonly string[] {
  return [PLANTED, 'beispiel.example'].filter((word) => text.includes(word))
}
