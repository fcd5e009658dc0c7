import { expect, test } from 'vitest'
import type { CentreId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import type { ToldFacts } from '#app/domain/notice/desk-notice.ts'
import type { Assignment } from '#app/policy/roles.ts'
import { isToldTo } from '#app/policy/told-to.ts'

const centreId = 'centre-dn' as CentreId
const elsewhere = 'centre-bor' as CentreId

const toAuthority: ToldFacts = {
  ...{ kind: 'proposal_waits', centreId, schoolNumber: null },
  ...{ municipality: '05358008' as MunicipalityKey, schoolForm: '10' },
}
const toSchool: ToldFacts = {
  ...{ kind: 'school_proposed', centreId, schoolNumber: '180103' as SchoolNumber },
  ...{ municipality: null, schoolForm: null },
}
const toCounsellor: ToldFacts = { ...toSchool, kind: 'proposal_declined', schoolNumber: null }

const authority = (area: string[] | null, forms: string[] | null, at = centreId): Assignment => ({
  ...{ role: 'authority', centreId: at, area, forms },
})
const school = (number: string, at = centreId): Assignment => ({
  ...{ role: 'school', centreId: at, schoolNumber: number as SchoolNumber },
})

test.each<[string, boolean, Assignment, ToldFacts]>([
  ['an authority of the centre', true, authority(null, null), toAuthority],
  ['one of the area', true, authority(['05358024', '053580'], null), toAuthority],
  ['one of another area', false, authority(['05358024'], null), toAuthority],
  ['one of the school forms', true, authority(null, ['10', '15']), toAuthority],
  ['one of others', false, authority(null, ['15']), toAuthority],
  ['one of another centre', false, authority(null, null, elsewhere), toAuthority],
  [
    'one of school forms, of a case without a school',
    false,
    authority(null, ['10']),
    { ...toAuthority, schoolForm: null },
  ],
  ['the school', true, school('180103'), toSchool],
  [
    'the school, where it is not known',
    true,
    school('180103'),
    { ...toSchool, schoolNumber: null },
  ],
  ['another school', false, school('180101'), toSchool],
  ['a school, of what an authority is told', false, school('180103'), toAuthority],
  ['a counsellor', true, { role: 'counsellor', centreId }, toCounsellor],
  ['a lead', true, { role: 'lead', centreId }, toCounsellor],
  ['one of another centre', false, { role: 'lead', centreId: elsewhere }, toCounsellor],
  ['an operator', false, { role: 'operator' }, toCounsellor],
])('%s is told: %s', (_, is, held, notice) => {
  expect(isToldTo([held], notice)).toBe(is)
})
