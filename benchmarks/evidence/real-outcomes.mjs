// Logs made of the real outcomes of four models: what each prompt would have cost and scored with each of them is known.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/**
 * @param {string} file paretobandit.jsonl.gz of shared/data/pool
 * @returns {{ dataset: string, length: number, scores: Record<string, number>, cost: Record<string, number> }[]}
 */
export function readOutcomes(file) {
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ dataset, prompt, scores, cost }) => ({ dataset, length: prompt.length, scores, cost }))
    .filter(({ scores, cost }) => models.every((model) => scores[model] !== undefined && cost[model] > 0))
}

const small = 'meta-llama/llama-3.1-8b-instruct'
const medium = 'mistralai/mistral-large-2512'
const large = 'google/gemini-2.5-pro'
const models = [small, medium, 'google/gemini-2.5-flash', large]

/** In service: the medium model, and each other one in a twentieth of the requests. */
const inService = Object.fromEntries(models.map((model) => [model, model === medium ? 0.85 : 0.05]))

/** The policies to be estimated. Short: below the median length. */
export const targets = {
  'always the small model': () => ({ [small]: 1 }),
  'always the large model': () => ({ [large]: 1 }),
  'small for short prompts, else large': ({ length }) => ({ [length < 240 ? small : large]: 1 }),
}

/** Requests of one outcome row each, drawn with replacement. */
export function drawRealLog(outcomes, requests, random) {
  return Array.from({ length: requests }, () => {
    const { dataset, length, scores, cost } = outcomes[random.nextInt(outcomes.length)]
    let rest = random.next()
    const model =
      models.find((each) => {
        rest -= inService[each]
        return rest < 0
      }) ?? medium
    return {
      session: null,
      model,
      propensities: inService,
      quality: Math.min(1, Math.max(0, scores[model])),
      usd: cost[model],
      task: dataset,
      length,
    }
  })
}

/** Means over all prompts. */
export function realTruth(outcomes, target) {
  let [quality, usd] = [0, 0]
  for (const row of outcomes) {
    const [model] = Object.keys(target(row))
    quality += row.scores[model] / outcomes.length
    usd += row.cost[model] / outcomes.length
  }
  return { quality, usd }
}
