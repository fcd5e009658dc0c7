/**
 * Who may import whom (docs/decisions/0002). Each layer names the layers and packages it may know;
 * what is not named is forbidden.
 */
const layer = (path, mayImport, packages = []) => ({
  name: `${path.replace('/', '-')}-imports`,
  severity: 'error',
  comment: `${path} may import: ${[...mayImport, ...packages].join(', ') || 'nothing'}`,
  from: { path: `^${path}/` },
  to: {
    path: ['^(app|db|tests)/', 'node_modules/'],
    pathNot: [
      `^${path}/`,
      ...mayImport.map((known) => `^${known}(/|$)`),
      ...packages.map((known) => `node_modules/(@types/)?${known}/`),
    ],
  },
})

const REACT = ['react', 'react-dom']

module.exports = {
  forbidden: [
    layer('app/domain', []),
    layer('app/policy', ['app/domain']),
    layer('app/audit', ['app/domain']),
    layer(
      'app/gateways',
      ['app/domain'],
      [
        'zod',
        'age-encryption',
        'csv-parse',
        'topojson-client',
        'topojson-specification',
        'geojson',
        'uuidv7',
        'nodemailer',
        'openid-client',
      ],
    ),
    layer(
      'app/services',
      ['app/domain', 'app/policy', 'app/audit', 'app/gateways', 'db'],
      ['zod', 'otpauth', '@simplewebauthn/server'],
    ),
    layer(
      'app/presenters',
      [
        ...['app/domain', 'app/policy', 'app/audit', 'db'],
        ...['app/services/context.server.ts', 'app/services/transact.server.ts'],
        ...['app/services/refusals.ts', 'app/services/.*visible-case.server.ts'],
        ...['app/services/suggestion', 'app/services/family/kin.server.ts'],
        'app/services/account/(totp|passkey|session-name|staff-session).server.ts',
        // who has not read what they still have the role for: the mails ask the same
        'app/services/notice/unreached.server.ts',
        // what is due by which rule, and whether the clock is believed: decided in one place
        'app/services/privacy/due-children.server.ts',
        'app/services/draft/offered-draft.server.ts',
        // who decides on seats of a kind: asked by the page and by the write alike
        'app/services/seat/seat-permit.server.ts',
        // what the turn of the school year makes of pools: previewed and carried out by one plan
        'app/services/seat/turn-of-year.server.ts',
        // what speaks against a number of seats: said before it is saved and when it is
        'app/services/seat/checked-decision.server.ts',
        // what the start looks at: the operator's page shows the same list
        'app/services/operation/self-check.server.ts',
      ],
      ['qrcode'],
    ),
    layer('app/i18n', ['app/domain', 'app/services/refusals.ts'], ['i18next']),
    layer('app/forms', ['app/domain', 'app/i18n'], ['zod']),
    layer(
      'app/ui',
      // of a presenter only its types: what a page shows is said in one place
      [
        ...['app/domain', 'app/forms', 'app/i18n', 'app/policy', 'app/services/refusals.ts'],
        'app/presenters',
      ],
      [
        ...REACT,
        'react-hook-form',
        '@hookform/resolvers',
        '@remix-run/react',
        '@kern-ux',
        'zod',
        '@simplewebauthn/browser',
      ],
    ),
    layer(
      'app/deps',
      ['app/domain', 'app/gateways', 'app/services', 'db'],
      ['@node-rs/argon2', 'pino', 'uuidv7', 'zod'],
    ),
    layer(
      'app/http',
      [
        ...['app/deps', 'app/services', 'app/presenters', 'app/forms', 'app/policy'],
        ...[
          'app/gateways',
          'app/domain',
          'app/i18n',
          'app/jobs',
          'app/cli/demo',
          'db/open.server.ts',
          'db/unavailable.server.ts',
          // one question alone: a damaged record is refused with a sentence
          'db/sealing/envelope.ts',
        ],
      ],
      [
        'express',
        'helmet',
        'compression',
        'busboy',
        'isbot',
        'vite',
        '@remix-run',
        ...REACT,
        'prom-client',
        'zod',
      ],
    ),
    layer(
      'app/jobs',
      ['app/deps', 'app/services', 'app/presenters', 'app/gateways', 'app/domain', 'db'],
      [],
    ),
    layer(
      'app/cli',
      [
        ...['app/deps', 'app/services', 'app/presenters', 'app/gateways', 'app/domain'],
        ...['app/i18n', 'app/forms', 'app/jobs', 'app/policy'],
      ],
      ['zod', 'esbuild'],
    ),
    layer(
      'app/routes',
      [
        ...['app/http', 'app/presenters', 'app/services', 'app/forms', 'app/ui', 'app/i18n'],
        'app/domain',
      ],
      ['@remix-run/react', '@remix-run/node', '@remix-run/server-runtime', 'react'],
    ),
    layer('db', ['app/domain'], ['kysely', 'better-sqlite3', 'better-sqlite3-node-api', 'pg']),
    {
      name: 'sql-only-in-db',
      severity: 'error',
      from: { pathNot: '^(db|tests)/' },
      to: { path: 'node_modules/(@types/)?(kysely|better-sqlite3|better-sqlite3-node-api|pg)/' },
    },
    {
      name: 'one-module-loads-sqlite',
      comment:
        'Which driver runs depends on Node (docs/decisions/0023); tests ask the same module.',
      severity: 'error',
      from: { pathNot: '^db/(sqlite\\.server|better-sqlite3-node-api\\.d)\\.ts$' },
      to: { path: 'node_modules/better-sqlite3(-node-api)?/' },
    },
    {
      name: 'what-the-browser-runs-is-pure',
      comment: 'Rules, forms, sentences and components run in the browser too: no Node, no server.',
      severity: 'error',
      from: { path: '^app/(ui|forms|i18n|domain|policy|audit)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-server-value-in-the-browser',
      severity: 'error',
      from: { path: '^app/(ui|forms|i18n|domain|policy|audit)/' },
      to: { path: '\\.server\\.tsx?$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-tests-in-the-app',
      severity: 'error',
      from: { path: '^(app|db)/' },
      to: { path: '^tests/' },
    },
    {
      name: 'resolvable',
      comment: 'Node 20 leaves out the driver that needs a newer one (docs/decisions/0023).',
      severity: 'error',
      from: { path: '^(app|db)/', pathNot: '^app/routes\\.ts$' },
      to: { couldNotResolve: true, pathNot: '^(virtual:|better-sqlite3-node-api$)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
