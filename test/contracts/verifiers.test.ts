import { describe, it } from 'vitest'
import type { Verifier } from '../../src/routing/verifiers/verifier.ts'
import { verifierContract } from '../../src/testing/index.ts'

const byLength: Verifier = {
  name: 'by-length',
  pair: { strong: 'large', weak: 'small' },
  strongWinRate: ({ answer }) => answer.length / (answer.length + 100),
  crossFittedWinRate: () => undefined,
  winRateQuantiles: [0.1, 0.9],
}

describe('by the length of the answer', () => {
  for (const { name, run } of verifierContract(() => byLength)) it(name, run)
})
