import { describeWith, requirement } from './requirement.ts'

const found = await requirement('benchmark files')

/** A folder in upstream's layout: `ROUTELLM_DATA`, or the stored copy beside the checkout. */
export const benchmarkFiles = found.place ?? ''

/** A block of tests that needs the benchmark files, skipped with the reason in its name where they are absent. */
export const describeWithBenchmarkFiles = (name: string, tests: () => void): void =>
  describeWith(found, name, tests)
