import type { Row } from '../../row.ts'
import { findPromptReader } from '../cells/prompt-cells.ts'
import { findColumn, hasScore, isScoreCell, promptColumnsOf, readScore } from '../cells/score-cells.ts'
import type { Layout } from '../layout.ts'

const modelNames = ['model', 'model_name', 'model_id', 'llm', 'llm_name', 'generator', 'engine']
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
    'a row for each prompt and model, or a file for each model: `prompt`, `model`, `score` (also `model_name`, `performance`, `correct`, `accuracy`, …); the model may stand beside the rows (`{"model_name", "records": […]}`) or in the name of the file; equal prompts are put together, and several scores of one model averaged',
  plan(sample) {
    const prompt = findPromptReader(sample)
    const score = scoreNames
      .map((name) => findColumn(sample, [name]))
      .find(
        (column) =>
          column !== undefined &&
          sample.every((row) => isScoreCell(row[column])) &&
          sample.some((row) => hasScore(row[column])),
      )
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
      read(row, { place, around, fileModel }) {
        const text = prompt.read(row)
        const name = model === undefined ? (modelBeside(around) ?? fileModel) : row[model]
        if (text === undefined || !isName(name)) return []
        return [
          {
            prompt: text,
            model: name,
            score: readScore(row[score], score, place),
            ...(answer !== undefined && typeof row[answer] === 'string' && { answer: row[answer] }),
            shared: promptColumnsOf(row),
          },
        ]
      },
    }
  },
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function modelBeside(around: Row): string | undefined {
  const column = findColumn([around], modelNames)
  const name = column === undefined ? undefined : around[column]
  return isName(name) ? name : undefined
}
