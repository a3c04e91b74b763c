// What conversations cost with sessions and without: makes conversations, replays each through every strategy, and
// bills it with the published cache prices. Writes results/sessions.json; then run `node scripts/generate-docs.mjs` for the
// tables of docs/sessions.md. Needs the build: npm run build.
//   node benchmarks/sessions/sessions.mjs [--seeds 20] [--conversations 60] [--seed 1]
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { studentQuantile } from '../../dist/base/math/statistics/student.js'
import { createBill } from './bill.mjs'
import { makeConversation, profiles } from './conversations.mjs'
import { eachTurnAt, strategies } from './strategies.mjs'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    conversations: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
})
const [seeds, conversations, firstSeed] = [values.seeds, values.conversations, values.seed].map(Number)

/** Dollars per million tokens; reads and writes of the cache as multiples of the input price. */
const pairs = {
  '$5/$25 and $1/$5, writes 1.25': {
    provider: 'anthropic',
    strong: model('strong', { input: 5, output: 25, read: 0.1, write: 1.25 }),
    weak: model('weak', { input: 1, output: 5, read: 0.1, write: 1.25 }),
  },
  '$3/$15 and $1/$5, writes 1.25': {
    provider: 'anthropic',
    strong: model('strong', { input: 3, output: 15, read: 0.1, write: 1.25 }),
    weak: model('weak', { input: 1, output: 5, read: 0.1, write: 1.25 }),
  },
  '$1.25/$10 and $0.25/$2, writes 1': {
    provider: 'openai',
    strong: model('strong', { input: 1.25, output: 10, read: 0.1, write: 1 }),
    weak: model('weak', { input: 0.25, output: 2, read: 0.1, write: 1 }),
  },
}

function model(name, prices) {
  return { name, prices }
}

const thresholds = Array.from({ length: 26 }, (_, index) => 1 - index / 25)

const rows = []
for (const [profileName, profile] of Object.entries(profiles)) {
  for (const [pairName, pair] of Object.entries(pairs)) {
    const perSeed = Array.from({ length: seeds }, (_, index) =>
      replaySeed(profile, { ...pair, hasTools: profile.calls > 0 }, firstSeed + index),
    )
    const alone = perSeed.map((each) => each['each request alone'].usd)
    for (const name of Object.keys(strategies)) {
      const of = (key) => perSeed.map((each) => each[name][key])
      const ratios = of('usd').map((usd, index) => usd / alone[index])
      rows.push({
        profile: profileName,
        prices: pairName,
        strategy: name,
        usd: interval(of('usd')),
        usdAgainstAlone: interval(ratios),
        usdAgainstTurns: interval(perSeed.map((each) => againstTurns(each, name))),
        hardTurnsByStrong: interval(of('hardTurnsByStrong')),
        switches: interval(of('switches')),
        switchesInLoops: interval(of('switchesInLoops')),
        requests: interval(of('requests')),
      })
    }
    console.error(`${profileName}, ${pairName}`)
  }
}
const file = fileURLToPath(new URL('../results/sessions.json', import.meta.url))
writeFileSync(file, `${JSON.stringify({ seeds, conversations, firstSeed, rows }, null, 2)}\n`)

/**
 * Dollars against those of following the policy at each turn alone, at the threshold that sends as many hard turns to the
 * strong model; between thresholds by interpolation.
 */
function againstTurns(each, name) {
  const { usd, hardTurnsByStrong } = each[name]
  const above = each.curve.findIndex((point) => point.hardTurnsByStrong >= hardTurnsByStrong)
  const [low, high] = [each.curve[Math.max(0, above - 1)], each.curve[above]]
  const span = high.hardTurnsByStrong - low.hardTurnsByStrong
  const part = span === 0 ? 1 : (hardTurnsByStrong - low.hardTurnsByStrong) / span
  return usd / (low.usd + part * (high.usd - low.usd))
}

/** Means over the conversations of one seed, by strategy. */
function replaySeed(profile, pair, seed) {
  const made = Array.from({ length: conversations }, (_, index) =>
    makeConversation(profile, seed * 10_007 + index),
  )
  const measure = (create) => {
    const strategy = create(pair)
    const totals = { usd: 0, switches: 0, hard: 0, hardByStrong: 0, requests: 0, switchesInLoops: 0 }
    for (const requests of made) replay(requests, strategy(), pair, totals)
    const { usd, switches, switchesInLoops, hard, hardByStrong } = totals
    return {
      usd: usd / conversations,
      switches: switches / conversations,
      switchesInLoops: switchesInLoops / conversations,
      hardTurnsByStrong: hardByStrong / hard,
      requests: totals.requests / conversations,
    }
  }
  const measured = Object.entries(strategies).map(([name, create]) => [name, measure(create)])
  // From nothing to everything at the strong model: rising shares of hard turns.
  const curve = thresholds.map((threshold) => measure(eachTurnAt(threshold)))
  return { ...Object.fromEntries(measured), curve }
}

function replay(requests, strategy, pair, totals) {
  const bill = createBill()
  let before
  for (const request of requests) {
    const chosen = strategy.choose(request)
    if (before !== undefined && before !== chosen) {
      if (request.kind === 'tool') totals.switchesInLoops++
      totals.switches++
    }
    before = chosen
    if (request.kind !== 'tool' && request.isHard) {
      totals.hard++
      if (chosen === pair.strong) totals.hardByStrong++
    }
    strategy.end(chosen, request, bill.add(chosen, request))
  }
  totals.usd += bill.usd
  totals.requests += requests.length
}

/** The mean over seeds, and its 95 % interval. */
function interval(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  const half = studentQuantile(0.95, values.length - 1) * Math.sqrt(variance / values.length)
  return { mean, low: mean - half, high: mean + half }
}
