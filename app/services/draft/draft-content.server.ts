import type { DraftField, TypedAt } from '#app/domain/draft/draft.ts'
import type { Row, Sealed } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { openForList, sealRecord } from '#db/sealing/records.server.ts'

/** What stands in a draft's envelope. */
export type DraftContent = {
  readonly fields: readonly DraftField[]
  /** Which page typed it, and when in the order of that page; null: it did not say. */
  readonly typedAt: TypedAt | null
}

type DraftPlace = Pick<Row<'draft'>, 'centre_id' | 'id'>

/** The envelope of a draft. */
export function sealDraft(
  key: SubjectKey,
  { centre_id, id }: DraftPlace,
  content: DraftContent,
): Sealed {
  return sealRecord(key, 'draft', centre_id, id, content)
}

/** What a draft holds; null when it does not open. */
export function openDraft(
  key: SubjectKey,
  { centre_id, id, sealed }: DraftPlace & { readonly sealed: Sealed },
): DraftContent | null {
  const opened = openForList<DraftContent | DraftContent['fields']>(
    key,
    'draft',
    centre_id,
    id,
    sealed,
  )
  // drafts of before the order was kept are the fields alone; the last of them is gone after a day
  return opened !== null && 'length' in opened ? { fields: opened, typedAt: null } : opened
}
