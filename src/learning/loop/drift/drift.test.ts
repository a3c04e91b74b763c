import { describe, expect, it } from 'vitest'
import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { createRandom } from '../../../base/math/random.ts'
import type { LabelledRequest } from '../labelled-request.ts'
import { findQualityDrift } from './quality-drift.ts'
import { findSimilarityDrift } from './similarity-drift.ts'

const options = {
  pair: { strong: 'large', weak: 'small' },
  ...{ threshold: 0.3, maxLoss: 0.05, lossMargin: 0.1, trustedKeys: ['ours'], trustsUnnamed: false, seed: 0 },
}

/** Sessions of two requests that the weak model answers. @param lost the share of them that it loses. */
function labelled(sessions: number, lost: number, over: Partial<LabelledRequest> = {}): LabelledRequest[] {
  const random = createRandom(7)
  return Array.from({ length: sessions }, (_, index) => {
    const weak = random.next() < lost ? 0 : 1
    return [0, 1].map((turn) => ({
      ...{ id: `r${index}-${turn}`, session: `s${index}`, time: 60_000 * index + turn },
      ...{ prompt: null, vector: null, task: null, key: null, usd: {}, source: 'shadow' as const },
      ...{ scores: { large: 1, small: weak }, propensity: 0.02, weight: 1, strongWinRate: 0.2 },
      ...over,
    }))
  }).flat()
}

describe('drift of the quality', () => {
  it('is shown once more sessions are lost than is promised, whatever the order of the rows', () => {
    const rows = labelled(600, 0.2)
    const found = findQualityDrift(rows, options)
    expect(found.values).toBe(600)
    expect(found.alarm?.values).toBeLessThan(400)
    expect(findQualityDrift(rows.toReversed(), options)).toEqual(found)
  })

  it('is not shown while the promise is kept, or by those that the strong model answers', () => {
    expect(findQualityDrift(labelled(1500, 0.04), options)).toEqual({ values: 1500, alarm: null })
    expect(findQualityDrift(labelled(600, 0.2, { strongWinRate: 0.4 }), options).alarm).toBeNull()
  })

  it('is not shown by labels that may not decide', () => {
    const rows = [
      ...labelled(600, 0.5, { source: 'feedback', key: 'anyone' }),
      ...labelled(600, 0.5, { source: 'implicit' }),
      ...labelled(600, 0.5, { strongWinRate: null }),
      ...labelled(600, 0.5, { scores: { small: 0 } }),
    ]
    expect(findQualityDrift(rows, options)).toEqual({ values: 0, alarm: null })
    const trusted = labelled(600, 0.5, { source: 'feedback', key: 'ours', propensity: null })
    expect(findQualityDrift(trusted, options).alarm).not.toBeNull()
  })
})

describe('drift of the similarity to the labelled prompts', () => {
  /** Vectors around one direction of eight, or around one of the first two. */
  function vectors(count: number, seed: number, direction: number | null = null): Float32Array[] {
    const random = createRandom(seed)
    return Array.from({ length: count }, () => {
      const vector = Float32Array.from({ length: 8 }, () => random.next() - 0.5)
      vector[direction ?? (random.next() < 0.5 ? 0 : 1)]! += 2
      return vector
    })
  }
  const before = { labelled: vectors(100, 1), before: vectors(400, 2) }

  it('is shown by prompts of another kind, and not by more of the same', () => {
    expect(runAtOnce(findSimilarityDrift({ ...before, since: vectors(1000, 3) }))).toEqual({
      values: 1000,
      alarm: null,
    })
    const found = runAtOnce(findSimilarityDrift({ ...before, since: vectors(600, 4, 5) }))
    expect(found?.alarm?.distance).toBeGreaterThan(0.5)
  })

  it('is not asked for without enough vectors, and leaves out those of another space', () => {
    expect(runAtOnce(findSimilarityDrift({ ...before, labelled: vectors(49, 1), since: [] }))).toBeNull()
    expect(runAtOnce(findSimilarityDrift({ ...before, before: vectors(49, 1), since: [] }))).toBeNull()
    const since = [new Float32Array(4), ...vectors(3, 1)]
    expect(runAtOnce(findSimilarityDrift({ ...before, since }))?.values).toBe(3)
  })
})
