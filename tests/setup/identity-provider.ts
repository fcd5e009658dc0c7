import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'

/** What the provider's next token says; each part can be made wrong. */
export type Told = {
  readonly subject?: string
  /** Laid over the claims a good token has; `undefined` leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Signed with a key the provider does not publish. */
  readonly hasForeignKey?: boolean
  readonly isUnsigned?: boolean
  /** What stands in the answer instead of the signed token. */
  readonly token?: (good: string) => string | undefined
  /** The whole answer of the token endpoint instead. */
  readonly answer?: { readonly status: number; readonly body: unknown }
}

/** A small identity provider over real HTTP on loopback: code flow, PKCE, signed tokens. */
export type IdentityProvider = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** What a person does there: follows our address, signs in, comes back to this one. */
  readonly comeBack: (address: string, told?: Told) => Promise<string>
  /** What our address asked for, last. */
  readonly asked: () => URLSearchParams
  readonly close: () => Promise<void>
}

type Grant = {
  readonly nonce: string
  readonly challenge: string
  readonly redirectTo: string
  readonly told: Told
}

/** Starts a provider of its own. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const client = { clientId: 'einstieg', clientSecret: 'secret of the tests' }
  const own = await generateKeyPair('RS256')
  const foreign = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }
  const grants = new Map<string, Grant>()
  let issuer = ''
  let asked = new URLSearchParams()

  async function tokenFor({ nonce, told }: Grant): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const good: JWTPayload = {
      ...{ iss: issuer, sub: told.subject ?? 'person-1', aud: client.clientId, nonce },
      ...{ iat: now, exp: now + 300 },
    }
    const claims = JSON.parse(JSON.stringify({ ...good, ...told.claims })) as JWTPayload
    if (told.isUnsigned) return new UnsecuredJWT(claims).encode()
    const { privateKey } = told.hasForeignKey ? foreign : own
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(privateKey)
  }

  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = new URLSearchParams(await textOf(request))
    const grant = grants.get(sent.get('code') ?? '')
    grants.delete(sent.get('code') ?? '')
    const verifier = createHash('sha256').update(sent.get('code_verifier') ?? '')
    const isRight =
      grant !== undefined &&
      verifier.digest('base64url') === grant.challenge &&
      sent.get('redirect_uri') === grant.redirectTo &&
      sent.get('client_id') === client.clientId &&
      sent.get('client_secret') === client.clientSecret
    if (!isRight) return send(response, 400, { error: 'invalid_grant' })
    const { answer, token } = grant.told
    if (answer !== undefined) return send(response, answer.status, answer.body)
    const good = await tokenFor(grant)
    const id_token = token === undefined ? good : token(good)
    send(response, 200, { access_token: 'access', token_type: 'Bearer', id_token })
  }

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === '/.well-known/openid-configuration') {
      return send(response, 200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      })
    }
    if (pathname === '/keys') return send(response, 200, { keys: [jwk] })
    if (pathname === '/token') return void exchange(request, response)
    return send(response, 404, {})
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    ...client,
    get issuer() {
      return issuer
    },
    asked: () => asked,
    comeBack: async (address, told = {}) => {
      asked = new URL(address).searchParams
      const code = randomUUID()
      const redirectTo = asked.get('redirect_uri') ?? ''
      grants.set(code, {
        ...{ redirectTo, told, nonce: asked.get('nonce') ?? '' },
        challenge: asked.get('code_challenge') ?? '',
      })
      return `${redirectTo}?${new URLSearchParams({ code, state: asked.get('state') ?? '' })}`
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
