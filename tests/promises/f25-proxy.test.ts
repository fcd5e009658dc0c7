import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as requestTls } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connect as connectTls, type SecureVersion } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { nginxPresent, repositoryRoot } from '#tests/setup/paths.ts'
import { freePort, startServer, type TestServer } from '#tests/setup/server.ts'
import { openBrowser } from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'
import { nginxPath } from '#tests/setup/tools.mjs'

const HOST = 'einstieg.example'
const ORIGIN = `https://${HOST}`
/** Tries at one account from one address before it must wait (`sign-in.server.ts`). */
const TRIES = 10

let world: SharedWorld
let server: TestServer
let folder: string
let nginx: ChildProcess
let tlsPort: number

/** The handbook's own file with this test's ports and certificate in it. */
async function startProxy(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'einstieg-proxy-'))
  const openssl = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1']
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  execFileSync('openssl', [...openssl, '-subj', `/CN=${HOST}`, ...files], { stdio: 'ignore' })
  tlsPort = await freePort()
  const site = readFileSync(join(repositoryRoot, 'docs/handbook/nginx.conf'), 'utf8')
    .replaceAll('/etc/ssl/einstieg', folder)
    .replaceAll('listen 443', `listen 127.0.0.1:${tlsPort}`)
    .replace('listen 80', `listen 127.0.0.1:${await freePort()}`)
    .replace('127.0.0.1:3000', `127.0.0.1:${server.port}`)
  mkdirSync(join(folder, 'temp'))
  writeFileSync(join(folder, 'site.conf'), site)
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/temp/${kind};`)
    .join('\n')
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; ${process.getuid?.() === 0 ? 'user root;' : ''} worker_processes 1; pid ${folder}/pid;
     error_log ${folder}/error.log;
     events { worker_connections 256; }
     http { ${temps} include ${folder}/site.conf; }`,
  )
  const program = nginxPath() ?? ''
  execFileSync(program, ['-t', '-c', join(folder, 'nginx.conf')], { stdio: 'pipe' })
  nginx = spawn(program, ['-c', join(folder, 'nginx.conf')], { stdio: 'ignore' })
  for (let tries = 0; tries < 100; tries += 1) {
    const isUp = await say(tlsPort, '').then(
      () => true,
      () => false,
    )
    if (isUp) return
    await wait(50)
  }
  throw new Error(readFileSync(join(folder, 'error.log'), 'utf8'))
}

describe.skipIf(!nginxPresent)('F25: behind the proxy of the handbook (needs nginx)', () => {
  beforeAll(async () => {
    world = await makeFileWorld()
    server = await startServer({
      dataDir: world.dataDir,
      env: { ...world.env, ORIGIN, KEY_FILE: outside(world), SECURITY_CONTACT: 'tel:+49-0' },
    })
    await startProxy()
  })

  afterAll(async () => {
    nginx?.kill('SIGTERM')
    await server?.stop()
    await world?.close()
    rmSync(`${world?.dataDir}-kek`, { force: true })
    rmSync(folder, { recursive: true, force: true })
  })

  test('pages come over TLS 1.2 and 1.3 with the headers of the program, each once', async () => {
    expect(await protocolOf('TLSv1.2')).toBe('TLSv1.2')
    expect(await protocolOf('TLSv1.3')).toBe('TLSv1.3')
    await expect(protocolOf('TLSv1.1')).rejects.toThrow()
    const reply = await say(tlsPort, get('/anmelden'))
    expect(reply).toMatch(/^HTTP\/1\.1 200/)
    for (const header of ['strict-transport-security', 'content-security-policy', 'x-robots-tag']) {
      expect(reply.toLowerCase().split(`\n${header}:`)).toHaveLength(2)
    }
    expect(await say(tlsPort, get('/.well-known/security.txt'))).toContain('Contact: tel:+49-0')
  })

  test('a spoofed X-Forwarded-For does not buy another try', {
    timeout: guard(60_000),
  }, async () => {
    const statuses = []
    for (let at = 0; at <= TRIES; at += 1) {
      statuses.push(await signInFrom(`203.0.113.${at}`, 'opfer@beispiel.example', true))
    }
    expect(statuses.slice(0, TRIES)).not.toContain(429)
    expect(statuses.at(-1)).toBe(429)
    // control: told so by the proxy on loopback, the program does believe other addresses
    const direct = []
    for (let at = 0; at <= TRIES; at += 1) {
      direct.push(await signInFrom(`203.0.113.${at}`, 'andere@beispiel.example', false))
    }
    expect(direct).not.toContain(429)
  })

  test('a foreign Host is not served, a forwarded one changes nothing', async () => {
    expect(await say(tlsPort, get('/anmelden', { Host: 'evil.example' }))).toMatch(
      /^HTTP\/1\.1 421/,
    )
    const forwarded = { 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' }
    const reply = await say(tlsPort, get('/verwaltung', forwarded))
    expect(reply).toMatch(/^HTTP\/1\.1 303/)
    expect(reply).toMatch(/\r\nlocation: \/anmelden/i)
    expect(reply).not.toContain('evil.example')
    const form = 'POST /anmelden HTTP/1.1\r\nOrigin: https://evil.example\r\nContent-Length: 0\r\n'
    const spoofed = `${form}Host: ${HOST}\r\nX-Forwarded-Host: evil.example\r\n\r\n`
    expect(await say(tlsPort, spoofed)).toMatch(/^HTTP\/1\.1 403/)
  })

  test('two lengths, or a length and chunks, are refused by the proxy and by the program', async () => {
    const head = `POST /anmelden HTTP/1.1\r\nHost: ${HOST}\r\nOrigin: ${ORIGIN}\r\n`
    const twice = `${head}Content-Length: 3\r\nContent-Length: 4\r\n\r\na=bc`
    const both = `${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`
    for (const smuggled of [twice, both]) {
      expect(await say(tlsPort, smuggled)).toMatch(/^HTTP\/1\.1 400/)
      expect(await sayPlain(server.port, smuggled)).toMatch(/^HTTP\/1\.1 400/)
    }
    // control: with one length the same form is read, and answered as one without our token
    const form = `${head}Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n`
    const once = `${form}Content-Length: 3\r\n\r\na=b`
    expect(await say(tlsPort, once)).toMatch(/^HTTP\/1\.1 403/)
  })

  test('what is too large is refused before it is sent, by the same measure', async () => {
    const post = (path: string, bytes: number) =>
      `POST ${path} HTTP/1.1\r\nHost: ${HOST}\r\nOrigin: ${ORIGIN}\r\nContent-Length: ${bytes}\r\n\r\n`
    expect(await say(tlsPort, post('/anmelden', 256 * 1024 + 1))).toMatch(/^HTTP\/1\.1 413/)
    expect(await sayPlain(server.port, post('/anmelden', 256 * 1024 + 1))).toMatch(
      /^HTTP\/1\.1 413/,
    )
    const huge = 16 * 1024 * 1024 + 1
    expect(await say(tlsPort, post('/verwaltung/schulen', huge))).toMatch(/^HTTP\/1\.1 413/)
  })

  test('the figures are not to be had through it', async () => {
    expect(await say(tlsPort, get('/metrics'))).not.toContain('einstieg_')
  })
})

/** An installation's key lies outside of its data. */
function outside({ dataDir, env }: SharedWorld): string {
  const file = `${dataDir}-kek`
  writeFileSync(file, readFileSync(env['KEY_FILE'] ?? join(dataDir, 'keys/kek')), { mode: 0o400 })
  return file
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = { Host: HOST, Connection: 'close', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

async function protocolOf(version: SecureVersion): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const ciphers = version === 'TLSv1.1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}
    const options = { minVersion: version, maxVersion: version, rejectUnauthorized: false }
    const socket = connectTls(
      { port: tlsPort, host: '127.0.0.1', servername: HOST, ...options, ...ciphers },
      () => {
        resolve(socket.getProtocol())
        socket.destroy()
      },
    )
    socket.once('error', reject)
  })
}

/** Sends exactly these bytes and returns what came back; the empty text only connects. */
function say(port: number, bytes: string): Promise<string> {
  return exchange(
    (ready) =>
      connectTls({ port, host: '127.0.0.1', servername: HOST, rejectUnauthorized: false }, ready),
    bytes,
  )
}

function sayPlain(port: number, bytes: string): Promise<string> {
  return exchange((ready) => connectPlain({ port, host: '127.0.0.1' }, ready), bytes)
}

function exchange(
  open: (ready: () => void) => ReturnType<typeof connectPlain>,
  bytes: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = open(() => (bytes === '' ? end() : socket.write(bytes)))
    const end = () => {
      socket.destroy()
      resolve(heard)
    }
    socket.setTimeout(3_000, end)
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString()
    })
    socket.once('end', end)
    socket.once('error', (failure) => (heard === '' ? reject(failure) : end()))
  })
}

/** A wrong sign-in that claims to come from `address`; its status. */
async function signInFrom(address: string, email: string, throughProxy: boolean): Promise<number> {
  const door = { port: server.port, origin: ORIGIN }
  const browser = openBrowser(door)
  const csrf = await browser.csrf()
  const body = new URLSearchParams({ _csrf: csrf, _idem: `x${address}`, email, password: 'falsch' })
  const headers = {
    Host: HOST,
    Origin: ORIGIN,
    Cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': String(Buffer.byteLength(body.toString())),
    'X-Forwarded-For': address,
  }
  if (!throughProxy) {
    const path = '/anmelden'
    return (await browser.send({ method: 'POST', path, form: Object.fromEntries(body), headers }))
      .status
  }
  return new Promise((resolve, reject) => {
    const asking = requestTls(
      {
        ...{ host: '127.0.0.1', port: tlsPort, servername: HOST, rejectUnauthorized: false },
        ...{ method: 'POST', path: '/anmelden', headers },
      },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    asking.once('error', reject)
    asking.end(body.toString())
  })
}
