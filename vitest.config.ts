import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const shared = {
  resolve: { alias: { '#app': here('./app'), '#db': here('./db'), '#tests': here('./tests') } },
  esbuild: { jsx: 'automatic' },
} as const

const outsideTheProcess = ['tests/e2e/**', 'tests/promises/**', 'tests/bench/**', 'tests/soak/**']

// Deliberately without the Remix plugin: it breaks under Vitest.
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        ...shared,
        test: {
          name: 'node',
          environment: 'node',
          pool: 'forks',
          include: ['tests/**/*.test.ts'],
          exclude: outsideTheProcess,
          setupFiles: ['tests/setup/msw.ts'],
          restoreMocks: true,
          testTimeout: 30_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'ui',
          environment: 'jsdom',
          include: ['tests/**/*.test.tsx'],
          setupFiles: ['tests/setup/msw.ts', 'tests/setup/ui.ts'],
          restoreMocks: true,
        },
      },
      {
        ...shared,
        test: {
          name: 'promises',
          environment: 'node',
          pool: 'forks',
          include: ['tests/promises/**/*.test.ts'],
          globalSetup: ['tests/setup/built.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          environment: 'node',
          pool: 'forks',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/setup/built.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
