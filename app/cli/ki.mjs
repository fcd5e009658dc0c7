// `npm run -s ki -- <noun> <verb>`: the terminal door. stdout belongs to the command alone.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { alone, ensureInstalled, isCurrent, root, say, sourcesHash } from './install.mjs'

await ensureInstalled()
if (!isCurrent('build/ki.stamp')) {
  const { bundleTerminal } = await import('./build.mjs')
  await alone(async () => {
    if (isCurrent('build/ki.stamp')) return
    say('Das Terminalprogramm wird neu gebündelt …')
    await bundleTerminal(sourcesHash())
  })
}
process.env.NODE_ENV = 'production'
await import(pathToFileURL(join(root, 'build/ki.js')).href)
