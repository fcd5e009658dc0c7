import * as oidc from 'openid-client'

/** What a sign-in at the provider is tied to: made by us, never sent by a browser in the clear. */
export type ProviderRequest = {
  /** Where the provider sends the browser back to. */
  readonly redirectTo: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Who the provider says somebody is. `issuer` and `subject` together are the person, nothing else. */
export type ProvenByProvider = {
  readonly issuer: string
  readonly subject: string
  /** The provider asked for more than a password. */
  readonly hasSecondFactor: boolean
}

/** The single sign-on of an installation (OpenID Connect, code flow with PKCE). */
export type Provider = {
  /** Where to send the browser; null: the provider does not answer. */
  readonly addressFor: (request: ProviderRequest) => Promise<string | null>
  /** Who came back to `url`; null: nothing that holds was proven, or the provider does not answer. */
  readonly whoCameBack: (url: string, request: ProviderRequest) => Promise<ProvenByProvider | null>
}

export type ProviderSettings = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

const TIMEOUT_SECONDS = 10
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/** Levels that mean more than a password; of the ways of proof (RFC 8176) only `mfa` says so alone. */
const STRONG_LEVELS = [
  'phr',
  'phrh',
  'https://refeds.org/profile/mfa',
  'http://eidas.europa.eu/LoA/substantial',
  'http://eidas.europa.eu/LoA/high',
]

/**
 * A provider by its settings. What it says of itself is read at first use and kept; while it cannot
 * be reached, nobody signs in by it and everything else works.
 */
export function openProvider(settings: ProviderSettings): Provider {
  let known: Promise<oidc.Configuration> | null = null
  const configuration = () => {
    known ??= discover(settings).catch((accident: unknown) => {
      known = null
      throw accident
    })
    return known
  }
  return {
    addressFor: (request) => orNull(async () => addressOf(await configuration(), request)),
    whoCameBack: (url, request) =>
      orNull(async () => provenIn(await configuration(), new URL(url), request)),
  }
}

async function discover({ issuer, clientId, clientSecret }: ProviderSettings) {
  const server = new URL(issuer)
  const isLocal = server.protocol === 'http:' && LOOPBACK.includes(server.hostname)
  const config = await oidc.discovery(server, clientId, clientSecret, undefined, {
    timeout: TIMEOUT_SECONDS,
    // a provider on this very machine may speak http; any other is refused by the library
    execute: isLocal ? [oidc.allowInsecureRequests] : [],
  })
  // the signature is checked although TLS already vouches for the sender
  oidc.enableNonRepudiationChecks(config)
  return config
}

async function addressOf(config: oidc.Configuration, request: ProviderRequest): Promise<string> {
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri: request.redirectTo,
    scope: 'openid',
    state: request.state,
    nonce: request.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(request.verifier),
    code_challenge_method: 'S256',
  })
  return address.href
}

async function provenIn(
  config: oidc.Configuration,
  url: URL,
  request: ProviderRequest,
): Promise<ProvenByProvider | null> {
  const answered = new URL(request.redirectTo)
  answered.search = url.search
  const tokens = await oidc.authorizationCodeGrant(config, answered, {
    expectedState: request.state,
    expectedNonce: request.nonce,
    pkceCodeVerifier: request.verifier,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (claims === undefined || claims.sub === '') return null
  return { issuer: claims.iss, subject: claims.sub, hasSecondFactor: isStrong(claims) }
}

function isStrong({ amr, acr }: oidc.IDToken): boolean {
  return (Array.isArray(amr) && amr.includes('mfa')) || STRONG_LEVELS.includes(String(acr))
}

/** Whatever is wrong with an answer, and whatever keeps it from coming: nobody is proven. */
async function orNull<T>(work: () => Promise<T | null>): Promise<T | null> {
  try {
    return await work()
  } catch {
    return null
  }
}
