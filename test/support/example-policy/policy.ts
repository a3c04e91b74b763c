import type { Model, Policy } from '../../../src/index.ts'

export type ByLengthPolicyOptions = {
  readonly name: string | null
  readonly short: Model
  readonly long: Model
  /** Length of the longest short prompt, in UTF-16 units. */
  readonly maxCharacters: number
}

/** Compares the length of a prompt with a limit. Asks no router. */
export function createByLengthPolicy({ name, short, long, maxCharacters }: ByLengthPolicyOptions): Policy {
  const models = [short, long]
  const candidates = models.map((model) => ({ model, usd: null, excluded: null }))
  return {
    name,
    models,
    safest: long,
    choose({ prompt }) {
      const isLong = prompt.text.length > maxCharacters
      return {
        kind: 'routed',
        model: isLong ? long : short,
        policy: name,
        router: null,
        threshold: null,
        strongWinRate: null,
        side: null,
        candidates,
        scores: isLong ? [0, 1] : [1, 0],
        check: null,
      }
    },
  }
}
