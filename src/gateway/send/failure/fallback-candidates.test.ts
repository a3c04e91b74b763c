import { describe, expect, it } from 'vitest'
import type { Exclusion } from '../../../routing/catalogue/exclusion.ts'
import type { Model } from '../../../routing/catalogue/model.ts'
import type { Side } from '../../../routing/policies/choice.ts'
import type { Decision } from '../../decide/decision.ts'
import { findFallbackCandidates } from './fallback-candidates.ts'

type Row = { name: string; usd?: number; score?: number; excluded?: Exclusion; upstream?: string }

function decide(rows: readonly Row[], chosen: string, side: Side | null = null): Decision {
  const modelOf = ({ name, upstream = name }: Row): Model => ({ name, provider: 'p', upstream })
  const candidates = rows.map((row) => ({
    model: modelOf(row),
    usd: row.usd ?? null,
    excluded: row.excluded ?? null,
  }))
  const scores = side === null ? rows.map(({ score = Number.NaN }) => score) : null
  const model = candidates.find((candidate) => candidate.model.name === chosen)!.model
  const rest = { policy: 'p', router: null, threshold: null, strongWinRate: null, check: null, task: null }
  return { kind: 'routed', ...rest, model, side, candidates, scores }
}

const names = (models: readonly Model[]) => models.map(({ name }) => name)
const pool: readonly Row[] = [
  { name: 'small', usd: 1, score: 0.5 },
  { name: 'middle', usd: 3, score: 0.7 },
  { name: 'large', usd: 9, score: 0.9 },
  { name: 'other', usd: 5, score: 0.8 },
  { name: 'unpriced', score: 0.95 },
]

describe('findFallbackCandidates', () => {
  it('are those expected to answer at least as well, the cheapest first and the unpriced last', () => {
    const chosen = decide(pool, 'middle')
    expect(names(findFallbackCandidates(chosen, 'stronger'))).toEqual(['other', 'large', 'unpriced'])
    expect(names(findFallbackCandidates(decide(pool, 'unpriced'), 'stronger'))).toEqual([])
  })

  it('with `both` the weaker ones follow, the best first', () => {
    expect(names(findFallbackCandidates(decide(pool, 'large'), 'both'))).toEqual([
      'unpriced',
      'other',
      'middle',
    ])
  })

  it('with `none`, and for a model that was named itself, there are none', () => {
    expect(findFallbackCandidates(decide(pool, 'small'), 'none')).toEqual([])
    const model = { name: 'small', provider: 'p', upstream: 'small' }
    expect(findFallbackCandidates({ kind: 'fixed-model', model }, 'both')).toEqual([])
  })

  it('a pair falls from weak to strong, and back only with `both`', () => {
    const pair = [{ name: 'strong' }, { name: 'weak' }]
    expect(names(findFallbackCandidates(decide(pair, 'weak', 'weak'), 'stronger'))).toEqual(['strong'])
    expect(names(findFallbackCandidates(decide(pair, 'strong', 'strong'), 'stronger'))).toEqual([])
    expect(names(findFallbackCandidates(decide(pair, 'strong', 'strong'), 'both'))).toEqual(['weak'])
  })

  it('leaves out what cannot answer, and another effort of the same model', () => {
    const rows: readonly Row[] = [
      { name: 'low', score: 0.5, usd: 1, upstream: 'o' },
      { name: 'high', score: 0.9, usd: 2, upstream: 'o' },
      { name: 'short', score: 0.9, usd: 2, excluded: 'context' },
      { name: 'large', score: 0.9, usd: 3 },
    ]
    expect(names(findFallbackCandidates(decide(rows, 'low'), 'both'))).toEqual(['large'])
  })
})
