// Requests of a month, seeded: models, keys, kinds of work, policies and sessions as a team's traffic has them.

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** sfc32, as in src/base/math/random.ts. */
function createRandom(seed) {
  let [a, b, c, d] = [seed, seed ^ 0x9e3779b9, seed ^ 0x243f6a88, 1]
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4_294_967_296
  }
  for (let round = 0; round < 20; round++) next()
  return next
}

const models = ['large', 'medium', 'small', 'local'].map((name, index) => ({
  name,
  upstream: `${name}-2026-10`,
  inputUsd: [3e-6, 1e-6, 2e-7, 0][index],
  outputUsd: [1.5e-5, 5e-6, 8e-7, 0][index],
  firstByteMs: [900, 500, 250, 120][index],
  msPerToken: [14, 9, 5, 8][index],
}))
const shares = [0.2, 0.45, 0.9, 1]
const tasks = ['look-up', 'debugging', 'writing', 'code', 'translation', 'summary', 'classification', 'chat']
const policies = ['frugal', 'halves', 'checked', null]
const tags = [[], [], [], ['contract'], ['batch', 'contract']]
const keys = Array.from({ length: 40 }, (_, at) => `key-${at}`)
/** A vector of 64 bytes in base64. */
const features = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA='

/** @returns `record(at)`: the request at a place of so many, in the order of time. */
export function createPopulation(count, now, seed = 1) {
  const random = createRandom(seed)
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const open = []
  let sessions = 0
  let time = now - 30 * dayMs
  return (at) => {
    // Days are busier than nights.
    const hour = (time / hourMs) % 24
    const busy = 0.4 + 1.2 * Math.max(0, Math.sin(((hour - 6) / 24) * 2 * Math.PI))
    const share = (now - time) / Math.max(1, count - at)
    time = Math.min(now - 1, time + (-Math.log(1 - random()) * share * 0.88) / busy)
    // A session goes on with eight requests in ten; 30 are open at a time.
    if (open.length < 30 || random() < 0.2) {
      if (open.length >= 30) open.splice(Math.floor(random() * open.length), 1)
      open.push({
        id: random() < 0.85 ? `session-${(sessions++).toString(36)}-9f2c41d07b` : null,
        key: keys[Math.floor(40 * random() ** 2.5)],
        policy: policies[Math.floor(4 * random())],
        task: tasks[Math.floor(8 * random())],
        tags: tags[Math.floor(5 * random())],
      })
    }
    const session = open[Math.floor(random() * open.length)]
    const strongWin = random()
    const draw = random()
    const model = models[shares.findIndex((each) => draw < each)]
    const input = Math.round(Math.exp(6.5 + 1.2 * gaussian()))
    const output = Math.round(Math.exp(5 + gaussian()))
    const fallback = random() < 0.01 ? 'upstream-error' : null
    const status = random() < 0.02 ? [400, 429, 502, 504][Math.floor(4 * random())] : 200
    const usd = status >= 400 ? null : input * model.inputUsd + output * model.outputUsd
    const firstByte = model.firstByteMs * Math.exp(0.4 * gaussian())
    const tokens =
      status >= 400
        ? null
        : { input, cachedInput: input >> 1, cacheWriteInput: 0, cacheWrite1hInput: 0, output }
    const isRouted = session.policy !== null
    const call = {
      ...{ model: model.name, tokens, events: null, usd, isRefused: status >= 400, isAborted: false },
      ...{ sentMs: 0.4, firstByteMs: firstByte },
    }
    return {
      time: Math.floor(time),
      ...{
        id: `rllm-0123456789ab-${at.toString(36)}`,
        upstreamId: `req_${Math.floor(random() * 2 ** 48).toString(36)}`,
      },
      ...{ protocol: 'chat-completions', path: '/v1/chat/completions', status, stream: random() < 0.7 },
      ...{ model: model.name, upstream: model.upstream, task: isRouted ? session.task : null },
      ...{ policy: session.policy, router: isRouted ? 'mf' : null, threshold: isRouted ? 0.25 : null },
      ...{ strongWinRate: isRouted ? strongWin : null, side: isRouted ? 'weak' : null },
      candidates: isRouted
        ? [models[0], model].map((each) => ({ model: each, usd: usd ?? 0.001, excluded: null }))
        : null,
      scores: isRouted ? [1 - strongWin, strongWin] : null,
      ...{ propensities: null, experiment: null, features: isRouted ? features : null, signal: null },
      ...{ sessionDecision: { kept: null, switched: null, switchUsd: null }, effort: null },
      ...{ pace: null, error: null },
      ...{ fallback, overBudget: null, attempts: fallback === null ? 1 : 2, tokens, events: null, usd, call },
      otherCalls: fallback === null ? [] : [{ ...call, isRefused: true, usd: null, tokens: null }],
      ms: {
        ...{ overhead: 0.3 + 0.1 * random(), queued: null, firstByte },
        total: firstByte + model.msPerToken * (tokens?.output ?? 0),
      },
      ...{ session: session.id, key: session.key, tags: session.tags, text: null },
    }
  }
}
