import { invalidRow, type Row } from '../../row.ts'
import { looksLikeModel } from '../cells/model-names.ts'
import { findPromptReader, noPrompt } from '../cells/prompt-cells.ts'
import { hasScore, isObject, isScoreCell, omitColumns, readScore } from '../cells/score-cells.ts'
import type { Layout } from '../layout.ts'

const containers = [
  'scores',
  'models',
  'model_scores',
  'results',
  'outcomes',
  'evaluations',
  'responses',
  'completions',
  'outputs',
  'generations',
  'candidates',
  'answers',
  'ratings',
  'performance',
  'accuracy',
  'quality',
  'correct',
  'rewards',
]
const scoreContainers: ReadonlySet<string> = new Set(['scores', 'models', 'model_scores'])
const answerContainers: ReadonlySet<string> = new Set([
  'answers',
  'responses',
  'completions',
  'outputs',
  'generations',
  'candidates',
])
const modelFields = ['model', 'model_name', 'name', 'model_id', 'llm', 'provider', 'generator']
const scoreFields = [
  'score',
  'performance',
  'correct',
  'is_correct',
  'accuracy',
  'overall_score',
  'rating',
  'quality',
  'reward',
  'grade',
]
const answerFields = ['response', 'answer', 'output', 'text', 'completion', 'content']

/** Outcomes whose scores are a list, texts, or under another name: `{"models": {"a": {"score": 1}}}`. */
export const nestedLayout: Layout = {
  name: 'nested',
  writer: 'UltraFeedback, evaluations with an object or a list for each prompt',
  reads:
    '`scores` or `models`, `results`, `completions` and the like: an object by model of numbers or of `{"score", "response"}`, or a list of `{"model", "score"}`; a score that is null is one that the row lacks',
  plan(sample) {
    const prompt = findPromptReader(sample)
    const container = containers.find((name) => {
      const parsed = sample.filter((row) => row[name] != null).map((row) => parseEntries(row[name], name))
      return (
        parsed.some((entries) => (entries?.length ?? 0) > 0) &&
        parsed.every((entries) => entries !== undefined)
      )
    })
    if (prompt === undefined || container === undefined) return undefined
    // Columns that keep their names keep their places too.
    const used = new Set(
      [...prompt.columns, container].filter((name) => name !== 'prompt' && name !== 'scores'),
    )
    return {
      kind: 'each',
      read(row, { place, pickPrompt }) {
        // Such a row is of another form, which whoever reads it refuses.
        if (row[container] === undefined) return row
        const text = prompt.read(row, pickPrompt)
        if (text === undefined) throw noPrompt(row, prompt.columns, place)
        const entries = parseEntries(row[container] ?? {}, container)
        if (entries === undefined) throw invalidRow(place, `needs the scores of models in "${container}"`)
        const scores = entries.flatMap(({ model, score }): [string, number | boolean][] => {
          const number = readScore(score, `${container}.${model}`, place)
          return number === null
            ? []
            : [[model, typeof score === 'boolean' && container === 'scores' ? score : number]]
        })
        const answers = entries.flatMap(({ model, answer }): [string, string][] =>
          answer === undefined ? [] : [[model, answer]],
        )
        return {
          ...omitColumns(row, used),
          prompt: text,
          scores: Object.fromEntries(scores),
          ...(answers.length > 0 && { answers: Object.fromEntries(answers) }),
        }
      },
    }
  },
}

type Entry = { readonly model: string; readonly score: unknown; readonly answer?: string }

/** The models' scores in a list or an object; undefined if it holds something else. */
function parseEntries(value: unknown, container: string): readonly Entry[] | undefined {
  if (Array.isArray(value)) {
    const entries = value.map((item: unknown) => {
      if (!isObject(item)) return undefined
      const model = field(item, modelFields)
      return typeof model === 'string' && model !== '' ? entryOf(model, item) : undefined
    })
    return entries.every((entry) => entry !== undefined) && entries.length > 0 ? entries : undefined
  }
  if (!isObject(value)) return undefined
  // The answers of models may be numbers, and a result may be a duration.
  const mayHoldScores = scoreContainers.has(container) || Object.keys(value).every(looksLikeModel)
  if (answerContainers.has(container) && !Object.values(value).every(isObject)) return undefined
  const entries = Object.entries(value).map(([model, cell]): Entry | undefined => {
    if (isObject(cell)) return entryOf(model, cell)
    return model !== '' && isScoreCell(cell) && mayHoldScores ? { model, score: cell } : undefined
  })
  return entries.every((entry) => entry !== undefined) ? entries : undefined
}

function entryOf(model: string, item: Row): Entry | undefined {
  const score = field(item, scoreFields)
  if (!hasScore(score) && score !== null) return undefined
  const answer = field(item, answerFields)
  return { model, score, ...(typeof answer === 'string' && { answer }) }
}

function field(item: Row, names: readonly string[]): unknown {
  const name = names.find((each) => item[each] !== undefined)
  return name === undefined ? undefined : item[name]
}
