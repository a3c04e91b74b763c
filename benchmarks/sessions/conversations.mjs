// Conversations as the simulator makes them: when a request comes, how many tokens it has, and what the router would say.
// Every number here is an assumption; docs/sessions.md states them.
import { createRandom } from '../../dist/base/math/random.js'

/**
 * @typedef {object} Profile
 * @property {number} system tokens of system prompt and tools
 * @property {number} turns mean number of the user's turns (geometric)
 * @property {number} calls mean number of tool calls per turn (geometric, from 0)
 * @property {number} result median tokens of a tool's result (log-normal, at most 10,000)
 * @property {number} reply median tokens of a reply (log-normal)
 * @property {number} words median tokens of the user's turn (log-normal)
 * @property {number} gap median seconds before the user's next turn (log-normal)
 */

/** @type {Readonly<Record<string, Profile>>} */
export const profiles = {
  'coding agent': { system: 15_000, turns: 6, calls: 8, result: 500, reply: 150, words: 60, gap: 60 },
  'agent with short tasks': { system: 4000, turns: 3, calls: 3, result: 300, reply: 120, words: 60, gap: 60 },
  'questions about a long text': {
    system: 40_000,
    turns: 8,
    calls: 0,
    result: 0,
    reply: 350,
    words: 60,
    gap: 60,
  },
  chat: { system: 400, turns: 5, calls: 0, result: 0, reply: 350, words: 60, gap: 60 },
}

/** Tokens at which an agent sums its conversation up, and of the summary. */
const contextLimit = 160_000
const summaryTokens = 3000
const secondsPerRequest = 10

/**
 * @typedef {object} Request
 * @property {number} at seconds since the conversation began
 * @property {'user' | 'tool' | 'compaction'} kind what came last
 * @property {boolean} isHard whether the strong model is needed
 * @property {number} strongWinRate what the router says of the turn
 * @property {number} ownWinRate what a router says that scores whatever came last, a tool's result too
 * @property {number} added tokens that came since the last request, without its reply
 * @property {number} promptTokens
 * @property {number} outputTokens
 */

/** @returns {Request[]} the requests of one conversation, in their order */
export function makeConversation(profile, seed) {
  const random = createRandom(seed)
  const geometric = (mean) => Math.floor(Math.log(1 - random.next()) / Math.log(mean / (1 + mean)))
  const logNormal = (median, sigma) =>
    Math.max(1, Math.round(median * Math.exp(sigma * random.nextGaussian())))
  // Some conversations are hard throughout, some easy: a turn is hard with the conversation's own probability.
  const hardShare = random.next() ** 1.5
  const turns = 1 + geometric(profile.turns - 1)
  const requests = []
  let [at, promptTokens, lastOutput] = [0, profile.system, 0]
  // Two normal distributions, 1.2 deviations apart: an area under the curve of .80.
  const winRate = (isHard) => 1 / (1 + Math.exp(-((isHard ? 0.6 : -0.6) + random.nextGaussian())))
  const add = (kind, isHard, strongWinRate, added) => {
    promptTokens += lastOutput + added
    let kindNow = kind
    if (promptTokens > contextLimit) {
      kindNow = 'compaction'
      promptTokens = profile.system + summaryTokens
    }
    const outputTokens = logNormal(profile.reply, 0.9)
    const ownWinRate = kind === 'tool' ? winRate(isHard) : strongWinRate
    requests.push({ at, kind: kindNow, isHard, strongWinRate, ownWinRate, added, promptTokens, outputTokens })
    at += secondsPerRequest
    lastOutput = outputTokens
  }
  for (let turn = 0; turn < turns; turn++) {
    const isHard = random.next() < hardShare
    const strongWinRate = winRate(isHard)
    if (turn > 0) at += logNormal(profile.gap, 1.3)
    add('user', isHard, strongWinRate, logNormal(profile.words, 1))
    const calls = profile.calls === 0 ? 0 : geometric(profile.calls)
    for (let call = 0; call < calls; call++)
      add('tool', isHard, strongWinRate, Math.min(10_000, logNormal(profile.result, 1.3)))
  }
  return requests
}
