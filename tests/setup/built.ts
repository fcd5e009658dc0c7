import { execFileSync } from 'node:child_process'
import { repositoryRoot } from '#tests/setup/paths.ts'

/** Journeys and promises run against the served build: made here when it is older than the sources. */
export default function setup(): void {
  execFileSync(process.execPath, ['app/cli/build.mjs'], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
