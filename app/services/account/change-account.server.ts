import type { Result } from '#app/domain/result.ts'
import type { Context } from '../context.server.ts'
import { disableAccount } from './disable-account.server.ts'
import { enableAccount } from './enable-account.server.ts'
import { endRole } from './end-role.server.ts'
import type { AccountCommand, ManageRefusal } from './managed-account.server.ts'
import type { Issued } from './one-time-link.server.ts'
import { resetAccount } from './reset-account.server.ts'
import type { StepUpNeeded } from './step-up.ts'

/** What a row of the account list asks for. */
export type AccountChange = AccountCommand &
  (
    | { readonly intent: 'reset' | 'disable' | 'enable' }
    | { readonly intent: 'end_role'; readonly assignmentId: string }
  )

/** Carries out one change of an account; only a new link has something to show for it. */
export async function changeAccount(
  ctx: Context,
  change: AccountChange,
): Promise<
  Result<Issued | null, ManageRefusal | StepUpNeeded | { readonly code: 'account_blocked' }>
> {
  switch (change.intent) {
    case 'reset':
      return resetAccount(ctx, change)
    case 'disable':
      return disableAccount(ctx, change)
    case 'enable':
      return enableAccount(ctx, change)
    case 'end_role':
      return endRole(ctx, change)
  }
}
