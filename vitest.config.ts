import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'recipes/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/long/**'],
    // Simulations, trainings and tests that flush many files take long on a loaded machine. The limit only ends a test that hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
})
