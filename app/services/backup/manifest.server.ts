import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { Instant } from '#app/domain/time.ts'
import { decryptWith } from '#app/gateways/age.server.ts'
import { archiveOf, type Part, sha256Of, unpack } from '#app/gateways/archive.server.ts'
import type { BackupFileRefusal } from './refusals.ts'

const Manifest = z.object({
  format: z.literal(1),
  kind: z.enum(['data', 'keys']),
  createdAt: z.string().transform((text) => text as Instant),
  /** The same in the two files of one run. */
  pair: z.string(),
  program: z.string(),
  engine: z.enum(['sqlite', 'postgres']),
  schema: z.string(),
  counts: z.record(z.string(), z.number()),
  heads: z.array(
    z.object({
      centreId: z.string().transform((text) => text as CentreId),
      seq: z.number(),
      hmac: z.string(),
    }),
  ),
  parts: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
})

/** What a file of a backup says of itself; stands in it as `manifest.json`. */
export type Manifest = Readonly<z.output<typeof Manifest>>

/** What is in each of the two files, besides the manifest. */
export const PARTS = {
  sqlite: { data: 'einstieg.db', keys: 'keys.db' },
  postgres: { data: 'einstieg.dump', keys: 'keys.dump' },
} as const

const MANIFEST = 'manifest.json'

/** The bytes of a backup's file before they are encrypted: the manifest, then the copy. */
export async function bytesOf(
  folder: string,
  about: Omit<Manifest, 'format' | 'parts'>,
  { name, file }: Part,
): Promise<AsyncIterable<Uint8Array>> {
  const part = { name, bytes: (await stat(file)).size, sha256: await sha256Of(file) }
  const manifest: Manifest = { format: 1, ...about, parts: [part] }
  const manifestFile = join(folder, `${about.kind}-${MANIFEST}`)
  await writeFile(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  return archiveOf([
    { name: MANIFEST, file: manifestFile },
    { name, file },
  ])
}

/**
 * Decrypts a file of a backup into `folder` and compares every part with what the manifest says.
 * Refused: `backup_file_missing`, `backup_identity_wrong`, `backup_file_damaged`.
 */
export async function openBackup(
  file: string,
  identities: readonly string[],
  folder: string,
): Promise<Result<Manifest, BackupFileRefusal>> {
  if (!(await isFile(file))) return err({ code: 'backup_file_missing', file })
  try {
    const clear = await decryptWith(identities, file)
    if (clear === null) return err({ code: 'backup_identity_wrong', file })
    await unpack(clear as AsyncIterable<Uint8Array>, folder)
    const manifest = Manifest.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')))
    const found = await Promise.all(manifest.parts.map(({ name }) => sha256Of(join(folder, name))))
    const isWhole = manifest.parts.every(({ sha256 }, index) => sha256 === found[index])
    return isWhole ? ok(manifest) : err({ code: 'backup_file_damaged', file })
  } catch (accident) {
    if (isOutOfSpace(accident)) throw accident
    return err({ code: 'backup_file_damaged', file })
  }
}

/** Whether a write failed because nothing more fits. */
export function isOutOfSpace(accident: unknown): boolean {
  const code = (accident as { readonly code?: unknown } | null)?.code
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL'
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  )
}
