import type { CentreId } from '#app/domain/ids.ts'
import {
  DATA_BACKUP_DAYS,
  type ErasedCounts,
  KEY_BACKUP_DAYS,
} from '#app/domain/privacy/erasure.ts'
import { err, ok } from '#app/domain/result.ts'
import { addDays, dayOf, type Instant } from '#app/domain/time.ts'
import { authorize, can, centresWhere } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { listCentresById } from '#db/queries/centre.server.ts'
import {
  countErasures,
  findErasureWithRule,
  listErasures,
  listRecipients,
} from '#db/queries/erasure.server.ts'
import { chosenCentre } from './chosen-centre.server.ts'

/** Lines of one page of the list. */
const PAGE_SIZE = 50

type Asked = {
  readonly centre: string | null
  /** The erasure whose certificate is asked for; null: the list. */
  readonly erasureId: string | null
  readonly page: number
}

/**
 * The erasures of a centre, newest first, and the certificate of one of them: no name, no birth date,
 * no case number but for those who still have to be told. Refused: `forbidden`, `erasure_not_found`.
 */
export async function erasuresPage(ctx: Context, asked: Asked) {
  const { db } = ctx.database
  const own = await listCentresById(db, centresWhere(ctx.actor, 'erasure.view'))
  const chosen = chosenCentre(own, asked.centre)
  if (chosen === null) return err({ code: 'forbidden', action: 'erasure.view' })
  const { centre, centres } = chosen
  const centreId = centre.id
  const permit = authorize(ctx.actor, 'erasure.view', { centreId })
  if (!permit.ok) return permit
  const total = await countErasures(db, centreId)
  const page = Math.min(asked.page, Math.max(1, Math.ceil(total / PAGE_SIZE)))
  const slice = { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE }
  const rows = asked.erasureId === null ? await listErasures(db, centreId, slice) : []
  const certificate =
    asked.erasureId === null ? null : await certificateOf(ctx, centreId, asked.erasureId)
  if (certificate === null && asked.erasureId !== null) return err({ code: 'erasure_not_found' })
  await recordRead(ctx, permit.value, centreId, {
    event: 'erasures_viewed',
    count: certificate === null ? rows.length : 1,
  })
  return ok({
    id: centreId,
    name: centre.name,
    centres,
    ...{ total, page, pageSize: PAGE_SIZE },
    rows: rows.map(({ id, number, ordered_at, finished_at, ground }) => ({
      ...{ id, number, orderedAt: ordered_at, finishedAt: finished_at, ground },
    })),
    certificate,
    mayTell: can(ctx.actor, 'erasure.tell', { centreId }),
  })
}

async function certificateOf(ctx: Context, centreId: CentreId, erasureId: string) {
  const { db } = ctx.database
  const row = await findErasureWithRule(db, centreId, erasureId)
  if (row === null) return null
  const recipients = await listRecipients(db, centreId, erasureId)
  return {
    id: row.id,
    number: row.number,
    state: row.state,
    ground: row.ground,
    orderer: row.orderer,
    orderedAt: row.ordered_at,
    keyGoneAt: row.key_gone_at,
    finishedAt: row.finished_at,
    rule:
      row.class === null || row.months === null
        ? null
        : { kind: row.class, months: row.months, citation: row.law_ref ?? '' },
    counts: JSON.parse(row.counts) as Partial<ErasedCounts>,
    backups: row.key_gone_at === null ? null : backupsAfter(row.key_gone_at),
    recipients: recipients.map((one) => ({
      ...{ id: one.id, kind: one.kind, school: one.school_name },
      ...{ caseNumber: one.case_number, toldAt: one.told_at },
    })),
  }
}

/** Until when copies that were made before the erasure are kept (promises.md §6.1). */
function backupsAfter(at: Instant) {
  const day = dayOf(at)
  return { keysUntil: addDays(day, KEY_BACKUP_DAYS), dataUntil: addDays(day, DATA_BACKUP_DAYS) }
}
