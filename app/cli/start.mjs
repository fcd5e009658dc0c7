// `npm start`: installs when needed, builds when needed, then *is* the server: no process stands
// between a signal and the server, and its exit code is ours. The server migrates by itself.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, ensureInstalled, root } from './install.mjs'

process.chdir(root)
await ensureInstalled()
ensureBuilt()
process.env.NODE_ENV = 'production'
process.setSourceMapsEnabled(true)
await import(pathToFileURL(join(root, 'build/main.js')).href)
