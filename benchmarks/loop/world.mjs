// Prompts with the outcomes of two real models, of which simulated months are made.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** @typedef {import('../evidence/logs.mjs').Random} Random */

/**
 * @typedef {object} WorldPrompt
 * @property {string} text
 * @property {string} kind of work
 * @property {string} subject requests of a session have the same
 * @property {{ strong: number, weak: number }} scores what the models' answers were worth, 0 to 1
 * @property {{ strong: number, weak: number }} usd
 * @property {number} judgeUsd a comparison of the two answers by the strong model, in both orders
 * @property {number} winRate of the built-in router
 * @property {number} uniform the win rate of a router that tosses a coin
 */

/** The models whose answers were checked by rule, by the names that the file has for them. */
const strongNames = [
  'gpt-4-1106-preview',
  'gpt-4o-2024-05-13',
  'gpt-4-turbo-2024-04-09',
  'Qwen2.5-72B-Instruct',
]
const weakNames = ['gpt-3.5-turbo', 'gpt-3.5-turbo-1106', 'gpt-3.5-turbo-0125', 'Mixtral-8x7B-Instruct-v0.1']

/**
 * The data sets, and the kind of work that their prompts are. The strong model is of the class of GPT-4 (on BIG-Bench Hard Qwen2.5-72B),
 * the weak one GPT-3.5 (on MMLU-Pro and BIG-Bench Hard, which it did not answer, Mixtral-8x7B).
 */
const datasets = {
  mmlu_pro: kindOfExam,
  'cruxeval-o': () => 'code',
  MATH_level5_test: () => 'mathematics',
  'numersense-v2': () => 'common sense',
  'zebra-grid': () => 'logic',
  routerbench_arc_challenge: () => 'school science',
  routerbench_winogrande: () => 'common sense',
  routerbench_mbpp: () => 'code',
  svamp: () => 'arithmetic',
  mawpsmultiarith: () => 'arithmetic',
  humaneval: () => 'code',
  odex: () => 'code',
  bbh: (task) => (isLogic.test(task) ? 'logic' : 'language'),
}

function kindOfExam(subject) {
  if (['math', 'physics'].includes(subject)) return 'mathematics'
  return ['engineering', 'chemistry', 'computer science'].includes(subject)
    ? 'engineering'
    : 'business and life'
}
const isLogic = /deduction|tracking|lies|temporal|boolean|navigate|fallacies|counting|objects|shapes/

/** List prices in dollars for a million tokens, for all prompts: those of gpt-4o and gpt-3.5-turbo. */
const pricePerMillion = { strong: { input: 2.5, output: 10 }, weak: { input: 0.5, output: 1.5 } }
/** The files hold no answers, so their lengths are drawn, for all kinds of work alike. */
const replyTokens = { median: 150, deviation: 0.5 }
const judge = { instructions: 250, verdict: 80 }

/**
 * @param {string} file train_pool.jsonl.gz of shared/data/training
 * @param {{ createRandom: (seed: number) => Random, builtinWinRate: (text: string) => number, mostPerSubject?: number }} tools
 * @returns {WorldPrompt[]}
 */
export function readWorld(file, { createRandom, builtinWinRate, mostPerSubject = Number.POSITIVE_INFINITY }) {
  const random = createRandom(1)
  const seen = new Set()
  const ofSubject = new Map()
  const prompts = []
  for (const line of gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n')) {
    const row = JSON.parse(line)
    const kindOf = datasets[row.dataset]
    if (kindOf === undefined) continue
    const [strong, weak] = [strongNames, weakNames].map((names) => scoreOf(row.scores, names))
    if (strong === undefined || weak === undefined) continue
    const text = row.prompt
    const subject = `${row.dataset} ${row.category}`
    const already = ofSubject.get(subject) ?? 0
    if (seen.has(text) || already >= mostPerSubject) continue
    seen.add(text)
    ofSubject.set(subject, already + 1)
    const kind = kindOf(row.category)
    const input = text.length / 4
    const reply = replyTokens.median * Math.exp(replyTokens.deviation * random.nextGaussian())
    const price = (model, inputTokens, outputTokens) =>
      (inputTokens * pricePerMillion[model].input + outputTokens * pricePerMillion[model].output) / 1e6
    prompts.push({
      text,
      kind,
      subject,
      scores: { strong, weak },
      usd: { strong: price('strong', input, reply), weak: price('weak', input, reply) },
      judgeUsd: 2 * price('strong', judge.instructions + input + 2 * reply, judge.verdict),
      winRate: builtinWinRate(text),
      uniform: random.next(),
    })
  }
  return prompts
}

/** The score of the first of the models that the row has. Names in the file may have the maker before them. */
function scoreOf(scores, models) {
  const names = Object.keys(scores)
  for (const model of models) {
    const name = names.find((each) => each.slice(each.lastIndexOf('/') + 1) === model)
    if (name !== undefined) return scores[name]
  }
  return undefined
}
