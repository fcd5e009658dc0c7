import type { AccountId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { SchoolListCounts } from '#app/domain/school/compare-school-list.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import { authorize } from '#app/policy/policy.ts'
import { countTries, type TooManyTries } from '../account/limits.server.ts'
import type { Context } from '../context.server.ts'
import {
  type ImportRefusal,
  importSchoolList,
  previewSchoolList,
  type SchoolListPreview,
} from './import-school-list.server.ts'

/** How long a file waits between preview and import. */
const KEPT_MINUTES = 15

/** The list of May 2026 has 1.8 MB. */
const MOST_BYTES = 8_000_000

/** Reading a list keeps a processor busy for a second or two. */
const UPLOADS = { tries: 20, minutes: 15 } as const

type Upload = {
  readonly token: string
  readonly bytes: Uint8Array
  readonly preview: SchoolListPreview
  readonly keptUntil: Instant
}

/**
 * One file per person, in the memory of this process: a second process does not know it and asks to
 * upload it once more. Operators are few, and a new file replaces the old one.
 */
const uploads = new Map<AccountId, Upload>()

export type UploadRefusal = ImportRefusal | TooManyTries | { readonly code: 'file_too_large' }

/**
 * Reads a school list, keeps it for a quarter of an hour and returns the token of its preview;
 * nothing is stored. Refused: what the import would refuse, `file_too_large`, `too_many_tries`.
 */
export async function uploadSchoolList(
  ctx: Context,
  bytes: Uint8Array,
): Promise<Result<{ readonly token: string }, UploadRefusal>> {
  const { actor } = ctx
  const permit = authorize(actor, 'school.import', null)
  if (!permit.ok) return permit
  if (actor.kind !== 'staff') return err({ code: 'forbidden', action: 'school.import' })
  if (bytes.byteLength > MOST_BYTES) return err({ code: 'file_too_large' })
  const counted = await countTries(ctx, [{ what: `upload|${actor.accountId}`, limit: UPLOADS }])
  if (!counted.ok) return counted
  const preview = await previewSchoolList(ctx, bytes)
  if (!preview.ok) return preview
  forgetOldUploads(instant(ctx.clock))
  const token = ctx.secrets.token()
  const keptUntil = addHours(instant(ctx.clock), KEPT_MINUTES / 60)
  uploads.set(actor.accountId, { token, bytes, preview: preview.value, keptUntil })
  return ok({ token })
}

/** The preview of the person's own upload, or null: never sent, replaced, or too long ago. */
export function findUpload(ctx: Context, token: string | null): SchoolListPreview | null {
  return uploadOf(ctx, token)?.preview ?? null
}

/**
 * Takes over the uploaded list, counted anew: the schools may have changed since the preview.
 * Refused: `upload_gone`, and what the import refuses.
 */
export async function importUpload(
  ctx: Context,
  command: { readonly token: string; readonly acceptClosures: boolean },
): Promise<Result<SchoolListCounts, ImportRefusal | { readonly code: 'upload_gone' }>> {
  const permit = authorize(ctx.actor, 'school.import', null)
  if (!permit.ok) return permit
  const upload = uploadOf(ctx, command.token)
  if (upload === null) return err({ code: 'upload_gone' })
  const { acceptClosures } = command
  return importSchoolList(ctx, { bytes: upload.bytes, acceptClosures })
}

function uploadOf(ctx: Context, token: string | null): Upload | null {
  if (ctx.actor.kind !== 'staff' || token === null) return null
  const upload = uploads.get(ctx.actor.accountId)
  const isLive = upload?.token === token && upload.keptUntil > instant(ctx.clock)
  return isLive ? upload : null
}

function forgetOldUploads(now: Instant): void {
  for (const [accountId, { keptUntil }] of uploads) {
    if (keptUntil <= now) uploads.delete(accountId)
  }
}
