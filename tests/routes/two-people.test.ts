import { describe, expect, test } from 'vitest'
import type { CaseId } from '#app/domain/ids.ts'
import { today } from '#app/domain/time.ts'
import type { Answer } from '#app/http/respond.server.ts'
import { withUnavailable } from '#app/http/unavailable.server.ts'
import * as appointment from '#app/routes/case.appointment.tsx'
import * as interview from '#app/routes/case.interview.tsx'
import { endCase } from '#app/services/case/end-case.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { SubjectGone } from '#db/unavailable.server.ts'
import { versionOf } from '#tests/promises/steps.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'
import { signedIn } from './visitor.ts'

const COUNSELLOR = 'counsellor-dn@beispiel.example'
const NOTE = 'Die Gesamtschule der Schwester'

function wishOf(caseId: CaseId) {
  return { path: `/faelle/${caseId}/beratung?thema=wunsch`, params: { id: caseId } }
}

async function ended(world: World, caseId: CaseId): Promise<void> {
  const done = await endCase(world.as('lead'), {
    ...{ caseId, version: await versionOf(world, caseId), on: today(world.clock) },
    reason: { code: 'moved_away', sentence: 'Die Familie ist umgezogen.' },
  })
  expect(done.ok).toBe(true)
}

describe('two people and one case', () => {
  test('who saves over what somebody saved since is told, and keeps the own text', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const one = await signedIn(world, COUNSELLOR)
    const other = await signedIn(world, 'colleague-dn@beispiel.example')
    await one.send(interview.action, wishOf(caseId), { version: '0', note: 'Eine andere Schule' })
    const late = await other.send(interview.action, wishOf(caseId), { version: '0', note: NOTE })
    expect(late.status).toBe(409)
    const { refusal, values } = (await late.json()) as Answer
    expect([refusal?.code, values['note']]).toEqual(['stale_case', NOTE])
  })

  test('who saves what was ended meanwhile is told so, and gets the own text back', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const visitor = await signedIn(world, COUNSELLOR)
    await ended(world, caseId)
    const late = await visitor.send(interview.action, wishOf(caseId), { version: '0', note: NOTE })
    expect(late.status).toBe(409)
    const { refusal, values } = (await late.json()) as Answer
    expect([refusal?.code, values['note']]).toEqual(['wrong_stage', NOTE])
    expect(await world.database.db.selectFrom('interview').selectAll().execute()).toEqual([])
  })

  test('who saves what was erased meanwhile gets the sentences back in the answer, once', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const visitor = await signedIn(world, COUNSELLOR)
    expect((await eraseNow(world.as('lead'), { caseId, ground: 'art_17' })).ok).toBe(true)
    const fields = { version: '0', note: NOTE, intent: 'next' }
    const late = await visitor.send(interview.action, wishOf(caseId), fields)
    expect(late.status).toBe(404)
    expect(await late.json()).toEqual({ refusal: { code: 'case_not_found' }, typed: [NOTE] })
    const place = { path: `/faelle/${caseId}/termin`, params: { id: caseId } }
    const missed = await visitor.send(appointment.action, place, { intent: 'missed', version: '1' })
    expect(await missed.json()).toEqual({ refusal: { code: 'case_not_found' }, typed: [] })
    expect(await world.database.db.selectFrom('draft').selectAll().execute()).toEqual([])
  })

  test('a child erased between two looks is not there, and no accident', async () => {
    const world = await makeWorld()
    const guarded = (accident: Error) =>
      withUnavailable({
        routes: {
          page: {
            module: {
              loader: () => {
                throw accident
              },
            },
          },
        },
      } as never).routes['page']?.module.loader?.({
        context: { deps: world, requestId: 'request' },
      } as never)
    const asked = Promise.resolve().then(() => guarded(new SubjectGone('No key for child x')))
    await expect(asked).rejects.toMatchObject({ status: 404 })
    expect(world.logLines.map(({ event }) => event)).toContain('erased_meanwhile')
    const accident = Promise.resolve().then(() => guarded(new Error('something else')))
    await expect(accident).rejects.toThrow('something else')
  })
})
