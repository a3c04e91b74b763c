import { expect, it } from 'vitest'
import { candidateKinds, runPromotions } from '../../../benchmarks/evidence/promotions.mjs'
import { createRandom } from '../../../src/base/math/random.ts'
import { decidePromotion } from '../../../src/learning/loop/promotion/decide-promotion.ts'

/** Months with an attempt each night; test/long has 100 of each candidate. */
const run = (name: string) =>
  runPromotions(candidateKinds[name]!, { runs: 10, seed: 5, createRandom, decide: decidePromotion })

it.each(Object.keys(candidateKinds).filter((name) => candidateKinds[name]!.isWrong))(
  'a candidate that must not be promoted is not: %s',
  (name) => expect(run(name).promoted).toBeLessThanOrEqual(2),
)

it.each(Object.keys(candidateKinds).filter((name) => !candidateKinds[name]!.isWrong))(
  'a candidate that is better is promoted: %s',
  (name) => expect(run(name).promoted).toBe(10),
)
