import type { KyselyPlugin, OperationNode } from 'kysely'
import type { Hasher } from '#app/services/context.server.ts'
import type { Database } from '#db/open.server.ts'

/** What somebody's request made the program do, in order: statements, commits, slow hashes. */
export type Work = readonly string[]

type Watched = {
  readonly database: Database
  readonly hasher: Hasher
  /** What was done since this was asked last. */
  readonly take: () => Work
}

/**
 * The same database and hasher, watched: two requests that do the same work cannot be told apart by
 * how long they take. Savepoints are not counted, only what stands between them.
 */
export function watched({ database, hasher }: Pick<Watched, 'database' | 'hasher'>): Watched {
  const done: string[] = []
  const listening: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (node.kind !== 'RawNode')
        done.push(`${node.kind.replace('QueryNode', '')} ${tableOf(node)}`)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return {
    database: {
      ...database,
      db: database.db.withPlugin(listening),
      write: async (work) => {
        const value = await database.write((tx) => work(tx.withPlugin(listening)))
        done.push('commit')
        return value
      },
    },
    hasher: {
      hash: (secret) => {
        done.push('hash')
        return hasher.hash(secret)
      },
      verify: (stored, secret) => {
        done.push('verify')
        return hasher.verify(stored, secret)
      },
    },
    take: () => done.splice(0),
  }
}

/** The first table a statement names. */
function tableOf(node: OperationNode): string {
  return (
    /"table":\{"kind":"SchemableIdentifierNode","identifier":\{"kind":"IdentifierNode","name":"(\w+)"/.exec(
      JSON.stringify(node),
    )?.[1] ?? '?'
  )
}
