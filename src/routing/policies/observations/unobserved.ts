import type { Observation, ObservedCalls } from './observed-calls.ts'

/** No call was observed, and none is kept. */
export const unobserved: ObservedCalls = {
  of: () => ({ outputTokens: none, firstTokenSeconds: none, secondsPerOutputToken: none }),
  add() {},
}

function none(): Observation {
  return { count: 0, value: 0 }
}
