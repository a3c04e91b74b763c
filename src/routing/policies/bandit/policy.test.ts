import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { RouterError } from '../../../errors.ts'
import { noNeeds } from '../../catalogue/request-needs.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import type { Router } from '../../routers/router.ts'
import type { Choice } from '../choice.ts'
import { type Reward, type RoutedOutcome, replayOutcomes } from '../learning/learning-policy.ts'
import { unobserved } from '../observations/unobserved.ts'
import type { PolicyParts } from '../policy-kind.ts'
import { createConfiguredBandit } from './create.ts'
import { bandit } from './kind.ts'

/** $0.01, $0.001 and $0.0001 for 1,000 tokens of prompt. */
const models = [
  { name: 'large', usd: 10 },
  { name: 'medium', usd: 1 },
  { name: 'small', usd: 0.1 },
].map(({ name, usd }) => ({
  name,
  provider: 'p',
  upstream: name,
  inputUsdPerMillionTokens: usd,
  outputUsdPerMillionTokens: 0,
}))
const vectors = {
  id: 'builtin@2',
  dimensions: 4,
  named: 3,
  read: (text: string) => Float32Array.of(text.startsWith('hard') ? 0.5 : -0.5, 0.1, 1, 0),
}
const parts: PolicyParts = {
  name: 'learner',
  findModel: (name) => models.find((model) => model.name === name)!,
  findRouter: () => router,
  observed: unobserved,
  loadVerifier: () => Promise.reject(new Error('no verifier')),
  routerTimeoutMs: 500,
  vectors,
}
let router: Router
const candidates = models.map(({ name }) => name)
const create = (settings: object = {}, more: Partial<PolicyParts> = {}) => {
  const parsed = bandit.settings.parse({ candidates, ...settings })
  const quality = parsed.quality ?? Object.fromEntries(candidates.map((name) => [name, 0.5]))
  return createConfiguredBandit({ ...parsed, quality }, { ...parts, ...more })
}
const request = (text: string, unit?: string) => ({
  prompt: promptFromText(text),
  messages: [],
  needs: { ...noNeeds, inputTokens: 1000 },
  cachedTokens: null,
  ...(unit !== undefined && { unit }),
})
const routed = (choice: Choice | Promise<Choice>) => {
  if (choice instanceof Promise || choice.kind !== 'routed') throw new Error('not routed')
  return {
    ...choice,
    propensities: [...Array.from(choice.propensities!)],
    scores: [...Array.from(choice.scores!)],
  }
}
const outcome = (id: string, model: string, text: string, usd = 0): RoutedOutcome => ({
  id,
  model,
  task: null,
  usd,
  vector: () => vectors.read(text),
})
const reward = (requestId: string, score: number, more: Partial<Reward> = {}): Reward => ({
  requestId,
  score,
  scores: null,
  key: null,
  ...more,
})

/** Rows on which the large model answers hard prompts better and all of them answer easy ones alike. */
function rowsOf(count: number) {
  const random = createRandom(1)
  return Array.from({ length: count }, (_, at) => {
    const text = random.next() < 0.5 ? 'hard' : 'easy'
    const means = { large: 0.9, medium: text === 'hard' ? 0.5 : 0.9, small: text === 'hard' ? 0.3 : 0.9 }
    const scores = Object.fromEntries(
      Object.entries(means).map(([name, mean]) => [name, mean + 0.1 * random.nextGaussian()]),
    )
    return { outcome: outcome(`r${at}`, 'large', text), rewards: [reward(`r${at}`, 0.9, { scores })] }
  })
}

describe('a bandit', () => {
  it('draws with the probabilities that it states: all above 0, their sum 1', () => {
    const policy = create({ explorationFloor: 0.3 })
    const counts = new Map<string, number>()
    const choices = Array.from({ length: 3000 }, (_, at) => routed(policy.choose(request('easy', `s${at}`))))
    for (const { model, propensities, scores } of choices) {
      expect(propensities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12)
      expect(Math.min(...propensities)).toBeGreaterThanOrEqual(0.1 - 1e-12)
      expect(scores).toEqual([0.5, 0.5, 0.5])
      counts.set(model.name, (counts.get(model.name) ?? 0) + 1)
    }
    for (const name of candidates) expect(counts.get(name)! / 3000).toBeCloseTo(1 / 3, 1)
  })

  it('draws the same for the same unit, seed and rewards', () => {
    const [one, other] = [create(), create()]
    for (const policy of [one, other]) replayOutcomes(policy, rowsOf(50))
    for (const unit of ['a', 'b', 'c', undefined])
      expect(one.choose(request('hard', unit))).toEqual(other.choose(request('hard', unit)))
  })

  it('goes on with what the same bandit has learnt, and shares it: also what is said later of its requests', () => {
    const before = create()
    replayOutcomes(before, rowsOf(50))
    const after = create({ seed: 0, explorationFloor: 0.05, trustedKeys: ['web'] })
    expect(after.learnt.basis).toBe(before.learnt.basis)
    before.observe(outcome('in flight', 'small', 'hard'))
    after.takeOver(before.learnt)
    const taken = routed(after.choose(request('hard'))).scores
    expect(taken).toEqual(routed(before.choose(request('hard'))).scores)
    after.reward(reward('in flight', 1))
    const rewarded = routed(after.choose(request('hard'))).scores
    expect(rewarded[2]!).toBeGreaterThan(taken[2]!)
    expect(routed(before.choose(request('hard'))).scores).toEqual(rewarded)
  })

  it.each([
    ['other candidates', create({ candidates: ['large', 'small'] })],
    ['another prior', create({ quality: { large: 0.9, medium: 0.5, small: 0.5 } })],
    ['another ceiling', create({ usdPerRequest: 0.01 })],
    ['another half-life', create({ halfLife: 100 })],
  ])('does not go on with what a bandit of %s has learnt', (_what, other) => {
    const policy = create()
    expect(other.learnt.basis).not.toBe(policy.learnt.basis)
    expect(() => policy.takeOver(other.learnt)).toThrow('same basis')
  })

  it('learns which model answers which prompts, and says how sure it is', () => {
    const policy = create({ explorationFloor: 0.03 })
    const before = routed(policy.choose(request('hard')))
    replayOutcomes(policy, rowsOf(300))
    const hard = routed(policy.choose(request('hard')))
    expect(hard.scores[0]!).toBeCloseTo(0.9, 1)
    expect(hard.scores[2]!).toBeCloseTo(0.3, 1)
    expect(hard.propensities[0]!).toBeGreaterThan(0.97)
    expect(hard.propensities[2]!).toBeCloseTo(0.01, 3)
    expect(hard.uncertainty!.deviations[0]!).toBeLessThan(before.uncertainty!.deviations[0]! / 5)
    for (const score of routed(policy.choose(request('easy'))).scores) expect(score).toBeCloseTo(0.9, 1)
    const { summary, contributions } = policy.describe(routed(policy.choose(request('hard', 'x'))))
    expect(summary).toMatch(
      /^large was drawn with the probability 0\.9\d+ \(expected quality 0\.\d+ ± 0\.\d+, about \$0\.010\)/,
    )
    expect(contributions).toEqual([
      { feature: 'expected quality', value: expect.closeTo(0.9, 1), effect: expect.closeTo(0.4, 1) },
    ])
  })

  it('learns from the score of the model that answered, once, and only from a trusted key', () => {
    const learned = (rewards: readonly Reward[], settings = {}) => {
      const policy = create(settings)
      policy.observe(outcome('r', 'medium', 'easy'))
      for (const each of rewards) policy.reward(each)
      return routed(policy.choose(request('easy'))).scores[1]!
    }
    const once = learned([reward('r', 1)])
    expect(once).toBeGreaterThan(0.6)
    expect(learned([reward('r', 1), reward('r', 1)])).toBe(once)
    expect(learned([reward('unknown', 1)])).toBe(0.5)
    expect(learned([reward('r', 1, { key: 'web' })])).toBe(0.5)
    expect(learned([reward('r', 1, { key: 'web' })], { trustedKeys: ['web'] })).toBe(once)
  })

  it('leaves out a vector of another release, and a model that is no candidate', () => {
    const policy = create()
    policy.observe({ ...outcome('a', 'large', 'easy'), vector: () => null })
    policy.observe({ ...outcome('b', 'large', 'easy'), vector: () => new Float32Array(9) })
    policy.observe(outcome('c', 'other', 'easy'))
    for (const id of ['a', 'b', 'c']) policy.reward(reward(id, 1))
    expect(routed(policy.choose(request('easy'))).scores).toEqual([0.5, 0.5, 0.5])
  })

  it('keeps to the ceiling: prices dollars, and explores dear models less', () => {
    const policy = create({ usdPerRequest: 0.001, explorationFloor: 0.3 })
    replayOutcomes(policy, rowsOf(100))
    const priced = () => routed(policy.choose(request('hard')))
    const [before] = priced().propensities
    for (let count = 0; count < 200; count++) policy.observe(outcome(`d${count}`, 'large', 'hard', 0.01))
    expect(priced().propensities[0]!).toBeLessThan(before!)
    // A third of the floor, and of that the tenth that its dollars leave.
    expect(priced().propensities[0]!).toBeCloseTo(0.01, 3)
    expect(policy.describe(priced()).summary).toContain('a dollar has to bring')
    for (let count = 0; count < 2000; count++) policy.observe(outcome(`c${count}`, 'small', 'hard', 0))
    expect(priced().uncertainty!.usdWeight).toBe(0)
    expect(priced().propensities[0]!).toBeGreaterThan(0.5)
  })

  it('saves more under a pace, and says so', () => {
    const policy = create({ usdPerRequest: 0.01 })
    const usual = routed(policy.choose(request('easy')))
    const paced = routed(policy.choose({ ...request('easy'), pace: 4 }))
    expect(paced.pace).toBe(4)
    expect(paced.propensities[0]!).toBeLessThan(usual.propensities[0]!)
    expect(routed(create().choose({ ...request('easy'), pace: 4 })).pace).toBeUndefined()
  })

  it('gives no probability to a candidate that cannot answer', () => {
    const policy = create(
      {},
      { findModel: (name) => ({ ...parts.findModel(name), ...(name === 'small' && { tools: false }) }) },
    )
    const choice = routed(policy.choose({ ...request('easy'), needs: { ...noNeeds, tools: true } }))
    expect(choice.propensities[2]).toBe(0)
    expect(choice.scores[2]).toBeNaN()
    expect(choice.candidates[2]!.excluded).toBe('tools')
  })

  it('takes the safest candidate if the prompt cannot be read', () => {
    const policy = create(
      {},
      {
        vectors: {
          ...vectors,
          read: () => {
            throw new TypeError('broken')
          },
        },
      },
    )
    expect(policy.choose(request('easy'))).toMatchObject({
      kind: 'fallback',
      fallback: 'router-error',
      model: { name: 'large' },
      problem: 'it threw TypeError',
    })
  })
})

describe('the prior', () => {
  const scoring = (embedderId: string) => ({
    name: 'knows',
    embedderId,
    dimensions: 4,
    models: candidates,
    pair: { strong: 'large', weak: 'small' },
    modelScoreUnit: 'labels' as const,
    strongWinRate: () => 0.5,
    strongWinRateOfEmbedding: () => 0.5,
    modelScores: () => Float64Array.of(0, 0, 0),
    modelScoresOfEmbedding: (vector: ArrayLike<number>) => Float64Array.of(vector[0]! + 0.4, 0.6, 0.2),
  })

  it('is a table', () => {
    const policy = create({ quality: { large: 0.9, medium: 0.8, small: 0.3 } })
    expect(routed(policy.choose(request('easy'))).scores).toEqual([0.9, 0.8, 0.3])
  })

  it('is what a router predicts, and rewards correct it', () => {
    router = scoring('builtin@2')
    const policy = create({ router: 'knows' })
    expect(routed(policy.choose(request('hard')))).toMatchObject({ router: 'knows', scores: [0.9, 0.6, 0.2] })
    for (let count = 0; count < 50; count++) {
      policy.observe(outcome(`r${count}`, 'small', 'hard'))
      policy.reward(reward(`r${count}`, 0.8))
    }
    expect(routed(policy.choose(request('hard'))).scores[2]!).toBeCloseTo(0.8, 1)
  })

  it('is of no router that scores other vectors, or none', () => {
    for (const given of [scoring('other'), { name: 'plain', strongWinRate: () => 0.5 }]) {
      router = given
      expect(() => create({ router: 'knows' })).toThrow(expect.objectContaining({ code: 'bandit-router' }))
    }
  })

  it('obeys a router that is overloaded', () => {
    const full = new RouterError('inference-queue-full', 'Too many prompts wait.', { status: 429 })
    router = {
      ...scoring('builtin@2'),
      modelScoresOfEmbedding: () => {
        throw full
      },
    } as Router
    expect(() => create({ router: 'knows' }).choose(request('easy'))).toThrow(full)
  })
})

describe('the settings', () => {
  it('need prices under a ceiling, and the embedder', () => {
    const unpriced = { findModel: (name: string) => ({ name, provider: 'p', upstream: name }) }
    expect(() => create({ usdPerRequest: 0.01 }, unpriced)).toThrow(
      expect.objectContaining({
        code: 'bandit-unpriced',
        message: expect.stringContaining('large, medium, small'),
      }),
    )
    expect(create({}, unpriced).name).toBe('learner')
    const { vectors: _, ...without } = parts
    const settings = { ...bandit.settings.parse({ candidates }), quality: {} }
    expect(() => createConfiguredBandit(settings, without)).toThrow(
      expect.objectContaining({ code: 'bandit-vectors' }),
    )
  })

  it('are checked: names, one prior, qualities from 0 to 1', () => {
    const problemsOf = (settings: object) =>
      bandit.check!(bandit.settings.parse({ candidates, ...settings })).map(({ path }) => path.join('.'))
    expect(problemsOf({})).toEqual([])
    expect(problemsOf({ router: 'mf' })).toEqual([])
    expect(problemsOf({ router: 'mf', quality: { large: 1, medium: 1, small: 1 } })).toEqual(['quality'])
    expect(problemsOf({ quality: { large: 1, medium: 2, small: 1 } })).toEqual(['quality.medium'])
    expect(problemsOf({ quality: { large: 1 } })).toEqual(['quality', 'quality'])
    expect(problemsOf({ candidates: ['large', 'large'] })).toEqual(['candidates.1'])
    expect(bandit.describe(bandit.settings.parse({ candidates, usdPerRequest: 0.002 }))).toBe(
      'learns from feedback which of large, medium, small to draw, at most $0.0020 a request on average',
    )
  })
})
