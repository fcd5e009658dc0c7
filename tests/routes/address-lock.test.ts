import type { LoaderFunctionArgs } from '@remix-run/node'
import { describe, expect, test } from 'vitest'
import type { CaseId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import * as authorityDesk from '#app/routes/authority-desk.tsx'
import * as admission from '#app/routes/case.admission.tsx'
import * as appointment from '#app/routes/case.appointment.tsx'
import * as assignment from '#app/routes/case.assignment.tsx'
import * as followUp from '#app/routes/case.follow-up.tsx'
import * as interview from '#app/routes/case.interview.tsx'
import * as slip from '#app/routes/case.slip.tsx'
import * as suggestions from '#app/routes/case.suggestions.tsx'
import * as trail from '#app/routes/case.trail.tsx'
import * as file from '#app/routes/case.tsx'
import * as registration from '#app/routes/cases.new.tsx'
import * as cases from '#app/routes/cases.tsx'
import * as schoolDesk from '#app/routes/school-desk.tsx'
import * as workList from '#app/routes/work-list.tsx'
import { counsel, propose, seatsAt } from '#tests/promises/steps.ts'
import { FAMILY, makeWorld, registered, type World } from '#tests/setup/world.ts'
import { signedIn } from './visitor.ts'

const SCHOOL = '180101' as SchoolNumber
const NIDEGGEN = '05358044' as MunicipalityKey
const ADDRESS = { street: 'Geheimweg 7', postcode: '52385', town: 'Nideggen', free: 'Haus 3' }
const NO_ADDRESS = { street: '', postcode: '', town: '', free: '' }

type Family = { readonly address: typeof ADDRESS; readonly isBrotherLocked: boolean }

/** A child that is proposed, and its brother: the lock, where there is one, is his alone. */
async function settled({ address, isBrotherLocked }: Family) {
  const world = await makeWorld()
  await seatsAt(world, SCHOOL, 2)
  const caseId = await registered(world, {
    family: { kind: 'new', family: { ...FAMILY, address } },
    municipality: NIDEGGEN,
  })
  const brother = await registered(world, {
    child: { givenNames: 'Bohdan', familyName: 'Kovalenko', addressLock: isBrotherLocked },
    family: { kind: 'of_sibling', caseId },
    municipality: NIDEGGEN,
  })
  await counsel(world, { caseId, centre: 'DN' })
  await propose(world, { caseId, centre: 'DN' }, SCHOOL)
  return { world, caseId, brother }
}

type Loader = (args: LoaderFunctionArgs) => unknown

async function read(world: World, who: string, loader: Loader, path: string, caseId?: CaseId) {
  const visitor = await signedIn(world, `${who}@beispiel.example`)
  const params = caseId === undefined ? {} : { id: caseId }
  const answer = await visitor.open(loader, { path, params })
  expect([path, answer.status]).toEqual([path, 200])
  return answer.text()
}

const OTHERS = [
  ['school-180101', schoolDesk.loader, '/schultisch'],
  ['school-180101', admission.loader, '/aufnahme'],
  ['authority-dn', authorityDesk.loader, '/schulamt'],
  ['authority-dn', assignment.loader, '/zuweisung'],
] as const

const OF_A_CASE = {
  '': file.loader,
  '/termin': appointment.loader,
  '/beratung': interview.loader,
  '/vorschlaege': suggestions.loader,
  '/zuweisung': assignment.loader,
  '/begleitung': followUp.loader,
  '/verlauf': trail.loader,
} as const

/** What tells where the family lives: its address, its Gemeinde, a point, a number of metres. */
const TELLING = /Geheimweg|52385|Nideggen|05358044|Haus 3|"east"|etres":\d/

function othersReading({ world, caseId }: Awaited<ReturnType<typeof settled>>) {
  return Promise.all(
    OTHERS.map(([who, loader, path]) =>
      path.startsWith('/sch')
        ? read(world, who, loader, path)
        : read(world, who, loader, `/faelle/${caseId}${path}`, caseId),
    ),
  )
}

describe('an address lock of a brother', () => {
  test('holds on every page of school and authority', async () => {
    for (const text of await othersReading(
      await settled({ address: ADDRESS, isBrotherLocked: true }),
    )) {
      expect(text).toContain('Kovalenko')
      expect(text).not.toMatch(TELLING)
    }
  })

  test('cannot be told there from a family without an address', async () => {
    const locked = await settled({ address: ADDRESS, isBrotherLocked: true })
    const without = await settled({ address: NO_ADDRESS, isBrotherLocked: false })
    expect(await othersReading(locked)).toEqual(await othersReading(without))
  })

  test.each(Object.entries(OF_A_CASE))(
    'holds on /faelle/:id%s of either child for the counsellor',
    async (path, loader) => {
      const { world, caseId, brother } = await settled({ address: ADDRESS, isBrotherLocked: true })
      for (const id of [caseId, brother]) {
        const text = await read(world, 'counsellor-dn', loader, `/faelle/${id}${path}`, id)
        expect(text).toContain('Kovalenko')
        expect(text).not.toMatch(TELLING)
      }
    },
  )

  test('holds on the lists, on the slip, and where another child of the family is registered', async () => {
    const { world, caseId } = await settled({ address: ADDRESS, isBrotherLocked: true })
    for (const [loader, path] of [
      [workList.loader, '/arbeitsliste?fuer=alle'],
      [cases.loader, '/faelle'],
    ] as const) {
      expect(await read(world, 'counsellor-dn', loader, path)).not.toMatch(TELLING)
    }
    const counsellor = await signedIn(world, 'counsellor-dn@beispiel.example')
    const at = { path: `/faelle/${caseId}/zettel`, params: { id: caseId } }
    const printed = await (await counsellor.send(slip.action, at, {})).text()
    expect(printed).toContain('Daryna')
    expect(printed).not.toMatch(TELLING)
    const path = `/faelle/neu?geschwister=${caseId}`
    const form = JSON.parse(await read(world, 'counsellor-dn', registration.loader, path))
    expect(form.sibling).toMatchObject({ name: 'Daryna Kovalenko', municipality: null })
  })

  test('control: without a lock the same pages tell', async () => {
    const open = await settled({ address: ADDRESS, isBrotherLocked: false })
    const [desk = '', ...others] = await othersReading(open)
    expect(desk).not.toMatch(TELLING)
    for (const text of others) expect(text).toMatch(TELLING)
    const path = `/faelle/${open.caseId}/vorschlaege`
    expect(await read(open.world, 'counsellor-dn', suggestions.loader, path, open.caseId)).toMatch(
      TELLING,
    )
  })
})

test('under a lock no way orders the suggestions, and the page can say why', async () => {
  const { world, caseId } = await settled({ address: ADDRESS, isBrotherLocked: true })
  await seatsAt(world, '180103' as SchoolNumber, 2)
  const path = `/faelle/${caseId}/vorschlaege`
  const page = JSON.parse(await read(world, 'counsellor-dn', suggestions.loader, path, caseId))
  expect(page).toMatchObject({ isLocked: true, home: null, municipality: null })
  expect(page.suggested).toHaveLength(2)
  for (const { wayMetres, reasons } of page.suggested) {
    expect(wayMetres).toBeNull()
    expect(JSON.stringify(reasons)).not.toContain('way')
  }
})
