import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Checkout, makeCheckout } from '#tests/setup/checkout.ts'
import { LAST, LONGEST } from '#tests/setup/longest-first.ts'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { freePort } from '#tests/setup/server.ts'

vi.setConfig({ testTimeout: 60_000 })

let checkout: Checkout
afterEach(() => checkout.remove())

/** Stands in for npm: writes down how it was called, and installs what the lock file names. */
const NPM = `#!/bin/sh
echo "$@" >> npm-calls
mkdir -p node_modules
cp package-lock.json node_modules/.package-lock.json
`

const LOCK = { packages: { '': {}, 'node_modules/a': { version: '1.0.0' } } }

describe('installing', () => {
  const install = (name: string) => [
    process.execPath,
    '-e',
    `import('./app/cli/install.mjs').then((it) => it.ensureInstalled()).then(() => console.log('${name}'))`,
  ]
  const calls = () =>
    existsSync(checkout.path('npm-calls')) ? readFileSync(checkout.path('npm-calls'), 'utf8') : ''

  function withNpm() {
    checkout = makeCheckout({ installed: false })
    checkout.write({ 'bin/npm': NPM, 'package-lock.json': JSON.stringify(LOCK) })
    return { PATH: `${checkout.path('bin')}:${process.env['PATH']}` }
  }

  test('happens when packages are missing, once, and says so on stderr alone', async () => {
    const env = withNpm()
    const first = await checkout.run(install('first'), env)
    const second = await checkout.run(install('second'), env)

    expect(calls()).toBe(
      'ci --ignore-scripts --include=dev --no-audit --no-fund\nrebuild --ignore-scripts=false better-sqlite3\n',
    )
    expect(first).toMatchObject({ code: 0, stdout: 'first\n' })
    expect(first.stderr).toContain('installiert')
    expect(second).toEqual({ code: 0, stdout: 'second\n', stderr: '' })
  })

  test('happens again under a Node whose binary interface is another', async () => {
    const env = withNpm()
    await checkout.run(install('first'), env)
    expect(readFileSync(checkout.path('.cache/installed-for'), 'utf8')).toBe(
      process.versions.modules,
    )
    checkout.write({ '.cache/installed-for': '1' })
    const second = await checkout.run(install('second'), env)
    const third = await checkout.run(install('third'), env)

    expect(calls().match(/ci /g)).toHaveLength(2)
    expect(second.stderr).toContain('installiert')
    expect(third.stderr).toBe('')
  })

  test('happens again when the lock file asks for another version', async () => {
    const env = withNpm()
    await checkout.run(install('first'), env)
    const newer = { packages: { '': {}, 'node_modules/a': { version: '1.0.1' } } }
    checkout.write({ 'package-lock.json': JSON.stringify(newer) })
    await checkout.run(install('second'), env)

    expect(calls().match(/ci /g)).toHaveLength(2)
  })

  test('does not mind an optional package of another platform', async () => {
    const env = withNpm()
    await checkout.run(install('first'), env)
    const optional = { 'node_modules/mac': { version: '1.0.0', optional: true } }
    checkout.write({
      'package-lock.json': JSON.stringify({ packages: { ...LOCK.packages, ...optional } }),
    })
    await checkout.run(install('second'), env)

    expect(calls().match(/ci /g)).toHaveLength(1)
  })

  test('begins anew after it broke off between the packages and their binaries', async () => {
    const env = withNpm()
    checkout.write({ 'bin/npm': `${NPM}[ "$1" = ci ] || exit 1\n` })
    const broken = await checkout.run(install('first'), env)
    checkout.write({ 'bin/npm': NPM })
    const second = await checkout.run(install('second'), env)

    expect(broken.code).toBe(1)
    expect(broken.stderr).toContain('npm rebuild) ist gescheitert')
    expect(second).toMatchObject({ code: 0, stdout: 'second\n' })
    expect(calls().match(/ci /g)).toHaveLength(2)
  })

  test('happens once when two commands start together', async () => {
    const env = withNpm()
    await Promise.all([checkout.run(install('a'), env), checkout.run(install('b'), env)])

    expect(calls().match(/ci /g)).toHaveLength(1)
  })

  test('is not kept waiting by a process that died while installing', async () => {
    const env = withNpm()
    const dead = spawn('true')
    await once(dead, 'close')
    checkout.write({ '.cache/install.lock': String(dead.pid) })

    expect((await checkout.run(install('done'), env)).stdout).toBe('done\n')
  })
})

describe('the terminal door', () => {
  const MAIN = `import { answer } from '#app/domain/answer.ts'
    process.stdout.write(JSON.stringify({ answer, args: process.argv.slice(2) }) + '\\n')
    process.exitCode = 1`

  test('bundles itself when older than the sources, and leaves stdout to the command', async () => {
    checkout = makeCheckout({ installed: true })
    checkout.write({
      'app/cli/main.ts': MAIN,
      'app/domain/answer.ts': 'export const answer: number = 1',
      'build/.keep': '',
    })
    const ki = ['npm', 'run', '-s', 'ki', '--', 'law', 'two words', '--json']
    const [first, second] = [await checkout.run(ki), await checkout.run(ki)]
    checkout.write({ 'app/domain/answer.ts': 'export const answer: number = 2' })
    const third = await checkout.run(ki)

    const args = ['law', 'two words', '--json']
    expect(first.code).toBe(1)
    expect([first, second, third].map(({ stdout }) => JSON.parse(stdout))).toEqual([
      { answer: 1, args },
      { answer: 1, args },
      { answer: 2, args },
    ])
    expect([first, second, third].map(({ stderr }) => stderr.includes('gebündelt'))).toEqual([
      true,
      false,
      true,
    ])
  })
})

describe('npm start', () => {
  const FILES = {
    'app/root.tsx': 'export default function Root() { return <html lang="de"><body /></html> }',
    'app/routes.ts': 'export default []',
    // Without an entry of its own, Remix would install packages for its default one.
    'app/entry.server.tsx': 'export default () => new Response()',
    'app/cli/main.ts': '',
    'app/http/main.ts': `import { createServer } from 'node:http'
      const build = await import(new URL('./server/index.js', import.meta.url).href)
      const server = createServer((_request, response) =>
        response.end(process.env.NODE_ENV + ' ' + Object.keys(build.routes)))
      server.listen(Number(process.env.PORT), '127.0.0.1')
      process.on('SIGTERM', () => process.exit(7))`,
  }

  test('builds, serves the production build, and leaves no server behind', async () => {
    checkout = makeCheckout({ installed: true })
    checkout.write(FILES)
    const port = await freePort()
    const npm = spawn('npm', ['start'], {
      cwd: checkout.path('.'),
      env: { ...process.env, PORT: String(port) },
      stdio: 'ignore',
    })
    const address = `http://127.0.0.1:${port}/`
    const served = await firstAnswer(address)
    npm.kill('SIGTERM')
    await once(npm, 'close')

    expect(served).toBe('production root')
    await expect(fetch(address)).rejects.toThrow()
  })
})

describe('the test run', () => {
  const TEST = "import { describe, expect, test } from 'vitest'\n"

  async function lastLineFor(text: string): Promise<readonly [string, number | null]> {
    checkout = makeCheckout({ installed: true })
    checkout.write({ 'tests/domain/a.test.ts': TEST + text })
    const { stdout, code } = await checkout.run(['npm', 'test', '--', 'tests/domain/a'])
    return [stdout.trim().split('\n').at(-1) ?? '', code]
  }

  test.each([
    ['a passing test', "test('a', () => {})", '1 passed, 0 failed, 0 skipped', 0],
    ['a failing test', "test('a', () => expect(1).toBe(2))", '0 passed, 1 failed, 0 skipped', 1],
    [
      'a skipped suite',
      "describe.skipIf(true)('x', () => test('a', () => {}))",
      '0 passed, 0 failed, 1 skipped',
      0,
    ],
    ['a file that throws', "throw new Error('x')", '0 passed, 2 failed, 0 skipped', 1],
    [
      'a process that dies',
      "test('a', () => process.kill(process.pid, 'SIGKILL'))",
      '0 passed, 1 failed, 1 skipped',
      1,
    ],
    [
      'an accident outside of every test',
      "test('a', () => {}); setTimeout(() => { throw new Error('late') })",
      '1 passed, 1 failed, 0 skipped',
      1,
    ],
  ])('counts %s', async (_what, text, line, code) => {
    expect(await lastLineFor(text)).toEqual([line, code])
  })

  test('leaves nothing in the folder for what is put aside', async () => {
    const putAside = "mkdtempSync(join(tmpdir(), 'left-'))"
    checkout = makeCheckout({ installed: true })
    checkout.write({
      'aside/here': '',
      'tests/domain/a.test.ts': `import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
${TEST}test('a', () => { expect(${putAside}).toContain('/aside/') })`,
    })
    const TMPDIR = checkout.path('aside')
    const { code } = await checkout.run(['npm', 'test', '--', 'tests/domain/a'], { TMPDIR })
    expect(code).toBe(0)
    expect(readdirSync(TMPDIR)).toEqual(['here'])
  })

  test('begins and ends with files that are there', () => {
    expect([...LONGEST, LAST].filter((name) => !existsSync(`${repositoryRoot}/${name}`))).toEqual(
      [],
    )
  })
})

async function firstAnswer(address: string): Promise<string> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await fetch(address).catch(() => null)
    if (answer !== null) return answer.text()
    await wait(100)
  }
  throw new Error('The server never answered')
}
