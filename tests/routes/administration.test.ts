import { beforeEach, describe, expect, test } from 'vitest'
import { loader as accounts, action as change } from '#app/routes/administration.accounts.tsx'
import { loader as centre, action as configure } from '#app/routes/administration.centre.tsx'
import { loader as operation } from '#app/routes/administration.operation.tsx'
import { action as seek, loader as trail } from '#app/routes/administration.trail.tsx'
import { loader as administration } from '#app/routes/administration.tsx'
import { loader as appointments } from '#app/routes/appointments.tsx'
import { loader as plan } from '#app/routes/plan.tsx'
import { loader as reports } from '#app/routes/reports.tsx'
import { action as signIn } from '#app/routes/sign-in.tsx'
import { ruleChangeText } from '#app/ui/administration/rule-words.ts'
import { insertBackupRun } from '#db/queries/backup.server.ts'
import { enqueueJob, type JobRow } from '#db/queries/job.server.ts'
import { testEngine } from '#tests/setup/engine.ts'
import { CENTRES, makeWorld, nowIn, registered, type World } from '#tests/setup/world.ts'
import { signedIn, stranger } from './visitor.ts'

const DN = CENTRES.DN.id
const PAGES = {
  '/verwaltung': administration,
  '/verwaltung/konten': accounts,
  '/verwaltung/zentrum': centre,
  '/verwaltung/protokoll': trail,
  '/verwaltung/betrieb': operation,
  '/termine': appointments,
  '/plan': plan,
  '/berichte': reports,
} as const

const ROLES = {
  counsellor: 'counsellor-dn',
  lead: 'lead-dn',
  authority: 'authority-dn',
  school: 'school-180101',
  owner: 'owner-dn',
  coordinator: 'coordinator-dn',
  auditor: 'auditor-dn',
  state: 'state',
  operator: 'operator',
} as const

let world: World
beforeEach(async () => {
  world = await makeWorld()
})

function as(role: keyof typeof ROLES) {
  return signedIn(world, `${ROLES[role]}@beispiel.example`)
}

const MAY: Readonly<Record<keyof typeof PAGES, readonly (keyof typeof ROLES)[]>> = {
  '/verwaltung': ['lead', 'auditor', 'operator'],
  '/verwaltung/konten': ['lead', 'operator'],
  '/verwaltung/zentrum': ['lead'],
  '/verwaltung/protokoll': ['auditor'],
  '/verwaltung/betrieb': ['operator'],
  '/termine': ['counsellor', 'lead', 'coordinator'],
  '/plan': ['counsellor', 'lead'],
  '/berichte': ['lead', 'state'],
}

describe.each(Object.keys(PAGES) as (keyof typeof PAGES)[])('%s', (path) => {
  test('opens for whom it is meant, and for nobody else', async () => {
    for (const role of Object.keys(ROLES) as (keyof typeof ROLES)[]) {
      const answer = await (await as(role)).open(PAGES[path], path)
      expect(`${role} ${answer.status}`).toBe(`${role} ${MAY[path].includes(role) ? 200 : 403}`)
    }
  })

  test('asks strangers to sign in', async () => {
    const answer = await stranger(world).open(PAGES[path], path)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('Location')).toBe(`/anmelden?zurueck=${encodeURIComponent(path)}`)
  })
})

describe('/verwaltung', () => {
  test('offers what the role may do, and tells the operator how the installation does', async () => {
    expect(await (await (await as('lead')).open(administration, '/verwaltung')).json()).toEqual({
      tasks: ['accounts', 'centre', 'retention', 'erasures'],
      health: null,
    })
    const operator = await (await as('operator')).open(administration, '/verwaltung')
    expect(await operator.json()).toMatchObject({
      tasks: ['leads', 'schools', 'operation'],
      health: { engine: testEngine, names: 'full', centres: [{ code: 'BOR' }, { code: 'DN' }] },
    })
  })
})

describe('/verwaltung/konten', () => {
  const school = {
    intent: 'invite',
    centre: DN,
    role: 'school',
    name: 'Sekretariat',
    email: 'hauptschule@beispiel.example',
    school: '180105',
  }

  test('shows the lead everybody of the centre and nobody of another', async () => {
    const page = await (await (await as('lead')).open(accounts, '/verwaltung/konten')).json()
    const emails = page.accounts.map(({ email }: { email: string }) => email)
    expect(emails).toContain('counsellor-dn@beispiel.example')
    expect(emails).toHaveLength(12)
    expect(emails.filter((email: string) => /bor|1901|operator|state/.test(email))).toEqual([])
    const seen = await world.database.db
      .selectFrom('audit_entry')
      .select(['centre_id', 'facts'])
      .where('event', '=', 'accounts_viewed')
      .execute()
    expect(seen).toEqual([{ centre_id: DN, facts: JSON.stringify({ count: 12 }) }])
  })

  test('another centre in the address shows the own one', async () => {
    const path = `/verwaltung/konten?zentrum=${CENTRES.BOR.id}`
    const page = await (await (await as('lead')).open(accounts, path)).json()
    expect(page.centre.id).toBe(DN)
  })

  test('shows the operator the leads of the centre chosen, and no counsellor', async () => {
    const path = `/verwaltung/konten?zentrum=${CENTRES.BOR.id}`
    const page = await (await (await as('operator')).open(accounts, path)).json()
    expect(page).toMatchObject({ scope: 'leads', centre: { id: CENTRES.BOR.id } })
    expect(page.accounts).toMatchObject([{ email: 'lead-bor@beispiel.example' }])
  })

  test('invites a school and shows the link once', async () => {
    const lead = await as('lead')
    const answer = await lead.send(change, '/verwaltung/konten', { ...school, _idem: 'once' })
    expect(answer.status).toBe(200)
    const { issued } = await answer.json()
    expect(issued).toMatchObject({ kind: 'fresh', link: expect.stringContaining('/einladung#') })
    const again = await lead.send(change, '/verwaltung/konten', { ...school, _idem: 'once' })
    expect((await again.json()).issued.kind).toBe('shown_before')
    const page = await (await lead.open(accounts, '/verwaltung/konten')).text()
    expect(page).toContain('hauptschule@beispiel.example')
    expect(page).not.toContain('einladung#')
  })

  test.each([
    ['no name', { name: ' ' }, 'name'],
    ['no address', { email: 'sekretariat' }, 'email'],
    ['a wrong number', { school: '18010' }, 'school'],
    ['no role', { role: 'operator' }, 'role'],
  ])('says at the field what is missing: %s', async (_what, fields, field) => {
    const answer = await (await as('lead')).send(change, '/verwaltung/konten', {
      ...school,
      ...fields,
    })
    expect(answer.status).toBe(422)
    expect((await answer.json()).errors).toHaveProperty([field])
  })

  test('refuses with its status and keeps what was typed', async () => {
    const fields = { ...school, school: '190101' }
    const answer = await (await as('lead')).send(change, '/verwaltung/konten', fields)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      refusal: { code: 'school_outside_area' },
      values: { name: 'Sekretariat' },
    })
  })

  test('disables and enables', async () => {
    const lead = await as('lead')
    const account = 'account-counsellor-dn'
    for (const intent of ['disable', 'enable']) {
      const answer = await lead.send(change, '/verwaltung/konten', { intent, centre: DN, account })
      expect(answer.headers.get('Location')).toBe(`/verwaltung/konten?zentrum=${DN}&fertig=1`)
    }
    const unknown = { intent: 'delete', centre: DN, account }
    expect((await lead.send(change, '/verwaltung/konten', unknown)).status).toBe(422)
  })

  test('a lead cannot do the same in another centre', async () => {
    const fields = { ...school, centre: CENTRES.BOR.id, school: '190105' }
    expect((await (await as('lead')).send(change, '/verwaltung/konten', fields)).status).toBe(403)
  })
})

describe('/verwaltung/zentrum', () => {
  const fields = {
    centre: DN,
    version: '1',
    counselling: '21',
    assignment: '14',
    first_day: '7',
    hold: '7',
    second_seat: 'warn',
    support_decided_by: 'school',
    regular_decided_by: 'owner',
    assigned_by: 'authority',
    phone: '02421 22-0',
    address: '',
  }

  test('saves, and is refused on an older version', async () => {
    const lead = await as('lead')
    const answer = await lead.send(configure, '/verwaltung/zentrum', fields)
    expect(answer.headers.get('Location')).toBe(`/verwaltung/zentrum?zentrum=${DN}&fertig=1`)
    const page = await (await lead.open(centre, '/verwaltung/zentrum')).json()
    expect(page).toMatchObject({ version: 2, targets: { counselling: 21 }, phone: '02421 22-0' })
    expect((await lead.send(configure, '/verwaltung/zentrum', fields)).status).toBe(409)
  })

  test.each([
    ['counselling', '0'],
    ['assignment', 'zwei'],
    ['first_day', '366'],
    ['hold', '61'],
    ['phone', 'ruf an'],
    ['second_seat', 'vielleicht'],
    ['support_decided_by', ''],
    ['regular_decided_by', 'authority'],
    ['assigned_by', 'niemand'],
  ])('says at the field what is wrong: %s %s', async (field, value) => {
    const answer = await (await as('lead')).send(configure, '/verwaltung/zentrum', {
      ...fields,
      [field]: value,
    })
    expect(answer.status).toBe(422)
    expect((await answer.json()).errors).toHaveProperty([field])
  })

  test('is not for the lead of another centre', async () => {
    const other = await signedIn(world, 'lead-bor@beispiel.example')
    expect((await other.send(configure, '/verwaltung/zentrum', fields)).status).toBe(403)
  })
})

describe('/verwaltung/protokoll', () => {
  const ask = async (email: string, caseNumber: string) =>
    (await signedIn(world, email)).send(seek, '/verwaltung/protokoll', { caseNumber })

  test('leads from a case number to its trail; the number stands in no address', async () => {
    const caseId = await registered(world)
    const answer = await ask('auditor-dn@beispiel.example', ' dn-2026-0001 ')
    expect([answer.status, answer.headers.get('Location')]).toEqual([
      303,
      `/faelle/${caseId}/verlauf`,
    ])
  })

  test('says who set which rule of the centre otherwise, in codes that the page has words for', async () => {
    const lead = await as('lead')
    const fields = {
      ...{ centre: DN, version: '1', second_seat: 'warn', assigned_by: 'two_at_centre' },
      ...{ support_decided_by: 'school', regular_decided_by: 'school' },
      ...{ counselling: '28', assignment: '14', first_day: '7', hold: '7', phone: '', address: '' },
    }
    expect((await lead.send(configure, '/verwaltung/zentrum', fields)).status).toBe(303)
    const read = async (email: string) => {
      const page = await (await signedIn(world, email)).open(trail, '/verwaltung/protokoll')
      return (await page.json()).rulesChanged
    }
    const changed = await read('auditor-dn@beispiel.example')
    expect(changed).toMatchObject([{ role: 'lead' }])
    expect(changed[0].changes.map(ruleChangeText)).toEqual([
      'Über Regelplätze entscheidet: der Schulträger → die Schule',
      'Zugewiesen wird durch: das Schulamt → das Zentrum, zu zweit',
    ])
    expect(await read('auditor-bor@beispiel.example')).toEqual([])
    const reads = await world.database.db
      .selectFrom('audit_entry')
      .select(['centre_id', 'role'])
      .where('event', '=', 'trail_viewed')
      .orderBy('id')
      .execute()
    expect(reads).toEqual([
      { centre_id: DN, role: 'auditor' },
      { centre_id: 'centre-bor', role: 'auditor' },
    ])
  })

  test('says the same of a case of another centre and of none, and keeps the number', async () => {
    await registered(world)
    const others = await ask('auditor-bor@beispiel.example', 'DN-2026-0001')
    const nobodys = await ask('auditor-dn@beispiel.example', 'DN-2026-0009')
    for (const [answer, caseNumber] of [
      [others, 'DN-2026-0001'],
      [nobodys, 'DN-2026-0009'],
    ] as const) {
      expect([answer.status, await answer.json()]).toMatchObject([
        404,
        { refusal: { code: 'case_not_found' }, values: { caseNumber } },
      ])
    }
  })

  test('asks for a number, and nobody but data protection', async () => {
    await registered(world)
    const empty = await ask('auditor-dn@beispiel.example', ' ')
    expect([empty.status, (await empty.json()).errors]).toMatchObject([
      422,
      { caseNumber: { message: 'field.required' } },
    ])
    expect((await ask('lead-dn@beispiel.example', 'DN-2026-0001')).status).toBe(403)
    const nobody = stranger(world)
    const sent = await nobody.send(seek, '/verwaltung/protokoll', { caseNumber: 'DN-2026-0001' })
    expect(sent.headers.get('Location')).toBe('/anmelden')
  })
})

describe('/verwaltung/betrieb', () => {
  test('says how the installation does, in counts and states, and names nobody', async () => {
    await registered(world, { child: { familyName: 'Qzxwvykjq' } })
    await world.database.write((tx) => enqueueJob(tx, job('sweep_keys', 'failed')))
    await world.database.write((tx) => enqueueJob(tx, job('tidy_up', 'done')))
    await (await stranger(world)).send(signIn, '/anmelden', {
      ...{ email: 'nobody@beispiel.example', password: 'falsch falsch falsch' },
    })
    const answer = await (await as('operator')).open(operation, '/verwaltung/betrieb')
    const text = await answer.text()
    expect(JSON.parse(text)).toEqual({
      ...{ version: '0.0.0', node: process.version, openSince: '2026-11-19T09:00:00.000Z' },
      ...{ engine: testEngine, schema: expect.stringMatching(/^2026-11-\d{2}-\d{3}-/) },
      mail: null,
      ...{ megabytes: expect.any(Number), isDatabaseHealthy: true, areKeysHealthy: true },
      ...{ names: 'full', failedSignIns: 1 },
      ...{ backup: { lastGood: null, failedAt: null }, keysLeft: 0 },
      jobs: [{ kind: 'sweep_keys', state: 'failed', count: 1, dueForSeconds: 0 }],
      checks: expect.any(Array),
    })
    const { checks } = JSON.parse(text) as { checks: readonly { name: string; state: string }[] }
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['folder', 'ledger', 'engine', 'keys', 'head', 'clock']),
    )
    expect(checks.filter(({ state }) => state === 'refused')).toEqual([])
    expect(JSON.parse(text).megabytes).toBeGreaterThan(0)
    expect(text).not.toMatch(/Qzxwvykjq|nobody|beispiel/)
  })

  test('says when the last good backup was, and that a later one failed', async () => {
    const run = { id: 'run-1', started_at: '2026-11-18T02:15:00.000Z', state: 'done' } as const
    const failed = { id: 'run-2', started_at: '2026-11-19T02:15:00.000Z', state: 'failed' } as const
    await world.database.write(async (tx) => {
      await insertBackupRun(tx, { ...run, ended_at: '2026-11-18T02:16:00.000Z', code: null })
      await insertBackupRun(tx, {
        ...failed,
        ...{ ended_at: '2026-11-19T02:16:00.000Z', code: 'backup_no_space' },
      })
    })
    const page = await (await as('operator')).open(operation, '/verwaltung/betrieb')
    expect(await page.json()).toMatchObject({
      backup: { lastGood: '2026-11-18T02:16:00.000Z', failedAt: '2026-11-19T02:16:00.000Z' },
    })
  })
})

function job(kind: string, state: 'failed' | 'done'): JobRow {
  const at = nowIn(world)
  return {
    ...{ id: `job-${kind}`, kind, dedupe_key: kind, payload: '{}', state, attempts: 8 },
    ...{ run_at: at, lease_until: null, leased_by: null, created_at: at },
  }
}
