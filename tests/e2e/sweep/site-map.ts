import type { RouteConfigEntry } from '@remix-run/route-config'
import { STEP_ADDRESS } from '#app/forms/interview.ts'
import routes from '#app/routes.ts'
import type { DemoSamples } from './demo-samples.ts'

/** What stands for a parameter or a splat of an address, taken from the demo. */
const SAMPLES: Readonly<Record<string, (samples: DemoSamples) => readonly string[]>> = {
  id: ({ caseIds }) => caseIds,
  number: ({ schoolNumbers }) => schoolNumbers,
  '*': () => ['diese-seite-gibt-es-nicht'],
}

/** Stands in an address for the search word of whoever looks: it is sealed for one session. */
export const NOBODY = 'niemand-heisst-so'
const ENDED = 'von-einer-frueheren-anmeldung'

/** Views that the query string opens; looked at for the first of a pattern's addresses. */
const VIEWS: Readonly<Record<string, readonly string[]>> = {
  '/arbeitsliste': [
    ...['?nur=ueberfaellig', '?fuer=alle&nur=schule'],
    ...[`?suche=${NOBODY}`, `?suche=${ENDED}`],
  ],
  '/faelle': [
    ...['?stand=waiting', '?stand=closed', '?seite=4'],
    ...[`?suche=${NOBODY}`, `?stand=waiting&suche=${ENDED}`],
  ],
  '/faelle/:id': ['?verlauf=alle'],
  '/faelle/:id/beratung': Object.values(STEP_ADDRESS).map((step) => `?thema=${step}`),
  '/schulamt': ['?nur=ueberfaellig', '?nur=vormerkung&seite=3', '?alle=1'],
  '/schulamt/plaetze': ['?klasse=7&art=foerderplaetze', '?gemeinde=99001001', '?form=15&klasse=1'],
  '/schulen/ohne-platz': ['?sortierung=alter', '?gemeinde=99001001', '?seite=2'],
  '/familie': ['?sprache=de', '?sprache=en', '?sprache=ar'],
}

/**
 * Addresses that are no page of their own: they lead elsewhere, or always refuse. A page that is
 * missing here must be shown to somebody, or the sweep has looked at nothing.
 */
export const NEVER_SHOWN: readonly string[] = [
  ...[
    '/',
    '/anmelden/bestaetigen',
    '/anmelden/dienststelle',
    '/konto/dienststelle',
    '/abmelden',
    '/neuigkeiten',
    '/faelle/:id/zettel',
    '/*',
  ],
]

/** Every address of the route manifest, as a pattern: `/faelle/:id/termin`. */
export const PATTERNS: readonly string[] = patternsOf(await routes, '')

/**
 * The addresses to look at for one pattern of the manifest, filled in from the demo.
 * @throws when a parameter is unknown here: a new kind of page needs its samples.
 */
export function addressesOf(pattern: string, samples: DemoSamples): readonly string[] {
  const filled = pattern
    .split('/')
    .slice(1)
    .reduce<readonly string[]>(
      (begun, part) =>
        samplesOf(part, samples).flatMap((sample) => begun.map((path) => `${path}/${sample}`)),
      [''],
    )
  const views = (VIEWS[pattern] ?? []).map((view) => `${filled[0]}${view}`)
  return [...filled, ...views]
}

function samplesOf(part: string, samples: DemoSamples): readonly string[] {
  const parameter = part.startsWith(':') ? part.slice(1) : part
  if (!part.startsWith(':') && part !== '*') return [part]
  const known = SAMPLES[parameter]
  if (known === undefined) throw new Error(`The sweep knows no samples for ${part}`)
  return known(samples)
}

function patternsOf(entries: readonly RouteConfigEntry[], parent: string): readonly string[] {
  return entries.flatMap(({ path, children = [] }) => {
    const own = path === undefined ? parent : `${parent}/${path}`
    return [own === '' ? '/' : own, ...patternsOf(children, own)]
  })
}
