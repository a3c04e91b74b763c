import type { Row } from '../../row.ts'
import { findPromptReader } from '../cells/prompt-cells.ts'
import {
  findColumn,
  hasScore,
  isObject,
  isScoreCell,
  plainName,
  promptColumnsOf,
  readScore,
} from '../cells/score-cells.ts'
import type { Layout } from '../layout.ts'

const modelNames = [
  'model',
  'model_name',
  'model_id',
  'llm',
  'llm_name',
  'llm_selected',
  'generator',
  'engine',
]
const scoreNames = [
  'score',
  'performance',
  'correct',
  'is_correct',
  'accuracy',
  'acc',
  'exact_match',
  'eval_score',
  'overall_score',
  'judge_score',
  'rating',
  'quality',
  'reward',
  'grade',
  'passed',
  'success',
]
/** An object that holds the score: RouterArena's `{"evaluation_result": {"score", "metric"}}`. */
const evaluationNames = [
  'evaluation_result',
  'evaluation',
  'eval_result',
  'grading_result',
  'judgement',
  'judgment',
]
const answerNames = [
  'response',
  'answer',
  'prediction',
  'output',
  'completion',
  'raw_output',
  'generated_answer',
]

/** A row for each prompt and model, or files of one model each: `{"prompt", "model", "score"}`. */
export const longLayout: Layout = {
  name: 'long',
  writer: 'RouterArena, LLMRouter, LLMRouterBench, Not Diamond, your own evaluation',
  reads:
    'a row for each prompt and model, or a file for each model: `prompt`, `model`, `score` (also `model_name`, `llm_selected`, `prediction` beside `global_index`; `performance`, `correct`, `accuracy`, `evaluation_result.score`, …; `success` only without `error` beside it); the model may stand beside the rows (`{"model_name", "records": […]}`) or in the name of the file; equal prompts are put together, and several scores of one model averaged',
  plan(sample) {
    const prompt = findPromptReader(sample)
    const score = findScore(sample)
    if (
      prompt === undefined ||
      score === undefined ||
      sample.some((row) => 'scores' in row || 'model_a' in row)
    )
      return undefined
    // RouterArena names the chosen model in `prediction`.
    const isArena = findColumn(sample, ['global_index']) !== undefined
    const model = findColumn(sample, isArena ? ['prediction', ...modelNames] : modelNames)
    const answer = findColumn(
      sample,
      answerNames.filter((name) => !isArena || name !== 'prediction'),
    )
    if (model !== undefined && !sample.some((row) => isName(row[model]))) return undefined
    return {
      kind: 'grouped',
      read(row, { place, around, fileModel, pickPrompt }) {
        const text = prompt.read(row, pickPrompt)
        const name = model === undefined ? (modelBeside(around) ?? fileModel) : row[model]
        if (text === undefined || !isName(name)) return []
        return [
          {
            prompt: text,
            model: name,
            score: readScore(score.cellOf(row), score.name, place),
            ...answerOf(row, answer),
            shared: promptColumnsOf(row),
          },
        ]
      },
    }
  },
}

/** Where the rows of a file have their score. */
type ScorePlace = { readonly name: string; cellOf(row: Row): unknown }

function findScore(sample: readonly Row[]): ScorePlace | undefined {
  const isScore = ({ cellOf }: ScorePlace) =>
    sample.every((row) => isScoreCell(cellOf(row))) && sample.some((row) => hasScore(cellOf(row)))
  const columns = scoreNames.flatMap((name) => findColumn(sample, [name]) ?? [])
  const evaluations = evaluationNames.flatMap((name) => findColumn(sample, [name]) ?? [])
  // Beside an error, success says whether the call went through.
  const isCall = sample.some((row) => 'error' in row)
  return [
    ...columns
      .filter((column) => plainName(column) !== 'success')
      .map((column): ScorePlace => ({ name: column, cellOf: (row) => row[column] })),
    ...evaluations.map(
      (column): ScorePlace => ({
        name: `${column}.score`,
        cellOf: (row) => (isObject(row[column]) ? row[column].score : row[column]),
      }),
    ),
    ...columns
      .filter((column) => plainName(column) === 'success' && !isCall)
      .map((column): ScorePlace => ({ name: column, cellOf: (row) => row[column] })),
  ].find(isScore)
}

/** The answer of a row: a text, or a text in RouterArena's `generated_result`. */
function answerOf(row: Row, column: string | undefined): { readonly answer?: string } {
  const { generated_result: result } = row
  const answer = column !== undefined ? row[column] : isObject(result) ? result.generated_answer : undefined
  return typeof answer === 'string' ? { answer } : {}
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

/** All rows of a list have one object around them. */
const modelsBeside = new WeakMap<Row, string | null>()

function modelBeside(around: Row): string | undefined {
  const known = modelsBeside.get(around)
  if (known !== undefined) return known ?? undefined
  const column = findColumn([around], modelNames)
  const name = column === undefined ? undefined : around[column]
  const model = isName(name) ? name : undefined
  modelsBeside.set(around, model ?? null)
  return model
}
