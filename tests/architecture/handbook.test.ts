import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FORM_BYTES, UPLOAD_BYTES } from '#app/http/headers.ts'
import { LONGEST_STOP_MS } from '#app/http/server.ts'
import { mayOthersRead } from '#db/sealing/kek.server.ts'
import { repositoryRoot, systemdPresent } from '#tests/setup/paths.ts'
import { systemdAnalyzePath } from '#tests/setup/tools.mjs'

const read = (path: string) => readFileSync(`${repositoryRoot}/${path}`, 'utf8')
const unit = read('docs/handbook/einstieg.service')
const proxy = read('docs/handbook/nginx.conf')

/** Names a unit puts into the environment. */
function settingsIn(text: string): readonly string[] {
  return [...text.matchAll(/^Environment=(\w+)=/gm)].map(([, name = '']) => name)
}

function unknownSettings(text: string): readonly string[] {
  const schema = read('app/deps/env.server.ts')
  return settingsIn(text).filter(
    (name) => name !== 'NODE_ENV' && !new RegExp(`^ {2}${name}:`, 'm').test(schema),
  )
}

/** Units that stand in a page, by the file name behind `ini`. */
function unitsIn(page: string): Readonly<Record<string, string>> {
  const blocks = [...page.matchAll(/^```ini (\S+)\n([\s\S]*?)^```$/gm)]
  return Object.fromEntries(blocks.map(([, name = '', text = '']) => [name, text]))
}

/** What systemd has against units that belong together, by their file names; empty: nothing. */
function complaintsAbout(units: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'einstieg-unit-'))
  const files = Object.entries(units).map(([name, text]) => {
    writeFileSync(join(folder, name), text.replaceAll('/usr/bin/node', process.execPath))
    return join(folder, name)
  })
  const { status, stderr } = spawnSync(
    systemdAnalyzePath() ?? '',
    ['verify', '--man=no', '--recursive-errors=no', ...files],
    { encoding: 'utf8' },
  )
  rmSync(folder, { recursive: true })
  const own = stderr.split('\n').filter((line) => /einstieg[-\w]*\.(service|timer)/.test(line))
  return status === 0 ? own.join('\n') : own.join('\n') || `status ${status}`
}

describe('the unit for systemd', () => {
  test('sets what the program reads, and nothing else', () => {
    expect(settingsIn(unit)).toContain('KEY_FILE')
    expect(unknownSettings(unit)).toEqual([])
    expect(unknownSettings('Environment=SECRET_SWITCH=1')).toEqual(['SECRET_SWITCH'])
  })

  test('shuts the service in', () => {
    for (const line of [
      ...['NoNewPrivileges=yes', 'ProtectSystem=strict', 'PrivateTmp=yes', 'ProtectHome=yes'],
      ...['CapabilityBoundingSet=', 'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX'],
      ...['ReadWritePaths=/var/lib/einstieg', 'LoadCredential=kek:/etc/einstieg/kek'],
      ...['IPAddressDeny=any', 'IPAddressAllow=localhost', 'MemoryMax=1G', 'UMask=0077'],
    ]) {
      expect(unit.split('\n')).toContain(line)
    }
  })

  test('waits longer for the end than the program takes for it', () => {
    const [, given] = /^TimeoutStopSec=(\d+)$/m.exec(unit) ?? []
    expect(LONGEST_STOP_MS).toBeLessThan(10_000)
    expect(Number(given) * 1000).toBeGreaterThan(3 * LONGEST_STOP_MS)
  })

  test('the key that systemd hands over is taken, one that strangers may read is not', () => {
    const handed = '/run/credentials/einstieg.service/kek'
    expect([0o400, 0o440].map((mode) => mayOthersRead(handed, mode))).toEqual([false, false])
    expect([0o444, 0o460, 0o404].map((mode) => mayOthersRead(handed, mode))).toEqual([
      ...[true, true, true],
    ])
    expect(mayOthersRead('/etc/einstieg/kek', 0o440)).toBe(true)
    expect(mayOthersRead('/run/credentials/../../etc/kek', 0o440)).toBe(true)
  })

  describe.skipIf(!systemdPresent)('(needs systemd-analyze)', () => {
    const alone = (text: string) => complaintsAbout({ 'einstieg.service': text })

    test('is understood by systemd', () => {
      expect(alone(unit)).toBe('')
      // control
      expect(alone(unit.replace('ProtectHome=yes', 'ProtectHome=perhaps'))).not.toBe('')
      expect(alone(unit.replace('PrivateTmp', 'PrivateTemp'))).not.toBe('')
    })

    test('so is the nightly backup with its timer', () => {
      const nightly = unitsIn(read('docs/handbook/sichern-und-zurueckspielen.md'))
      expect(Object.keys(nightly)).toEqual(['einstieg-backup.service', 'einstieg-backup.timer'])
      expect(complaintsAbout(nightly)).toBe('')
      // control
      const { 'einstieg-backup.timer': timer = '', ...service } = nightly
      const broken = { ...service, 'einstieg-backup.timer': timer.replace('02:15', '25:15') }
      expect(complaintsAbout(broken)).not.toBe('')
    })
  })

  test('the nightly backup has the settings of the service', () => {
    const { 'einstieg-backup.service': backup = '' } = unitsIn(
      read('docs/handbook/sichern-und-zurueckspielen.md'),
    )
    expect(unknownSettings(backup)).toEqual([])
    const shared = ['ORIGIN', 'DATA_DIR', 'KEY_FILE']
    const lineOf = (text: string, name: string) =>
      new RegExp(`^Environment=${name}=.*$`, 'm').exec(text)?.[0] ?? `${name} is missing`
    expect(shared.map((name) => lineOf(backup, name))).toEqual(
      shared.map((name) => lineOf(unit, name)),
    )
  })
})

describe('the reverse proxy', () => {
  test('has the limits of the program', () => {
    const limits = [...proxy.matchAll(/client_max_body_size\s+(\d+)([km]);/g)].map(
      ([, count, size]) => Number(count) * (size === 'k' ? 1024 : 1024 * 1024),
    )
    expect(limits).toEqual([FORM_BYTES, UPLOAD_BYTES])
  })

  test('leaves the security headers to the program', () => {
    expect(proxy).not.toMatch(/^\s*add_header/m)
  })
})

test('the pages of the handbook that others point to exist', () => {
  const pages = ['README.md', 'SECURITY.md', 'docs/handbook/installieren.md']
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target = '']) =>
      join(page, '..', target),
    ),
  )
  expect(links.length).toBeGreaterThan(10)
  expect(links.filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([])
})
