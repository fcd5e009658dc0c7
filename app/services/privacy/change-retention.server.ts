import type { CentreId } from '#app/domain/ids.ts'
import type { RetentionClass } from '#app/domain/privacy/retention.ts'
import type { Result } from '#app/domain/result.ts'
import type { Context } from '../context.server.ts'
import {
  approveRetention,
  proposeRule,
  type RuleRefusal,
  stopRetention,
} from './retention-rules.server.ts'
import { confirmClock } from './run-retention.server.ts'

type OnRule = { readonly centreId: CentreId; readonly class: RetentionClass }

/** What the page of retention can be asked to do. */
export type ChangeRetention =
  | (OnRule & { readonly intent: 'propose'; readonly months: number })
  | (OnRule & {
      readonly intent: 'approve'
      readonly months: number
      readonly ruleId: string | null
    })
  | (OnRule & { readonly intent: 'stop' })
  | { readonly intent: 'clock'; readonly centreId: CentreId }

/** One change of the page of retention; refused as the use case behind it refuses. */
export function changeRetention(
  ctx: Context,
  command: ChangeRetention,
): Promise<Result<unknown, RuleRefusal>> {
  switch (command.intent) {
    case 'propose':
      return proposeRule(ctx, command)
    case 'approve':
      return approveRetention(ctx, command)
    case 'stop':
      return stopRetention(ctx, command)
    case 'clock':
      return confirmClock(ctx)
  }
}
