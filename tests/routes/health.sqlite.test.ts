import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { health } from '#app/http/health.server.ts'
import type { Deps } from '#app/services/context.server.ts'
import { connect, isConnectionHealthy, openFile } from '#db/open.server.ts'
import { kekOf } from '#db/sealing/kek.server.ts'
import { openKeyFile } from '#db/sealing/keys.server.ts'
import { makeWorld } from '#tests/setup/world.ts'

const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** A world whose data and keys lie in files, as those of an installation. */
async function onFiles(): Promise<{ readonly deps: Deps; readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'einstieg-health-'))
  folders.push(folder)
  const world = await makeWorld()
  const database = openFile(join(folder, 'data.db'))
  await database.migrate()
  const keys = openKeyFile(join(folder, 'keys.db'), kekOf(Buffer.alloc(32, 1)))
  await keys.migrate()
  return { deps: { ...world, database, keys }, folder }
}

const DOWN = { status: 503, body: { status: 'down' } }

test('ok while data and keys answer, also while names are read in', async () => {
  const { deps } = await onFiles()
  const filling = { ...deps, names: { ...deps.names, state: () => 'filling' as const } }

  expect(await health(deps)).toEqual({ status: 200, body: { status: 'ok', index: 'full' } })
  expect(await health(filling)).toEqual({ status: 200, body: { status: 'ok', index: 'filling' } })
})

test.each(['database', 'keys'] as const)('down when the %s are closed', async (what) => {
  const { deps } = await onFiles()
  await deps[what].close()

  expect(await health(deps)).toMatchObject(DOWN)
})

test.each(['data.db', 'keys.db'])('down when the file %s is gone', async (file) => {
  const { deps, folder } = await onFiles()
  await rename(join(folder, file), join(folder, `${file}.gone`))

  expect(await health(deps)).toMatchObject(DOWN)
})

test('a connection that no longer waits for the disk is down', async () => {
  const { folder } = await onFiles()
  const connection = connect(join(folder, 'data.db'))
  expect(isConnectionHealthy(connection)).toBe(true)
  connection.pragma('synchronous = OFF')
  expect(isConnectionHealthy(connection)).toBe(false)
  connection.close()
})
