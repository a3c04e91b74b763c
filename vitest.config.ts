import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/testing/longest-first.mjs'
import { testFilesWithOwnProcess } from './scripts/testing/own-process.mjs'

const include = ['src/**/*.test.ts', 'recipes/**/*.test.ts', 'test/**/*.test.ts']
const exclude = ['test/long/**']
const ownProcess = testFilesWithOwnProcess(['src', 'recipes', 'test'])

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    // Simulations, trainings and tests that flush many files take long on a loaded machine. The limits only end a test that hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'own process', include: ownProcess, exclude } },
      {
        extends: true,
        test: { name: 'shared', isolate: false, include, exclude: [...exclude, ...ownProcess] },
      },
    ],
  },
})
