import { beforeEach } from 'vitest'

/**
 * The tests around this call are the steps of one way: after the first that fails the others fail
 * at once, with its name, instead of each waiting for a page that will not come.
 */
export function inOrder(): void {
  let failed: string | null = null
  beforeEach(({ task, onTestFailed }) => {
    if (failed !== null) throw new Error(`Not walked, because this failed: ${failed}`)
    onTestFailed(() => {
      failed ??= task.name
    })
  })
}
