import { describe, expect, it } from 'vitest'
import type { ModelScoringRouter } from '../../routers/model-scoring-router.ts'
import { cascade } from '../cascade/kind.ts'
import { unobserved } from '../observations/unobserved.ts'
import { pair } from '../pair/kind.ts'
import type { PolicyParts } from '../policy-kind.ts'

const models = ['large', 'medium', 'small']
const router: ModelScoringRouter = {
  name: 'mine',
  models,
  pair: { strong: 'large', weak: 'small' },
  modelScoreUnit: 'labels',
  strongWinRate: () => 0.9,
  modelScores: () => Float64Array.of(1, 0.8, 0.5),
}
const verifier = {
  name: 'answers',
  pair: router.pair,
  strongWinRate: () => 0.5,
  crossFittedWinRate: () => undefined,
  winRateQuantiles: [0, 1],
  separation: 1,
}

const parts: PolicyParts = {
  name: 'p',
  findModel: (name) => ({ name, provider: 'p', upstream: `openai/${name}` }),
  findRouter: () => router,
  observed: unobserved,
  loadVerifier: async () => verifier,
  routerTimeoutMs: 500,
}
const create = {
  pair: async (strong: string, weak: string) =>
    pair.create(pair.settings.parse({ strong, weak, router: 'mine', threshold: 0.5 }), parts),
  cascade: async (strong: string, weak: string) =>
    cascade.create(cascade.settings.parse({ strong, weak, verifier: './answers' }), parts),
}

describe.each([
  ['pair', create.pair, 'The router "mine"'],
  ['cascade', create.cascade, 'The verifier ./answers'],
])('a policy of the kind %s', (_kind, createPolicy, what) => {
  it.each([
    ['its own pair', 'large', 'small'],
    ['models that it does not know', 'gpt-5', 'llama'],
  ])('takes the roles of %s', async (_, strong, weak) => {
    expect((await createPolicy(strong, weak)).models).toMatchObject([{ name: strong }, { name: weak }])
  })

  it.each([
    ['the other way round', 'small', 'large', 'the strong model here is small.'],
    ['with its strong model as the weak one', 'gpt-5', 'large', 'the weak model here is large.'],
  ])('is refused for its pair %s', async (_, strong, weak, message) => {
    await expect(createPolicy(strong, weak)).rejects.toMatchObject({
      code: 'pair-differs',
      message: expect.stringContaining(
        `${what} compares large as the strong model with small, and ${message}`,
      ),
    })
  })
})

it('a pair is refused for two other models that its router scores', async () => {
  await expect(create.pair('large', 'medium')).rejects.toThrow(
    'the weak model here is medium. Name its pair, set scoringStrongModel',
  )
})
