import { Secret, TOTP } from 'otpauth'
import type { AccountId } from '#app/domain/ids.ts'
import { addHours, instant } from '#app/domain/time.ts'
import { newTotpSecret, sealTotp } from '#app/services/account/totp.server.ts'
import { insertFactor } from '#db/queries/second-factor.server.ts'
import { accountKeyOrNew } from '#db/sealing/records.server.ts'
import type { Browser } from '#tests/setup/session.ts'
import type { World } from '#tests/setup/world.ts'

type Here = Pick<World, 'database' | 'keys' | 'clock' | 'newId' | 'secrets'>

/** An authenticator app: shows the code of now, or of some steps of 30 seconds later. */
export type App = { readonly id: string; readonly code: (steps?: number) => string }

/** The app of somebody who has read the secret in. */
export function appWith(base32: string, { clock }: Pick<World, 'clock'>): Pick<App, 'code'> {
  const totp = new TOTP({ secret: Secret.fromBase32(base32) })
  return {
    code: (steps = 0) => totp.generate({ timestamp: clock.now().getTime() + steps * 30_000 }),
  }
}

/** Gives an account codes from an app, as if it had set them up earlier. */
export async function giveTotp(world: Here, accountId: string): Promise<App> {
  const id = world.newId()
  const account = accountId as AccountId
  const now = instant(world.clock)
  const secret = newTotpSecret(world.secrets.token())
  const key = await accountKeyOrNew(world.keys, account, now)
  await world.database.write((tx) =>
    insertFactor(tx, {
      ...{ id, account_id: account, kind: 'totp', label: 'App', counter: 0 },
      ...{ sealed: sealTotp(key, id, secret), created_at: now, confirmed_at: now },
    }),
  )
  return { id, ...appWith(secret, world) }
}

/** Lets a signed-in browser work in an installation, as if its person had just proved a second factor. */
export async function letIn(
  world: Pick<World, 'database' | 'clock' | 'keyed'>,
  browser: Browser,
): Promise<Browser> {
  const now = instant(world.clock)
  const token = browser.cookies.get('__Host-sid') ?? browser.cookies.get('sid') ?? ''
  const done = await world.database.write((tx) =>
    tx
      .updateTable('session')
      .set({ factor: 'totp', factor_at: now, step_up_until: addHours(now, 10) })
      .where('id_hash', '=', world.keyed('session', token))
      .executeTakeFirst(),
  )
  if (Number(done.numUpdatedRows) !== 1) throw new Error('Nobody is signed in there')
  return browser
}
