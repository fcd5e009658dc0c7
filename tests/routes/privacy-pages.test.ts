import { expect, test } from 'vitest'
import * as erasuresRoute from '#app/routes/administration.erasures.tsx'
import * as retentionRoute from '#app/routes/administration.retention.tsx'
import * as endRoute from '#app/routes/case.end.tsx'
import * as confirmRoute from '#app/routes/own-account.confirm.tsx'
import { CENTRES, makeWorld, registered, WORLD_PASSWORD } from '#tests/setup/world.ts'
import { signedIn } from './visitor.ts'

test('a lead erases a child at once and reads the certificate; a counsellor may not', async () => {
  const world = await makeWorld()
  const caseId = await registered(world)
  const visit = { path: `/faelle/${caseId}/ende`, params: { id: caseId } }
  const erase = { intent: 'erase', ground: 'art_17', meant: 'ja' }
  const counsellor = await signedIn(world, 'counsellor-dn@beispiel.example')
  expect((await counsellor.open(endRoute.loader, visit)).status).toBe(200)
  expect((await counsellor.send(endRoute.action, visit, erase)).status).toBe(403)

  const lead = await signedIn(world, 'lead-dn@beispiel.example')
  expect((await lead.send(endRoute.action, visit, { intent: 'erase' })).status).toBe(422)
  const alone = await lead.send(endRoute.action, visit, erase)
  expect(alone.status).toBe(403)
  expect(await alone.json()).toMatchObject({ refusal: { code: 'step_up_needed' } })
  const proof = { way: 'password', proof: WORLD_PASSWORD }
  lead.keep(await lead.send(confirmRoute.action, '/konto/bestaetigen', proof))
  const done = await lead.send(endRoute.action, visit, erase)
  expect(done.status).toBe(303)
  const path = done.headers.get('Location') ?? ''
  const shown = await (await lead.open(erasuresRoute.loader, path)).json()
  expect(shown.certificate).toMatchObject({ number: 1, state: 'done', ground: 'art_17' })
  expect(JSON.stringify(shown)).not.toMatch(/Kovalenko|Daryna|DN-2026/)
  expect((await lead.open(endRoute.loader, visit)).status).toBe(404)
  expect((await counsellor.open(erasuresRoute.loader, path)).status).toBe(403)
})

test('the data protection officer approves a period; the lead sees it, others nothing', async () => {
  const world = await makeWorld()
  const path = '/verwaltung/aufbewahrung'
  const auditor = await signedIn(world, 'auditor-dn@beispiel.example')
  const approval = { intent: 'approve', centre: CENTRES.DN.id, class: 'ended_early', months: '3' }
  expect((await auditor.send(retentionRoute.action, path, approval)).status).toBe(303)
  const lead = await signedIn(world, 'lead-dn@beispiel.example')
  const { rules } = await (await lead.open(retentionRoute.loader, path)).json()
  expect(rules[0]).toMatchObject({ kind: 'ended_early', coming: { months: 3 }, proposal: null })
  const school = await signedIn(world, 'school-180101@beispiel.example')
  expect((await school.open(retentionRoute.loader, path)).status).toBe(403)
})
