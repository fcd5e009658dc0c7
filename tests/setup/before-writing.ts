import type { Context } from '#app/services/context.server.ts'

/** The same context, but `hook` happens between what was decided and the transaction that stores it. */
export function beforeWriting(ctx: Context, hook: () => Promise<void>): Context {
  const { database } = ctx
  return {
    ...ctx,
    database: {
      ...database,
      write: async (work) => {
        await hook()
        return database.write(work)
      },
    },
  }
}
