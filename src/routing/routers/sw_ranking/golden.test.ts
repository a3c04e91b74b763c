import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { normalizeRows } from '../../../base/math/similarity/rows.ts'
import { createSimilarityIndex, rowsWithPrecision } from '../../../base/math/similarity/similarity-index.ts'
import type { BattleColumns } from './battle-columns.ts'
import { battleOutcomes } from './battle-columns.ts'
import { countTiers, tallyOfBattles, tierRatings } from './scoring.ts'
import { eloRatings, tiersOfRatings } from './tiers.ts'

// Computed by the reference code; see test/golden.
const golden = z
  .object({
    battles: z.array(
      z.object({ model_a: z.string(), model_b: z.string(), winner: z.enum(['model_a', 'model_b', 'tie']) }),
    ),
    embeddings: z.array(z.array(z.number())),
    ratings: z.record(z.string(), z.number()),
    tiers: z.record(z.string(), z.number()),
    strong_model: z.string(),
    weak_model: z.string(),
    queries: z.array(
      z.object({
        embedding: z.array(z.number()),
        win_rate: z.number(),
        ratings: z.record(z.string(), z.number()),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('../../../../test/golden/sw_cases.json', import.meta.url), 'utf8')))

const models = Object.keys(golden.ratings)
const battles: BattleColumns = {
  modelA: Int32Array.from(golden.battles, ({ model_a }) => models.indexOf(model_a)),
  modelB: Int32Array.from(golden.battles, ({ model_b }) => models.indexOf(model_b)),
  outcomes: Uint8Array.from(golden.battles, ({ winner }) => battleOutcomes.indexOf(winner)),
  prompts: Int32Array.from(golden.battles, (_, i) => i),
  weights: new Float32Array(golden.battles.length).fill(1),
}
const dimensions = golden.embeddings[0]!.length
const tiers = Int32Array.from(models, (model) => golden.tiers[model]!)
const strong = tiers[models.indexOf(golden.strong_model)]!
const weak = tiers[models.indexOf(golden.weak_model)]!

describe('similarity-weighted ranking beside the reference code', () => {
  it('has its Elo ratings to a tenth of a point, but for the shift of all', () => {
    const ratings = eloRatings(models.length, battles)
    const shift = golden.ratings[models[0]!]! - ratings[0]!
    for (const [i, model] of models.entries())
      expect(ratings[i]! + shift).toBeCloseTo(golden.ratings[model]!, 1)
  })

  it('has its ten tiers exactly', () => {
    const own = tiersOfRatings(eloRatings(models.length, battles), 10)
    expect(Object.fromEntries(models.map((model, i) => [model, own[i]]))).toEqual(golden.tiers)
  })

  // Bytes round twelve dimensions coarsely; the bound is what was measured, doubled.
  for (const [precision, bound] of [
    ['float32', 1e-4],
    ['int16', 1e-4],
    ['int8', 4e-4],
  ] as const) {
    it(`has its win rates to ${bound} in reference mode with ${precision}`, () => {
      const rows = rowsWithPrecision(
        normalizeRows(Float32Array.from(golden.embeddings.flat()), dimensions),
        dimensions,
        precision,
      )
      const index = createSimilarityIndex(rows, { tally: tallyOfBattles(battles, tiers, 10) })
      let worst = 0
      for (const query of golden.queries) {
        const winRate = index.scanNow(query.embedding, ({ cellWeights }) => {
          const ratings = tierRatings(cellWeights, countTiers(tiers), 'reference')
          return sigmoid(ratings[strong]! - ratings[weak]!)
        })
        worst = Math.max(worst, Math.abs(winRate - query.win_rate))
      }
      expect(worst).toBeLessThan(bound)
    })
  }
})
