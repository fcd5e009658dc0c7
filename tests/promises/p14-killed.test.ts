import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId, ChildId, FamilyId, SchoolNumber } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import { newAgePair } from '#app/gateways/age.server.ts'
import { chainAudit, findBrokenLink } from '#app/services/audit/chain.server.ts'
import { openBackup } from '#app/services/backup/manifest.server.ts'
import { ledgerHash } from '#app/services/privacy/carry-out-erasure.server.ts'
import { settleErasures } from '#app/services/privacy/settle-erasures.server.ts'
import { canaryRegistration, canaryTexts } from '#tests/promises/canaries.ts'
import { filesOf, makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { lookInto, type Opened, violations } from '#tests/promises/p2-inspect.ts'
import type { EraseOrder } from '#tests/promises/p14-eraser.ts'
import { query } from '#tests/promises/sealed-rows.ts'
import { seatsAt, walkFar } from '#tests/promises/steps.ts'
import { scratch } from '#tests/setup/folder.ts'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { drawer } from '#tests/setup/random.ts'
import { sized } from '#tests/setup/size.ts'
import { type Ended, runKi } from '#tests/setup/terminal.ts'
import { CENTRES, registered } from '#tests/setup/world.ts'

const KILLS = sized(10)
const CHILDREN_A_KILL = 5
const SCHOOL = '180101' as SchoolNumber
const DN = CENTRES.DN.id
const draw = drawer(14)

let world: SharedWorld

beforeAll(async () => {
  world = await makeFileWorld()
  // the processes that are killed have the system's clock
  world.clock.moveTo(new Date().toISOString() as Instant)
})
afterAll(() => world.close())

describe('P14: a process is killed while it erases', () => {
  let cases: readonly (readonly CaseId[])[]

  beforeAll(async () => {
    await seatsAt(world, SCHOOL, KILLS)
    const rounds: CaseId[][] = []
    for (let serial = 0; serial < KILLS * CHILDREN_A_KILL; serial += 1) {
      const on = world.clock.now().toISOString().slice(0, 10) as `${number}-${number}-${number}`
      const caseId = await registered(world, canaryRegistration(serial, { registeredOn: on }))
      const round = Math.floor(serial / CHILDREN_A_KILL)
      rounds[round] = [...(rounds[round] ?? []), caseId]
      const walker = { caseId, centre: 'DN', texts: canaryTexts(serial) } as const
      if (serial % CHILDREN_A_KILL === 0) await walkFar(world, walker, SCHOOL)
    }
    cases = rounds
  })

  test(`${KILLS} times: the next start finishes it, no child is half there, the ledger is whole`, async () => {
    let resumed = 0
    let gone = 0
    for (const caseIds of cases) {
      const subjects = subjectsOf(caseIds)
      await eraseAndKill(caseIds)
      await lookInto(world, async (opened) => {
        const settled = await settleErasures({ ...world, ...opened })
        resumed += settled.resumed
        const states = await Promise.all(subjects.map((subject) => stateOf(opened, subject)))
        expect([...new Set(states)].filter((state) => !WHOLE.includes(state))).toEqual([])
        gone += states.filter((state) => state === GONE).length
        expect(await violations(opened)).toEqual([])
        expect(await settleErasures({ ...world, ...opened })).toEqual(NOTHING)
      })
    }
    const erasures = query<{ state: string }>(filesOf(world.dataDir).data, 'select * from erasure')
    expect(erasures.filter(({ state }) => state === 'done')).toHaveLength(gone)
    expect(erasures).toHaveLength(gone)
    // a child whose erasure was cut off between file and commit has two lines there
    expect(new Set(world.ledger.read().map(({ hash }) => hash)).size).toBe(gone)
    await chainAudit(world)
    expect(await findBrokenLink(world, DN)).toBeNull()
    process.stdout.write(`P14: ${KILLS} kills, ${gone} erased, ${resumed} by the next start\n`)
    // the kills came in the middle: some were left half done, and not everybody was erased
    expect(resumed).toBeGreaterThanOrEqual(2)
    expect(gone).toBeLessThan(KILLS * CHILDREN_A_KILL)
  })

  async function eraseAndKill(caseIds: readonly CaseId[]): Promise<void> {
    const order: EraseOrder = { actor: world.as('lead').actor, caseIds }
    const child = spawn(process.execPath, ['--import', 'tsx', 'tests/promises/p14-eraser.ts'], {
      cwd: repositoryRoot,
      env: {
        ...{ ...process.env, LOG_LEVEL: 'silent', ORIGIN: '', ...world.env },
        ERASE_ORDER: JSON.stringify(order),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'close')
    await Promise.race([saidLines(child, 1 + draw.below(CHILDREN_A_KILL)), ended])
    await wait(draw.below(20))
    child.kill('SIGKILL')
    await ended
  }
})

describe('F18: a backup is killed half-way', () => {
  let folder: string
  let identity: string
  let env: Readonly<Record<string, string>>

  beforeAll(async () => {
    folder = join(scratch(), 'sicherungen')
    mkdirSync(folder)
    const pair = await newAgePair()
    identity = join(scratch(), 'geheim.txt')
    writeFileSync(identity, pair.identity)
    env = { ...world.env, BACKUP_RECIPIENT: pair.recipient }
  })

  test(`${KILLS} times: the last good one stays, nothing half looks whole, the next run tidies up`, async () => {
    const begun = performance.now()
    expectDone(await runKi(['backup', 'create', folder], env))
    const wholeRunMs = performance.now() - begun
    const first = finished(folder)
    const bytes = first.map(digestOf)

    let leftSomething = 0
    for (let turn = 0; turn < KILLS; turn += 1) {
      const before = finished(folder)
      await createAndKill((wholeRunMs * draw.below(30)) / 100)
      await expectWhole(finished(folder).filter((file) => !before.includes(file)))
      leftSomething += Math.sign(debris().length)
    }
    process.stdout.write(`F18: ${KILLS} kills, ${leftSomething} left something unfinished\n`)
    expect(leftSomething).toBeGreaterThanOrEqual(2)
    const data = first.find(isData) ?? ''
    expectDone(await runKi(['backup', 'verify', data, '--identity', identity], env))

    expectDone(await runKi(['backup', 'create', folder], env))
    expect(debris()).toEqual([])
    expect(first.map(digestOf)).toEqual(bytes)
  })

  /** Whatever bears a name opens, authenticated to its end; data never without its keys. */
  async function expectWhole(files: readonly string[]): Promise<void> {
    for (const file of files) {
      expect(await openBackup(file, [identityIn(identity)], scratch())).toMatchObject({ ok: true })
      if (isData(file)) expect(finished(folder)).toContain(keysOf(file))
    }
  }

  /** So long after it has made the folder it works in. */
  async function createAndKill(afterMs: number): Promise<void> {
    const { PATH, TMPDIR } = process.env
    const ki = join(repositoryRoot, 'build', 'ki.js')
    const child = spawn(process.execPath, [ki, 'backup', 'create', folder], {
      cwd: repositoryRoot,
      env: { PATH, TMPDIR, NODE_ENV: 'production', ...env },
      stdio: 'ignore',
    })
    const ended = once(child, 'close')
    let isOver = false
    ended.then(() => {
      isOver = true
    })
    const own = `.einstieg-work-${child.pid}-`
    while (!isOver && !debris().some((name) => name.startsWith(own))) await wait(2)
    await Promise.race([wait(afterMs), ended])
    child.kill('SIGKILL')
    await ended
  }

  /** What a run that was killed leaves: files without their name, copies in the data folder. */
  function debris(): readonly string[] {
    return [...readdirSync(folder), ...readdirSync(world.dataDir)].filter((name) =>
      name.startsWith('.einstieg'),
    )
  }
})

// ---- one child ----

type SubjectIds = { readonly child_id: ChildId; readonly family_id: FamilyId }

const THERE = 'row and key, in no ledger'
const GONE = 'in both ledgers alone'
const WHOLE: readonly string[] = [THERE, GONE]
const NOTHING = { resumed: 0, erasedAgain: 0, takenOver: 0 }

function subjectsOf(caseIds: readonly CaseId[]): readonly SubjectIds[] {
  const list = caseIds.map((id) => `'${id}'`).join()
  return query<SubjectIds>(
    filesOf(world.dataDir).data,
    `select child_id, family_id from pupil_case where id in (${list})`,
  )
}

/** Where anything of a child is left; anything but all or nothing is named. */
async function stateOf(
  { keys }: Opened,
  { child_id: childId, family_id: familyId }: SubjectIds,
): Promise<string> {
  const { data } = filesOf(world.dataDir)
  const hash = ledgerHash(world, DN, childId)
  const marks = {
    row: query(data, `select 1 from child where id = '${childId}'`).length > 0,
    case: query(data, `select 1 from pupil_case where child_id = '${childId}'`).length > 0,
    family: query(data, `select 1 from family where id = '${familyId}'`).length > 0,
    key: (await keys.find({ kind: 'child', centreId: DN, id: childId })) !== null,
    familyKey: (await keys.find({ kind: 'family', centreId: DN, id: familyId })) !== null,
    ledger: query(data, `select 1 from erasure_ledger where id = '${hash}'`).length > 0,
    file: world.ledger.read().some((entry) => entry.hash === hash),
  }
  const { ledger, file, ...own } = marks
  if (!ledger && !file && Object.values(own).every(Boolean)) return THERE
  if (ledger && file && !Object.values(own).some(Boolean)) return GONE
  return `half: ${JSON.stringify(marks)}`
}

async function saidLines(child: ChildProcess, count: number): Promise<void> {
  let said = 0
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk).split('\n').length - 1
    if (said >= count) return
  }
}

// ---- files of backups ----

function finished(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.age'))
    .map((name) => join(folder, name))
    .sort()
}

function isData(file: string): boolean {
  return file.endsWith('.data.age')
}

function keysOf(data: string): string {
  return data.replace('.data.age', '.keys.age')
}

function identityIn(file: string): string {
  return readFileSync(file, 'utf8').trim()
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

function expectDone({ code, stderr }: Ended): void {
  expect(stderr).toBe('')
  expect(code).toBe(0)
}
