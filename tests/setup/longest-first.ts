import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What takes minutes, the longest first: two workers that begin with these end together, instead of one
 * that waits for the other's last. Everything else comes after them, in Vitest's own order.
 */
export const LONGEST = [
  'tests/e2e/sweep.test.ts',
  'tests/promises/p22-text.test.ts',
  'tests/promises/p5-matrix.test.ts',
  'tests/promises/p2-killed.test.ts',
  'tests/promises/p6-fields.test.ts',
  'tests/promises/p1-ledger.test.ts',
]

/** It reads what the servers of all other files said. */
export const LAST = 'tests/promises/p13-traces.alone.test.ts'

/** Vitest knows no durations in a fresh clone and would begin with the largest files. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rank = ({ moduleId }: TestSpecification) => {
      if (moduleId.endsWith(LAST)) return LONGEST.length + 1
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name))
      return at === -1 ? LONGEST.length : at
    }
    return sorted.toSorted((one, other) => rank(one) - rank(other))
  }
}
