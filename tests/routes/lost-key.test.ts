import type { LoaderFunctionArgs } from '@remix-run/node'
import { describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import type { AuthorityDesk } from '#app/presenters/authority-desk.server.ts'
import type { CasesListPage } from '#app/presenters/cases-list.server.ts'
import type { WorkListPage } from '#app/presenters/work-list.server.ts'
import * as desk from '#app/routes/authority-desk.tsx'
import * as appointment from '#app/routes/case.appointment.tsx'
import * as end from '#app/routes/case.end.tsx'
import * as interview from '#app/routes/case.interview.tsx'
import * as trail from '#app/routes/case.trail.tsx'
import * as file from '#app/routes/case.tsx'
import * as cases from '#app/routes/cases.tsx'
import * as workList from '#app/routes/work-list.tsx'
import { isFamilyLocked } from '#app/services/family/kin.server.ts'
import { saveTopic } from '#app/services/interview/save-topic.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { isUnreadable } from '#db/sealing/envelope.ts'
import type { KeyStore, Subject } from '#db/sealing/keys.server.ts'
import { nameIndexFeed } from '#db/sealing/name-index-feed.server.ts'
import { readChild, readFamily } from '#db/sealing/records.server.ts'
import { isSubjectGone } from '#db/unavailable.server.ts'
import { counsel, propose, seatsAt } from '#tests/promises/steps.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'
import { searchedFor } from './search.ts'
import { signedIn } from './visitor.ts'

const COUNSELLOR = 'counsellor-dn@beispiel.example'
const SCHOOL = '180101' as SchoolNumber

async function rowOf({ database }: World, caseId: CaseId) {
  return database.db
    .selectFrom('pupil_case')
    .select(['centre_id', 'child_id', 'family_id', 'case_number'])
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
}

/** Two families; the key of the first one's child, or of the family, is gone, and its row is not. */
async function withLost(kind: 'child' | 'family') {
  const world = await makeWorld()
  const lost = await registered(world, { child: { givenNames: 'Selam', familyName: 'Tesfay' } })
  const sound = await registered(world, { child: { givenNames: 'Wahid', familyName: 'Noori' } })
  const { centre_id: centreId, child_id, family_id } = await rowOf(world, lost)
  const subject =
    kind === 'child' ? ({ kind, id: child_id } as const) : ({ kind, id: family_id } as const)
  await world.keys.destroy([{ ...subject, centreId }])
  const names = nameIndexFeed(world.database, world.keys)
  names.start()
  expect(await names.whenFull(5_000)).toBe(true)
  return { world: { ...world, names }, lost, sound }
}

async function proposed(world: World, familyName: string): Promise<CaseId> {
  const caseId = await registered(world, { child: { givenNames: 'Kind', familyName } })
  await counsel(world, { caseId, centre: 'DN' })
  await propose(world, { caseId, centre: 'DN' }, SCHOOL)
  return caseId
}

/** What a page answers or throws. */
async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    return await work()
  } catch (accident) {
    return accident
  }
}

type Loader = (args: LoaderFunctionArgs) => unknown

async function open(world: World, loader: Loader, caseId: CaseId, part = '') {
  const visitor = await signedIn(world, COUNSELLOR)
  const visit = { path: `/faelle/${caseId}${part}`, params: { id: caseId } }
  return thrownBy(() => visitor.open(loader, visit))
}

const OF_A_CASE = [
  ['', file.loader],
  ['/termin', appointment.loader],
  ['/beratung', interview.loader],
  ['/beenden', end.loader],
  ['/verlauf', trail.loader],
] as const

describe('a child whose key is lost', () => {
  test.each(OF_A_CASE)('its page %s says that it cannot be read', async (part, loader) => {
    const { world, lost, sound } = await withLost('child')
    const page = await open(world, loader, lost, part)
    expect({ isUnreadable: isUnreadable(page), page }).toMatchObject({ isUnreadable: true })
    const other = await open(world, loader, sound, part)
    expect((other as Response).status).toBe(200)
  })

  test('keeps back no file of its brothers and sisters; the family counts as locked', async () => {
    const world = await makeWorld()
    const lost = await registered(world, { child: { givenNames: 'Selam', familyName: 'Tesfay' } })
    const sister = await registered(world, {
      child: { givenNames: 'Miriam', familyName: 'Tesfay' },
      family: { kind: 'of_sibling', caseId: lost },
    })
    const open = async () => {
      const visitor = await signedIn(world, COUNSELLOR)
      const visit = { path: `/faelle/${sister}`, params: { id: sister } }
      const page = await thrownBy(() => visitor.open(file.loader, visit))
      return (await (page as Response).json()) as { readonly isLocked: boolean }
    }
    expect((await open()).isLocked).toBe(false)
    const { centre_id: centreId, child_id } = await rowOf(world, lost)
    await world.keys.destroy([{ kind: 'child', id: child_id, centreId }])
    expect((await open()).isLocked).toBe(true)
  })

  test.each(['child', 'family'] as const)(
    'whose key of the %s is lost keeps back no other row of the Schulamt',
    async (kind) => {
      const world = await makeWorld()
      await seatsAt(world, SCHOOL, 2)
      const [lost, sound] = [await proposed(world, 'Tesfay'), await proposed(world, 'Noori')]
      const rows = async () => {
        const visitor = await signedIn(world, 'authority-dn@beispiel.example')
        const page = (await thrownBy(() => visitor.open(desk.loader, '/schulamt'))) as Response
        const { rows: shown } = (await page.json()) as AuthorityDesk
        return shown.map(({ caseId }) => caseId).sort()
      }
      expect(await rows()).toEqual([lost, sound].sort())
      const { centre_id: centreId, child_id, family_id } = await rowOf(world, lost)
      const id = kind === 'child' ? child_id : family_id
      await world.keys.destroy([{ kind, id, centreId } as Subject])
      expect(await rows()).toEqual([sound])
    },
  )

  test('nothing is saved into it, and nobody is told that it is not there', async () => {
    const { world, lost } = await withLost('child')
    const answers = { topic: 'wish', wish: { schools: [], forms: [], note: 'Ganztag' } } as const
    const command = { caseId: lost, version: 0, answers }
    const done = await thrownBy(() => saveTopic(world.as('counsellor'), command))
    expect({ isUnreadable: isUnreadable(done), done }).toMatchObject({ isUnreadable: true })
  })

  test('stands in both lists, without a name, and is found by its number', async () => {
    const { world, lost, sound } = await withLost('child')
    const visitor = await signedIn(world, COUNSELLOR)
    const byName = (await (await visitor.open(cases.loader, '/faelle')).json()) as CasesListPage
    expect(byName.rows.map(({ caseId, name }) => [caseId, name])).toEqual([
      [lost, ''],
      [sound, 'Wahid Noori'],
    ])
    expect([byName.total, byName.all]).toEqual([2, 2])

    const work = (await (
      await visitor.open(workList.loader, '/arbeitsliste?fuer=alle')
    ).json()) as WorkListPage
    const listed = work.groups.flatMap(({ rows }) => rows).map(({ caseId }) => caseId)
    expect(new Set(listed)).toEqual(new Set([lost, sound]))

    const { case_number } = await rowOf(world, lost)
    const found: CasesListPage = await searchedFor(visitor, cases, '/faelle', case_number)
    expect(found.rows.map(({ caseId }) => caseId)).toEqual([lost])
    // and nobody finds it by a name, nor is it like any other child
    const none: CasesListPage = await searchedFor(visitor, cases, '/faelle', 'Selam')
    expect(none.rows).toEqual([])
    const { index } = world.names
    const { centre_id } = await rowOf(world, lost)
    const unnamed = { given: '', family: '', originalGiven: '', originalFamily: '' }
    const nobody = { ...unnamed, birthDate: { precision: 'unknown', date: null } } as const
    expect(index.duplicates(centre_id, nobody)).toEqual([])
  })

  test('may have had the lock: the address of its family is shown to nobody', async () => {
    const { world, lost, sound } = await withLost('child')
    const locked = async (caseId: CaseId) => {
      const { centre_id, family_id } = await rowOf(world, caseId)
      return isFamilyLocked(world.as('counsellor'), centre_id, family_id)
    }
    expect([await locked(lost), await locked(sound)]).toEqual([true, false])
  })
})

test('a family whose key is lost: the page of its child says that it cannot be read', async () => {
  const { world, lost } = await withLost('family')
  const page = await open(world, file.loader, lost)
  expect({ isUnreadable: isUnreadable(page), page }).toMatchObject({ isUnreadable: true })
})

describe('a child that was erased', () => {
  test('is not there: its page and both lists say nothing of it', async () => {
    const { world, lost, sound } = await withLost('child')
    expect((await eraseNow(world.as('lead'), { caseId: lost, ground: 'art_17' })).ok).toBe(true)
    expect(((await open(world, file.loader, lost)) as Response).status).toBe(404)
    const visitor = await signedIn(world, COUNSELLOR)
    const list = (await (await visitor.open(cases.loader, '/faelle')).json()) as CasesListPage
    expect(list.rows.map(({ caseId }) => caseId)).toEqual([sound])
  })

  test('between the look at its row and the look for its key: it is gone, not unreadable', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const { centre_id, child_id, family_id } = await rowOf(world, caseId)
    /** Everything is erased when the first key is looked for. */
    const keys: KeyStore = {
      ...world.keys,
      find: async (subject) => {
        await eraseNow(world.as('lead'), { caseId, ground: 'art_17' })
        return world.keys.find(subject)
      },
    }
    const child = await thrownBy(() => readChild(world.database.db, keys, centre_id, child_id))
    expect([isSubjectGone(child), isUnreadable(child)]).toEqual([true, false])
    const family = await thrownBy(() => readFamily(world.database.db, keys, centre_id, family_id))
    expect([isSubjectGone(family), isUnreadable(family)]).toEqual([true, false])
  })
})
