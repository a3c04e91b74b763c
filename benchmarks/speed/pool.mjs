// A decider whose default policy chooses among 12 candidates by their predicted quality, expected dollars and latencies, for
// requests of a conversation. The router is the built-in one with ten more models, whose vectors are made up: the
// speed does not depend on them.
import { createRandom } from '../../dist/base/math/random.js'
import { createDecider } from '../../dist/gateway/decide/decider.js'
import { createObservedCalls } from '../../dist/routing/policies/observations/create-observed-calls.js'
import { createPolicy } from '../../dist/routing/policies/registry.js'
import { createMatrixFactorizationRouter } from '../../dist/routing/routers/mf/router.js'
import { findCacheTerms } from '../../dist/routing/sessions/cache-costs.js'
import { createSessions, defaultSessionOptions } from '../../dist/routing/sessions/sessions.js'

const candidates = 12
const keptCalls = 300

/** @param {{ weights: object, embedder: object, taskReader: object }} parts */
export async function poolDecider({ weights, embedder, taskReader }) {
  const names = Array.from({ length: candidates }, (_, index) => `m${index}`)
  const models = names.map((name, index) => ({
    name,
    provider: 'p',
    upstream: name,
    contextTokens: 128_000,
    inputUsdPerMillionTokens: 0.1 * (index + 1),
    outputUsdPerMillionTokens: 0.5 * (index + 1),
    cacheReadUsdPerMillionTokens: 0.01 * (index + 1),
    cacheWriteUsdPerMillionTokens: 0.125 * (index + 1),
  }))
  const router = createMatrixFactorizationRouter({
    name: 'mf',
    weights: withModels(weights, names),
    pair: { strong: 'm1', weak: 'm0' },
    embedder,
  })
  const observed = createObservedCalls(Date.now)
  const policy = await createPolicy(
    {
      name: 'pool',
      kind: 'utility',
      candidates: names,
      router: 'mf',
      weights: { quality: 1, usd: 20, firstTokenSeconds: 0.01, secondsPerOutputToken: 0.1 },
      maxUsdPerRequest: 1,
      latencyPercentile: 50,
    },
    {
      findModel: (name) => models.find((model) => model.name === name),
      findRouter: () => router,
      observed,
      routerTimeoutMs: 500,
    },
  )
  for (const model of names)
    for (let call = 0; call < keptCalls; call++) observed.add(finishedCall(model, call))
  const sessions = createSessions({
    options: defaultSessionOptions,
    findTerms: () => findCacheTerms('anthropic'),
  })
  const decider = createDecider({
    routers: [router],
    providers: ['p'],
    models,
    pair: { strong: 'm1', weak: 'm0' },
    auto: { kind: 'policy', policy: 'pool' },
    policies: new Map([['pool', policy]]),
    sessions,
    taskReader,
  })
  return { decider, observed, finishedCall, names }
}

/** Another value for each call, so that the percentiles are sorted again. */
function finishedCall(model, call) {
  const latency = {
    firstTokenSeconds: 0.2 + (call % 37) / 100,
    secondsPerOutputToken: 0.01 + (call % 11) / 1000,
  }
  return { model, task: 'look-up', outputTokens: 100 + (call % 400), latency }
}

/** The weights with so many models, the first ones as they are. */
function withModels(weights, models) {
  const random = createRandom(2)
  const modelEmbeddings = Float32Array.from({ length: models.length * weights.dimensions }, (_, index) =>
    index < weights.modelEmbeddings.length ? weights.modelEmbeddings[index] : random.next() - 0.5,
  )
  return { ...weights, models, modelEmbeddings }
}
