import { type Migration, sql } from 'kysely'
import type { Engine } from '../schema.ts'
import { createSchema, type Table } from './tables.ts'

/** Second factors, recovery codes and notices of accounts; what a session proved, and from where. */
export function accounts(engine: Engine): Migration {
  const schema = { tables: TABLES, indexes: INDEXES, appendOnly: [] }
  return {
    up: async (db) => {
      await createSchema(db, engine, schema)
      for (const column of SESSION_COLUMNS) {
        await sql.raw(`alter table session add column ${column} text`).execute(db)
      }
    },
  }
}

const SESSION_COLUMNS = ['factor', 'factor_at', 'browser']

const account = { columns: ['account_id'], table: 'account', target: ['id'] }

const TABLES: readonly Table[] = [
  {
    name: 'second_factor',
    key: ['id'],
    columns: {
      id: 'text',
      account_id: 'text',
      kind: 'text',
      label: 'text',
      sealed: 'text',
      counter: 'bigint',
      created_at: 'text',
      confirmed_at: 'text?',
    },
    checks: ["kind in ('totp', 'passkey')", "sealed like 'v1.%'"],
    references: [account],
  },
  {
    name: 'recovery_code',
    key: ['account_id', 'place'],
    columns: {
      account_id: 'text',
      place: 'integer',
      code_hash: 'text',
      made_at: 'text',
      used_at: 'text?',
    },
    checks: ['place between 0 and 9'],
    references: [account],
  },
  {
    name: 'passkey_challenge',
    key: ['id'],
    columns: { id: 'text', account_id: 'text', challenge: 'text', expires_at: 'text' },
    references: [account],
  },
  {
    name: 'provider_link',
    key: ['issuer', 'subject'],
    columns: { issuer: 'text', subject: 'text', account_id: 'text', created_at: 'text' },
    unique: [['account_id', 'issuer']],
    references: [account],
  },
  {
    name: 'account_notice',
    key: ['id'],
    columns: {
      id: 'text',
      account_id: 'text',
      at: 'text',
      kind: 'text',
      by_role: 'text?',
      acknowledged_at: 'text?',
    },
    references: [account],
  },
]

const INDEXES = [
  'create index second_factor_account on second_factor (account_id)',
  'create index account_notice_account on account_notice (account_id)',
]
