// `npm run build`: pages by Remix, then the server and the terminal beside them.
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { alone, ensureInstalled, isCurrent, root, run, say, sourcesHash } from './install.mjs'

/** Bundles `entry` to `build/<name>.js`; replaced in one step, since another process may read it. */
export async function bundle(entry, name) {
  const { build } = await import('esbuild')
  const target = join(root, `build/${name}.js`)
  const draft = join(root, `build/.${name}-${process.pid}.js`)
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: draft,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'warning',
  })
  renameSync(draft, target)
}

/** Bundles the terminal door and stamps it with the sources it was made from. */
export async function bundleTerminal(hash) {
  await bundle('app/cli/main.ts', 'ki')
  writeFileSync(join(root, 'build/ki.stamp'), hash)
}

async function buildAll() {
  const hash = sourcesHash()
  say('Einstieg wird gebaut …')
  // Remix empties build/ first, so everything else is made after it.
  run(
    process.execPath,
    ['node_modules/@remix-run/dev/dist/cli.js', 'vite:build', '-c', 'remix.config.js'],
    { env: { ...process.env, NODE_ENV: 'production' }, whatFailed: 'Remix konnte nicht bauen.' },
  )
  await bundle('app/http/main.ts', 'main')
  await bundleTerminal(hash)
  writeFileSync(join(root, 'build/stamp'), hash)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await ensureInstalled()
  await alone(async () => {
    if (isCurrent('build/stamp')) say('Der Bau ist schon auf dem Stand der Quellen.')
    else await buildAll()
  })
}
