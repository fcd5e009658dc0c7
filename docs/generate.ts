/**
 * Makes the pages of docs/generated from the code they describe: `npm run docs`. With `--check` it
 * writes nothing and fails when one of them is not current, so that a change is seen by a person.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cruise } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { LEGAL_SOURCES, type LegalSource } from '#app/domain/law/legal-source.ts'
import { policyTable } from '#app/policy/policy.ts'
import { openMemory } from '#db/open.server.ts'
import {
  ASKING,
  FIELD_TABLE,
  FIELDS,
  FIELDS_AFTER_END,
  FIELDS_AFTER_ERASURE,
  type FieldRule,
  SEEN_BY_NOBODY,
} from '#tests/promises/field-table.ts'
import { asvsPage } from './asvs-page.ts'
import { packagesPage } from './packages-page.ts'
import { schemaPage } from './schema-page.ts'
import { table } from './table.ts'

const FOLDER = 'docs/generated'
const HEAD = '<!-- Made by docs/generate.ts. Change the code, then run `npm run docs`. -->\n\n'

/** After this many days somebody has to hold a rule against its text again. */
const LONGEST_UNCHECKED_DAYS = 365

const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  'policy.md': policyPage,
  'fields.md': fieldsPage,
  'law.md': lawPage,
  'schema.md': migratedSchemaPage,
  'dependencies.md': dependenciesPage,
  'packages.md': packagesPage,
  'asvs.md': asvsPage,
}

/** Who may do what, from the table the server decides by. */
function policyPage(): string {
  const rows = policyTable().flatMap(({ action, grants }) =>
    grants.map(({ role, when }) => [`\`${action}\``, `\`${role}\``, when]),
  )
  return `# Who may do what\n\n${table(['Action', 'Role', 'Where and when'], rows)}`
}

/** Which fields of a child each role sees on which page; a test holds the built pages against it. */
function fieldsPage(): string {
  const nobody = Object.entries(SEEN_BY_NOBODY).map(([field, why]) => [
    FIELDS[field as keyof typeof FIELDS].says,
    why,
  ])
  const intro =
    'At whatever stage of the case. Who is not named sees nothing of a child on that page; ' +
    '`tests/promises/p6-fields.test.ts` finds exactly this on the built pages.'
  return [
    `# Who sees which field\n\n${intro}\n\n${fieldsTable(FIELD_TABLE)}`,
    `## Once the case has ended\n\n${fieldsTable(FIELDS_AFTER_END)}`,
    `## Once the child is erased\n\n${fieldsTable(FIELDS_AFTER_ERASURE)}`,
    `## On no page\n\n${table(['Field', 'Why'], nobody)}`,
  ].join('\n')
}

function fieldsTable(rules: Readonly<Record<string, FieldRule>>): string {
  const rows = Object.entries(rules).flatMap(([route, rule]) =>
    ASKING.flatMap((role) => {
      const fields = (rule[role] ?? []).map((field) => FIELDS[field].says)
      return fields.length === 0 ? [] : [[`\`${route}\``, `\`${role}\``, fields.join(', ')]]
    }),
  )
  return table(['Page', 'Role', 'Fields'], rows)
}

/** Every legal source, the day somebody last held it against the text, and where it is used. */
function lawPage(): string {
  const sources = Object.entries<LegalSource>(LEGAL_SOURCES)
  const rows = sources.map(([name, { citation, checkedOn }]) => [
    citation,
    checkedOn ?? 'not yet',
    filesSaying(`LEGAL_SOURCES.${name}`).join(', ') || 'nowhere yet',
  ])
  return `# Law\n\n${table(['Source', 'Checked on', 'Used in'], rows)}`
}

/** The schema as it is after every migration. */
async function migratedSchemaPage(): Promise<string> {
  const database = openMemory()
  await database.migrate()
  const page = await schemaPage(database)
  await database.close()
  return page
}

/** Which layer imports which, as it is. */
async function dependenciesPage(): Promise<string> {
  const { options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs')
  const { output } = await cruise(
    ['app', 'db'],
    {
      ...options,
      ruleSet: {},
      includeOnly: '^(app|db)/',
      collapse: '^(app/[^/]+|db)',
      outputType: 'mermaid',
    },
    undefined,
    { tsConfig: extractTSConfig('tsconfig.json') },
  )
  return `# Layers\n\n\`\`\`mermaid\n${String(output).trim()}\n\`\`\`\n`
}

function filesSaying(text: string): readonly string[] {
  return readdirSync('app', { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => `app/${path}`)
    .filter((path) => readFileSync(path, 'utf8').includes(text))
    .toSorted()
}

/** Sentences about pages that are not what the code would make, and laws unchecked for too long. */
async function outdated(): Promise<readonly string[]> {
  const stale = []
  for (const [name, make] of Object.entries(pages)) {
    const path = `${FOLDER}/${name}`
    const current = existsSync(path) ? readFileSync(path, 'utf8') : ''
    if (current !== HEAD + (await make())) stale.push(`${path} is not current: run npm run docs`)
  }
  return [...stale, ...Object.values<LegalSource>(LEGAL_SOURCES).flatMap(overdueCheck)]
}

function overdueCheck({ citation, checkedOn }: LegalSource): readonly string[] {
  if (checkedOn === null) return []
  const days = (Date.now() - Date.parse(checkedOn)) / 86_400_000
  return days > LONGEST_UNCHECKED_DAYS ? [`${citation} was last checked on ${checkedOn}`] : []
}

async function writeAll(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  for (const [name, make] of Object.entries(pages)) {
    writeFileSync(`${FOLDER}/${name}`, HEAD + (await make()))
  }
}

if (process.argv.includes('--check')) {
  const complaints = await outdated()
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`)
  process.exitCode = complaints.length > 0 ? 1 : 0
} else await writeAll()
