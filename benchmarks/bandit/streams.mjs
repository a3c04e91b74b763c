// Streams of prompts for a bandit, whose quality and dollars with every model are known. bandit.mjs, test/promises and test/long run them.

/**
 * @typedef {object} Outcome
 * @property {string} prompt
 * @property {string | null} task
 * @property {Float32Array} vector
 * @property {Readonly<Record<string, number>>} scores 0 to 1, by model
 * @property {Readonly<Record<string, number>>} cost dollars, by model
 */

/**
 * @typedef {object} Library
 * @property {typeof import('../../src/base/math/random.ts').createRandom} createRandom
 * @property {typeof import('../../src/routing/policies/bandit/create.ts').createConfiguredBandit} createConfiguredBandit
 * @property {typeof import('../../src/routing/policies/observations/create-observed-calls.ts').createObservedCalls} createObservedCalls
 * @property {import('../../src/routing/catalogue/request-needs.ts').RequestNeeds} noNeeds
 */

/**
 * @typedef {object} StreamOptions
 * @property {number} seed of the order of the prompts, and of the draws
 * @property {number} [usdPerRequest] Default: none
 * @property {number} [halfLife] Default: 2,000
 * @property {Readonly<Record<string, number>>} [quality] expected beforehand. Default: 0.5 of each
 * @property {number} [feedback] the share of requests with feedback. Default: 1
 * @property {number} [passes] how often each prompt comes. Default: 1
 * @property {readonly [string, string]} [swapped] two models that change places, scores and dollars, after the first half
 */

/** A dollar is a million tokens of this price, so that the dollars of a call can be told to a policy. */
const usdPerMillionTokens = 1
/** Of a reply, before one is seen: $0.0004. */
const expectedTokens = 400

/**
 * One stream through a bandit: each prompt is decided, costs what its model costs for it, and is rewarded with its score.
 *
 * @param {readonly Outcome[]} outcomes
 * @param {StreamOptions} options
 * @param {Library} library
 */
export function runStream(outcomes, options, library) {
  const { seed, feedback = 1, passes = 1, swapped, halfLife = 2000, usdPerRequest, quality } = options
  const names = Object.keys(outcomes[0].scores)
  const models = new Map(names.map((name) => [name, toModel(name)]))
  const random = library.createRandom(seed)
  const order = toOrder(outcomes, passes, random)
  const observed = library.createObservedCalls(() => 0)
  let vector = outcomes[0].vector
  const policy = library.createConfiguredBandit(
    {
      candidates: names,
      quality: quality ?? Object.fromEntries(names.map((name) => [name, 0.5])),
      halfLife,
      explorationFloor: 0.02,
      trustedKeys: [],
      outputTokens: expectedTokens,
      seed,
      ...(usdPerRequest !== undefined && { usdPerRequest }),
    },
    {
      name: 'learner',
      findModel: (name) => models.get(name),
      findRouter: () => undefined,
      observed,
      loadVerifier: () => Promise.reject(new Error('there is no verifier')),
      routerTimeoutMs: 500,
      vectors: { id: 'given', dimensions: vector.length, named: 56, read: () => vector },
    },
  )
  /** @type {{ model: string, score: number, usd: number, length: number, outcome: Outcome }[]} */
  const answered = order.map((outcome, at) => {
    vector = outcome.vector
    const isSwapped = swapped !== undefined && at >= order.length / 2
    const real = (name) => (isSwapped && swapped.includes(name) ? swapped[1 - swapped.indexOf(name)] : name)
    const { model } = policy.choose({
      prompt: { text: outcome.prompt, system: '' },
      messages: [],
      needs: library.noNeeds,
      cachedTokens: null,
      task: () => outcome.task,
      unit: `${seed}/${at}`,
    })
    const [score, usd] = [outcome.scores[real(model.name)], outcome.cost[real(model.name)]]
    observed.add({
      model: model.name,
      task: outcome.task,
      outputTokens: (usd * 1e6) / usdPerMillionTokens,
      latency: null,
    })
    const id = String(at)
    policy.observe({ id, model: model.name, task: outcome.task, usd, vector: () => outcome.vector })
    if (feedback === 1 || random.next() < feedback)
      policy.reward({ requestId: id, score, scores: null, key: null })
    return { model: model.name, score, usd, length: outcome.prompt.length, outcome }
  })
  return { answered, ...summarize(answered), shares: findShares(answered, names) }
}

function toModel(name) {
  return {
    name,
    provider: 'p',
    upstream: name,
    inputUsdPerMillionTokens: 0,
    outputUsdPerMillionTokens: usdPerMillionTokens,
  }
}

function toOrder(outcomes, passes, random) {
  return Array.from({ length: passes }, () => {
    const order = [...outcomes]
    for (let at = order.length - 1; at > 0; at--) {
      const other = random.nextInt(at + 1)
      ;[order[at], order[other]] = [order[other], order[at]]
    }
    return order
  }).flat()
}

/** Means of a stream, or a part of it. @param {readonly { score: number, usd: number }[]} answered */
export function summarize(answered) {
  const mean = (value) => answered.reduce((sum, each) => sum + value(each), 0) / answered.length
  return { score: mean(({ score }) => score), usd: mean(({ usd }) => usd) }
}

function findShares(answered, names) {
  return Object.fromEntries(
    names.map((name) => [name, answered.filter(({ model }) => model === name).length / answered.length]),
  )
}

/** What one model alone scores and costs. @param {readonly Outcome[]} outcomes */
export function alone(outcomes, name) {
  return summarize(outcomes.map(({ scores, cost }) => ({ score: scores[name], usd: cost[name] })))
}

/**
 * The best score of a mixture of models, drawn without looking at the prompt, whose dollars are on average within the ceiling: of one or two models.
 *
 * @param {readonly Outcome[]} outcomes
 * @param {number} ceilingUsd
 */
export function bestMixture(outcomes, ceilingUsd) {
  const models = Object.keys(outcomes[0].scores).map((name) => alone(outcomes, name))
  let best = 0
  for (const cheap of models) {
    if (cheap.usd > ceilingUsd) continue
    best = Math.max(best, cheap.score)
    for (const dear of models) {
      if (dear.usd <= ceilingUsd) continue
      const share = (ceilingUsd - cheap.usd) / (dear.usd - cheap.usd)
      best = Math.max(best, cheap.score + share * (dear.score - cheap.score))
    }
  }
  return best
}

/** The score of a stream's own shares of models at random. */
export function scoreAtRandom(outcomes, shares) {
  return Object.entries(shares).reduce((sum, [name, share]) => sum + share * alone(outcomes, name).score, 0)
}

/** The score of a stream's own shares of models by length: the shortest prompts to the cheapest model. */
export function scoreByLength(outcomes, shares) {
  const byUsd = Object.keys(shares).sort((a, b) => alone(outcomes, a).usd - alone(outcomes, b).usd)
  const byLength = outcomes.toSorted((a, b) => a.prompt.length - b.prompt.length)
  let begin = 0
  let share = 0
  let sum = 0
  for (const name of byUsd) {
    share += shares[name]
    const end = Math.round(share * byLength.length)
    for (; begin < end; begin++) sum += byLength[begin].scores[name]
  }
  return sum / begin
}
