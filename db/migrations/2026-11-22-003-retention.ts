import type { Migration } from 'kysely'
import type { Engine } from '../schema.ts'
import { createSchema, type Table } from './tables.ts'

/** Retention rules, holds, erasures with their ledger (decision 0022). One schema for both engines. */
export function retention(engine: Engine): Migration {
  const schema = { tables: TABLES, indexes: INDEXES, appendOnly: ['erasure_ledger'] }
  return { up: (db) => createSchema(db, engine, schema) }
}

const centre = { columns: ['centre_id'], table: 'centre', target: ['id'] }
const school = { columns: ['school_number'], table: 'school', target: ['number'] }
const account = (column: string) => ({ columns: [column], table: 'account', target: ['id'] })
const of = (table: string, column: string) => ({
  columns: ['centre_id', column],
  table,
  target: ['centre_id', 'id'],
})

const TABLES: readonly Table[] = [
  {
    name: 'retention_rule',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      class: 'text',
      trigger_event: 'text',
      months: 'integer',
      action: 'text',
      law_ref: 'text',
      proposed_by: 'text?',
      proposed_at: 'text',
      approved_by: 'text?',
      approved_at: 'text?',
      valid_from: 'text?',
      ended_at: 'text?',
    },
    checks: [
      "class in ('ended_early', 'follow_up_over', 'never_completed')",
      'months between 1 and 600',
      "action = 'delete'",
      '(approved_by is null) = (approved_at is null)',
      '(approved_by is null) = (valid_from is null)',
    ],
    references: [centre, account('proposed_by'), account('approved_by')],
  },
  {
    name: 'legal_hold',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      until: 'text',
      sealed: 'text',
      set_by: 'text',
      set_at: 'text',
    },
    checks: ["sealed like 'v1.%'"],
    references: [of('pupil_case', 'id'), account('set_by')],
  },
  {
    name: 'erasure',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      number: 'integer',
      child_id: 'text?',
      family_id: 'text?',
      with_family: 'integer',
      state: 'text',
      ground: 'text',
      rule_id: 'text?',
      role: 'text',
      ordered_by: 'text?',
      ordered_at: 'text',
      rows_gone_at: 'text?',
      key_gone_at: 'text?',
      finished_at: 'text?',
      counts: 'text',
    },
    unique: [['centre_id', 'number']],
    checks: [
      "state in ('ordered', 'rows_gone', 'key_gone', 'done')",
      "ground in ('retention', 'art_17', 'wrong_registration', 'consent_withdrawn', 'restored')",
      'with_family in (0, 1)',
      "(state = 'done') = (child_id is null)",
      "state <> 'done' or family_id is null",
    ],
    references: [centre, of('retention_rule', 'rule_id'), account('ordered_by')],
  },
  {
    name: 'erasure_recipient',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      erasure_id: 'text',
      kind: 'text',
      school_number: 'text?',
      case_number: 'text?',
      told_at: 'text?',
      told_by: 'text?',
    },
    checks: [
      "kind in ('school', 'authority')",
      "kind <> 'school' or school_number is not null",
      '(told_at is null) = (case_number is not null)',
    ],
    references: [of('erasure', 'erasure_id'), school, account('told_by')],
  },
  {
    name: 'erasure_ledger',
    key: ['centre_id', 'id'],
    columns: { centre_id: 'text', id: 'text', erased_on: 'text', ground: 'text', role: 'text' },
  },
  {
    name: 'retention_run',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      seq: 'integer',
      at: 'text',
      outcome: 'text',
      erased: 'integer',
      account_id: 'text?',
    },
    unique: [['centre_id', 'seq']],
    checks: ["outcome in ('done', 'stopped', 'confirmed')"],
    references: [account('account_id')],
  },
]

const INDEXES = [
  'create index retention_rule_class on retention_rule (centre_id, class, valid_from)',
  "create unique index erasure_child on erasure (centre_id, child_id) where state <> 'done'",
  'create index erasure_recipient_erasure on erasure_recipient (centre_id, erasure_id)',
]
