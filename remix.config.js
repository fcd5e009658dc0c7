// The only build file; every command gets `-c remix.config.js` (docs/decisions/0001).
import { fileURLToPath } from 'node:url'
import { vitePlugin as remix } from '@remix-run/dev'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

/** @type {import('vite').UserConfig} */
export default {
  resolve: { alias: { '#app': here('./app'), '#db': here('./db'), '#tests': here('./tests') } },
  plugins: [
    remix({
      appDirectory: 'app',
      serverModuleFormat: 'esm',
      future: {
        v3_fetcherPersist: true,
        v3_relativeSplatPath: true,
        v3_throwAbortReason: true,
        v3_routeConfig: true,
        // Off on purpose: its endpoint has had denial-of-service advisories.
        v3_lazyRouteDiscovery: false,
        // Off on purpose: needs a turbo-stream with a known vulnerability.
        v3_singleFetch: false,
      },
    }),
  ],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    // not there on Node 20 (docs/decisions/0023): nothing to bundle, nothing to complain about
    rollupOptions: { external: ['better-sqlite3-node-api'] },
  },
}
