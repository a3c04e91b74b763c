import { describe, it } from 'vitest'
import { requirements } from '../../scripts/testing/requirements.mjs'

/** Something a test needs of the machine that a clone alone does not bring. */
export type Requirement = {
  readonly name: string
  /** Where it was found; undefined where the machine does not have it. */
  readonly place: string | undefined
  readonly reason: string
}

/**
 * Looks for a requirement of the table in scripts/testing/requirements.mjs:
 *
 * ```ts
 * const data = await requirement('benchmark files')
 * describeWith(data, 'the benchmarks', (folder) => { it('reads MMLU', …) })
 * ```
 */
export async function requirement(name: string): Promise<Requirement> {
  const row = requirements[name]
  if (row === undefined) throw new Error(`scripts/testing/requirements.mjs has no row "${name}"`)
  return { name, place: await row.find(), reason: row.reason }
}

/** `describe` when the requirement is met; else one skipped test whose title says what is missing. */
export function describeWith(
  { name, place, reason }: Requirement,
  title: string,
  tests: (place: string) => void,
): void {
  // The form of this title is read by scripts/testing/test-report.mjs.
  if (place === undefined) it.skip(`${title} [needs ${name}: ${reason}]`, () => undefined)
  else describe(title, () => tests(place))
}
