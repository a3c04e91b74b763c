import type { MeasuredVerifier } from '../../../src/routing/verifiers/verifier.ts'

/** The longer the answer, the likelier it is wrong: 0.5 for 100 characters. */
export const lengthVerifier: MeasuredVerifier = {
  name: 'by-length',
  pair: { strong: 'large', weak: 'small' },
  strongWinRate: ({ answer }) => answer.length / (answer.length + 100),
  crossFittedWinRate: () => undefined,
  winRateQuantiles: [0.1, 0.1, 0.9],
  separation: 2,
}
