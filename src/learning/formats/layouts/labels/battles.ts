import { invalidRow, type Row } from '../../row.ts'
import { findPromptReader } from '../cells/prompt-cells.ts'
import { findColumn, isObject, omitColumns } from '../cells/score-cells.ts'
import type { Layout } from '../layout.ts'

/** AlpacaEval's annotations: `{"instruction", "generator_1", "generator_2", "preference"}`. */
export const alpacaEvalLayout: Layout = {
  name: 'alpaca-eval',
  writer: 'AlpacaEval (annotations.json)',
  reads:
    '`instruction`, `generator_1`, `generator_2` and `preference` (1 for the first model, 2 for the second, between them a probability, 0 and 1.5 a tie) as preferences; rows without a preference are left out',
  plan(sample) {
    if (!sample.some((row) => 'generator_1' in row && 'generator_2' in row && 'preference' in row))
      return undefined
    const prompt = findPromptReader(sample)
    if (prompt === undefined) return undefined
    return {
      kind: 'each',
      read(row, { place, pickPrompt }) {
        const given = row.preference
        if (given === null || given === undefined || given === '') return undefined
        const preference = Number(given)
        const isTie = preference === 0
        if (!isTie && !(preference >= 1 && preference <= 2))
          throw invalidRow(place, `needs a number from 1 to 2 in "preference", got ${JSON.stringify(given)}`)
        const { generator_1: modelA, generator_2: modelB } = row
        return {
          ...(row.dataset !== undefined && { dataset: row.dataset }),
          prompt: prompt.read(row, pickPrompt),
          model_a: modelA,
          model_b: modelB,
          pref_b: isTie ? 0.5 : preference - 1,
        }
      },
    }
  },
}

const winnerWords: ReadonlyMap<string, string> = new Map([
  ['model_a', 'model_a'],
  ['model_b', 'model_b'],
  ['model a', 'model_a'],
  ['model b', 'model_b'],
  ['tie', 'tie'],
  ['draw', 'tie'],
  ['equal', 'tie'],
  ['both', 'tie'],
  ['both_good', 'tie'],
  ['tie (bothbad)', 'tie (bothbad)'],
  ['both_bad', 'tie (bothbad)'],
  ['bothbad', 'tie (bothbad)'],
  ['neither', 'tie (bothbad)'],
])

/** Battles that name the winner by its model, or whose prompt is a conversation. */
export const battlesLayout: Layout = {
  name: 'battles',
  writer: 'arenas, your own comparisons',
  reads:
    '`prompt`, `model_a`, `model_b`, `winner`: `model_a`, `model_b`, `tie`, `tie (bothbad)`, or the name of the model that won',
  plan(sample) {
    const [modelA, modelB] = [findColumn(sample, ['model_a']), findColumn(sample, ['model_b'])]
    const winner = findColumn(sample, ['winner', 'preferred', 'chosen_model'])
    const prompt = findPromptReader(sample)
    if (modelA === undefined || modelB === undefined || winner === undefined || prompt === undefined)
      return undefined
    if (sample.some((row) => 'conversation_a' in row || 'winner_model_a' in row)) return undefined
    const used = new Set([...prompt.columns, modelA, modelB, winner])
    return {
      kind: 'each',
      read(row, { pickPrompt }) {
        const text = prompt.read(row, pickPrompt)
        return {
          ...omitColumns(row, used),
          ...(text !== undefined && { prompt: text }),
          model_a: row[modelA],
          model_b: row[modelB],
          winner: toWinner(row[winner], row[modelA], row[modelB]),
        }
      },
    }
  },
}

function toWinner(winner: unknown, modelA: unknown, modelB: unknown): unknown {
  if (typeof winner !== 'string') return winner
  if (winner === modelA && winner !== modelB) return 'model_a'
  if (winner === modelB && winner !== modelA) return 'model_b'
  return winnerWords.get(winner.trim().toLowerCase()) ?? winner
}

/** RouteLLM's own training data, in which GPT-4 judged Mixtral's answers from 1 to 5. */
export const gpt4DatasetLayout: Layout = {
  name: 'gpt4-dataset',
  writer: 'routellm/gpt4_dataset',
  reads:
    '`prompt` and `mixtral_score`: 4 and 5 mean that mixtral-8x7b-instruct-v0.1 is enough (1 to 1 against gpt-4-1106-preview), 1 to 3 that it is not (0 to 1); the answers',
  plan(sample) {
    if (!sample.every((row) => isObject(row) && 'mixtral_score' in row && 'prompt' in row)) return undefined
    return {
      kind: 'each',
      read(row, { place }) {
        const score = Number(row.mixtral_score)
        if (row.mixtral_score === null || !(score >= 1 && score <= 5))
          throw invalidRow(
            place,
            `needs a number from 1 to 5 in "mixtral_score", got ${JSON.stringify(row.mixtral_score)}`,
          )
        return {
          ...omitColumns(row, new Set(['gpt4_response', 'mixtral_response'])),
          scores: { [strong]: 1, [weak]: score >= 4 ? 1 : 0 },
          ...answersOf(row),
        }
      },
    }
  },
}

const strong = 'gpt-4-1106-preview'
const weak = 'mixtral-8x7b-instruct-v0.1'

function answersOf(row: Row): Row {
  const { gpt4_response: ofStrong, mixtral_response: ofWeak } = row
  if (typeof ofStrong !== 'string' || typeof ofWeak !== 'string') return {}
  return { answers: { [strong]: ofStrong, [weak]: ofWeak } }
}
