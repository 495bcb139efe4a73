import { join, relative } from 'node:path'
import { defineConfig } from 'vitest/config'

const suite = (name: string, test: object = {}) => ({
  extends: true as const,
  test: { name, include: [`suites/${name}/**/*.test.ts`], ...test },
})

/** Suites that share one engine or one machine run their files one after another. */
const serial = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 300_000 }

export default defineConfig({
  test: {
    reporters: ['default', './suites/reporter.ts'],
    resolveSnapshotPath: (path, extension) =>
      join(import.meta.dirname, 'snapshots', relative(join(import.meta.dirname, 'suites'), path) + extension),
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: 'coverage',
      reportOnFailure: true,
    },
    projects: [
      suite('unit'),
      suite('snapshot'),
      suite('property', { testTimeout: 60_000 }),
      suite('differential', { testTimeout: 60_000 }),
      suite('recorded'),
      suite('browser', serial),
      suite('integration', serial),
      suite('node', { globalSetup: './suites/boot.ts' }),
    ],
  },
})
