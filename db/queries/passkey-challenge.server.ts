import type { AccountId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import type { Database } from '../open.server.ts'
import type { Row } from '../schema.ts'

/** Keeps a question; an earlier one of the same session and purpose is void. */
export async function putChallenge(
  database: Database,
  asked: Row<'passkey_challenge'>,
): Promise<void> {
  await database.write((tx) =>
    tx
      .insertInto('passkey_challenge')
      .values(asked)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({
          account_id: asked.account_id,
          challenge: asked.challenge,
          expires_at: asked.expires_at,
        }),
      )
      .execute(),
  )
}

/**
 * Takes a question that was put to the account and still holds at `now`. Own transaction: it is
 * answered once, also when the answer is refused.
 */
export async function takeChallenge(
  database: Database,
  { id, accountId }: { readonly id: string; readonly accountId: AccountId },
  now: Instant,
): Promise<string | null> {
  const row = await database.write((tx) =>
    tx
      .deleteFrom('passkey_challenge')
      .where('id', '=', id)
      .where('account_id', '=', accountId)
      .returning(['challenge', 'expires_at'])
      .executeTakeFirst(),
  )
  return row !== undefined && row.expires_at > now ? row.challenge : null
}

/** Removes questions nobody answered in time. */
export async function sweepChallenges(database: Database, now: Instant): Promise<void> {
  await database.write((tx) =>
    tx.deleteFrom('passkey_challenge').where('expires_at', '<=', now).execute(),
  )
}
