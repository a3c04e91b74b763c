import { describe, expect, it } from 'vitest'
import type { Model } from '../../../routing/catalogue/model.ts'
import type { Candidate, RoutedChoice, Side } from '../../../routing/policies/choice.ts'
import type { Decision } from '../../decide/decision.ts'
import { findLargerCandidate } from './next-candidate.ts'

function modelOf(name: string, contextTokens?: number, upstream = name): Model {
  return { name, provider: 'p', upstream, ...(contextTokens !== undefined && { contextTokens }) }
}

const small = modelOf('small', 8000)

function routed(
  candidates: readonly (Model | Candidate)[],
  { scores = null, side = null }: { scores?: RoutedChoice['scores']; side?: Side | null } = {},
): Decision {
  const marked = candidates.map((each) =>
    'model' in each ? each : { model: each, usd: null, excluded: null },
  )
  const unscored = {
    policy: 'p',
    router: null,
    threshold: null,
    strongWinRate: null,
    check: null,
    task: null,
  }
  return { kind: 'routed', ...unscored, model: marked[0]!.model, side, candidates: marked, scores }
}

describe('findLargerCandidate', () => {
  it('has none for a model that the request named itself', () => {
    expect(findLargerCandidate({ kind: 'fixed-model', model: small })).toBeNull()
  })

  it('takes a larger or unknown context only', () => {
    const unknown = modelOf('unknown')
    const large = modelOf('large', 8001)
    expect(findLargerCandidate(routed([small, modelOf('equal', 8000)]))).toBeNull()
    expect(findLargerCandidate(routed([small, large]))).toBe(large)
    expect(findLargerCandidate(routed([small, unknown]))).toBe(unknown)
    expect(findLargerCandidate(routed([unknown, small]))).toBe(small)
  })

  it('passes over an excluded candidate, and over the same upstream model at another effort', () => {
    const candidates = [small, { model: modelOf('x', 9000), usd: 1, excluded: 'tools' } as const]
    expect(findLargerCandidate(routed(candidates))).toBeNull()
    expect(findLargerCandidate(routed([small, modelOf('small-high', 9000, 'small')]))).toBeNull()
  })

  it('takes the highest score, then the fewest dollars, then the first; what was not scored or priced comes last', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => modelOf(name))
    const priced = (model: Model, usd: number | null): Candidate => ({ model, usd, excluded: null })
    const all = [priced(small, 0), priced(a!, null), priced(b!, 2), priced(c!, 1)]
    expect(findLargerCandidate(routed(all, { scores: [0, 0.1, 0.9, 0.5] }))).toBe(b)
    expect(findLargerCandidate(routed(all, { scores: [0, Number.NaN, 0.5, 0.5] }))).toBe(c)
    expect(findLargerCandidate(routed(all))).toBe(c)
    expect(findLargerCandidate(routed([small, a!, b!]))).toBe(a)
  })

  it('falls from the strong model of a pair only to a context that is known to be larger', () => {
    const strong = modelOf('strong')
    const known = modelOf('weak', 9000)
    expect(findLargerCandidate(routed([strong, small], { side: 'strong' }))).toBeNull()
    expect(findLargerCandidate(routed([small, known], { side: 'strong' }))).toBe(known)
    expect(findLargerCandidate(routed([small, strong], { side: 'weak' }))).toBe(strong)
  })

  it('has one for the safest candidate that answers because the router failed', () => {
    const large = modelOf('large', 9000)
    const { candidates } = routed([small, large]) as RoutedChoice
    const decision: Decision = {
      kind: 'fallback',
      fallback: 'router-error',
      model: small,
      policy: 'p',
      router: 'r',
      threshold: null,
      side: null,
      problem: 'x',
      candidates,
      task: null,
    }
    expect(findLargerCandidate(decision)).toBe(large)
  })
})
