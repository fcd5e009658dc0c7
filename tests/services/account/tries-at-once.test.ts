import { expect, test } from 'vitest'
import type { Result } from '#app/domain/result.ts'
import { acceptInvitation } from '#app/services/account/accept-invitation.server.ts'
import { changePassword } from '#app/services/account/change-password.server.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { uploadSchoolList } from '#app/services/school/pending-upload.server.ts'
import { makeWorld, type World } from '#tests/setup/world.ts'

/** One wrong try, the `at`-th of many. */
type Try = (world: World, at: number) => Promise<Result<unknown, { readonly code: string }>>

const AT_ONCE = 80
const HERE = '192.0.2.7'
const EMAIL = 'counsellor-dn@beispiel.example'
const signsIn = { email: EMAIL, password: 'falsch', address: HERE, replaces: null }
const accepts = { code: 'erfunden', password: 'Regen im November', address: HERE, replaces: null }
const changes = { present: 'falsch', password: 'Regen im November', keeps: '' }

/** What is limited, how often it may be tried in a quarter of an hour, and how it is tried. */
const LIMITED: readonly (readonly [what: string, tries: number, tryOne: Try])[] = [
  ['an account from one address', 10, (world) => signIn(world.asSystem(), signsIn)],
  [
    'an account from many addresses',
    50,
    (world, at) => signIn(world.asSystem(), { ...signsIn, address: `192.0.2.${at}` }),
  ],
  [
    'many accounts from one address',
    60,
    (world, at) => signIn(world.asSystem(), { ...signsIn, email: `${at}@beispiel.example` }),
  ],
  [
    'a one-time link',
    10,
    (world, at) => acceptInvitation(world.asSystem(), { ...accepts, address: `192.0.2.${at}` }),
  ],
  [
    'many links from one address',
    60,
    (world, at) => acceptInvitation(world.asSystem(), { ...accepts, code: `erfunden ${at}` }),
  ],
  ['the present password', 10, (world) => changePassword(world.as('counsellor'), changes)],
  ['a school list', 20, (world) => uploadSchoolList(world.as('operator'), new Uint8Array([120]))],
]

test.each(LIMITED)(
  '%s: of many tries at once no more than %i are looked at',
  async (_what, tries, tryOne) => {
    const world = await makeWorld()
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => tryOne(world, at)))
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.error.code))
    expect(codes.filter((code) => code !== 'too_many_tries')).toHaveLength(tries)
  },
)
