import type { Row } from '../../row.ts'
import { looksLikeModel } from '../cells/model-names.ts'
import { findPromptReader, noPrompt, type PromptReader } from '../cells/prompt-cells.ts'
import { parseTextList } from '../cells/python-list.ts'
import { hasScore, isObject, isScoreCell, plainName, readScore } from '../cells/score-cells.ts'
import type { Layout, Reading } from '../layout.ts'

const scoreWords = 'scores?|correct|is_correct|accuracy|acc|rating|quality|performance|reward|grade|label'
const prefixed = new RegExp(`^(?:${scoreWords})([./|:_ ])(.+)$`, 'i')
const suffixed = new RegExp(`^(.+?)([./|:_ -])(?:${scoreWords})$`, 'i')
const answerSuffix = /^(.+?)[./|:_ -](?:model_response|response|answer|output|completion|generation)$/i
/** What a file says of a model besides its score. */
const otherSuffix =
  /^(.+?)[./|:_ -](?:total_cost|cost|price|usd|latency|time|duration|tokens?|input_tokens|output_tokens|num_tokens|length|len)$/i

/** A row a prompt and a column a model: `gpt-4o`, `scores/gpt-4o`, `gpt-4o|score`, RouterBench's and SPROUT's columns. */
export const wideLayout: Layout = {
  name: 'wide',
  writer: 'RouterBench, SPROUT, data frames, spreadsheets',
  reads:
    'a column of scores for each model (`gpt-4o`, `scores.gpt-4o`, `scores/gpt-4o`, `gpt-4o|score`, `gpt-4o_score`), or of `{"score", "response"}`; its answers from `<model>|model_response` or `<model>_response`',
  plan(sample) {
    const prompt = findPromptReader(sample)
    if (prompt === undefined) return undefined
    const columns = [...new Set(sample.flatMap(Object.keys))].filter((column) => !prompt.columns.has(column))
    const scores = findScoreColumns(sample, columns)
    if (scores.size === 0) return undefined
    return planOf(prompt.read, prompt.columns, scores, findAnswerColumns(columns, scores))
  },
}

/** By column, the model whose score it holds. */
type ModelColumns = ReadonlyMap<string, string>

function planOf(
  readPrompt: PromptReader['read'],
  promptColumns: ReadonlySet<string>,
  scores: ModelColumns,
  answers: ModelColumns,
): Reading {
  const models = new Set(scores.values())
  return {
    kind: 'each',
    read(row, { place, pickPrompt }) {
      const others: [string, unknown][] = []
      const found: [string, number][] = []
      const texts: [string, string][] = []
      // By the columns of the row: a file may have many that a row lacks.
      for (const [column, cell] of Object.entries(row)) {
        const model = scores.get(column)
        const answered = answers.get(column)
        if (model !== undefined) {
          const score = readScore(isObject(cell) ? scoreField(cell) : cell, column, place)
          if (score !== null) found.push([model, score])
          const answer = isObject(cell) ? (cell.response ?? cell.answer ?? cell.output) : undefined
          if (typeof answer === 'string') texts.push([model, answer])
        } else if (answered !== undefined) {
          if (typeof cell === 'string' && cell !== '')
            texts.push([answered, parseTextList(cell)?.[0] ?? cell])
        } else if (!promptColumns.has(column) && !models.has(otherSuffix.exec(column)?.[1] ?? ''))
          others.push([column, cell])
      }
      const prompt = readPrompt(row, pickPrompt)
      if (prompt === undefined) throw noPrompt(row, promptColumns, place)
      return {
        ...Object.fromEntries(others),
        prompt,
        scores: Object.fromEntries(found),
        ...(texts.length > 0 && { answers: Object.fromEntries(texts) }),
      }
    },
  }
}

function scoreField(cell: Row): unknown {
  return cell.score ?? cell.correct ?? cell.accuracy ?? cell.performance ?? cell.rating
}

function findScoreColumns(sample: readonly Row[], columns: readonly string[]): ModelColumns {
  const cellsOf = (column: string) => sample.map((row) => row[column])
  const isNumeric = (column: string) => cellsOf(column).every(isScoreCell) && cellsOf(column).some(hasScore)
  const isNested = (column: string) => {
    const cells = cellsOf(column).filter((cell) => cell !== null && cell !== undefined)
    return cells.length > 0 && cells.every((cell) => isObject(cell) && hasScore(scoreField(cell)))
  }
  const nested = columns.filter(isNested)
  if (nested.length > 1 || nested.some(looksLikeModel))
    return new Map(nested.map((column) => [column, column]))
  const numeric = new Set(columns.filter(isNumeric))
  // A model without a score in the first rows has one later.
  const candidates = columns.filter((column) => cellsOf(column).every(isScoreCell))
  const named = candidates.flatMap((column): [string, string][] => {
    const model = modelOfScoreColumn(column)
    return model === undefined ? [] : [[column, model]]
  })
  if (named.some(([column]) => numeric.has(column))) return new Map(named)
  const withCompanions = new Set(
    columns.flatMap((column) => answerSuffix.exec(column)?.[1] ?? otherSuffix.exec(column)?.[1] ?? []),
  )
  const bare = candidates.filter(
    (column) =>
      !otherSuffix.test(column) &&
      (looksLikeModel(column) || (withCompanions.has(column) && numeric.size > 1)),
  )
  const isClear = bare.length > 1 || bare.some((column) => withCompanions.has(column))
  return new Map(
    isClear && bare.some((column) => numeric.has(column)) ? bare.map((column) => [column, column]) : [],
  )
}

/** The model in `scores/gpt-4o` or `gpt-4o|score`. After `_`, a hyphen or a space it must look like a model's name. */
function modelOfScoreColumn(column: string): string | undefined {
  const [, before, after] = prefixed.exec(column) ?? []
  const [, name, separator] = suffixed.exec(column) ?? []
  const isClear = (mark: string | undefined) => mark === '.' || mark === '/' || mark === '|' || mark === ':'
  if (after !== undefined && (isClear(before) || looksLikeModel(after))) return after
  if (name !== undefined && (isClear(separator) || looksLikeModel(name))) return name
  return undefined
}

function findAnswerColumns(columns: readonly string[], scores: ModelColumns): ModelColumns {
  const models = new Set(scores.values())
  return new Map(
    columns.flatMap((column): [string, string][] => {
      const model = answerSuffix.exec(column)?.[1]
      return model !== undefined && models.has(model) && !scores.has(column) ? [[column, model]] : []
    }),
  )
}

/** Names of numbers that are no scores, whatever else a table is about. */
const otherNumbers =
  /^(?:id|index|idx|row|unnamed.*|.*_(?:id|idx|index)|level|.*tokens?|.*cost.*|.*usd|.*price|.*latency.*|.*time.*|.*timestamp|created.*|.*length|count|weight|requests|turns?|seed|temperature|max_.*|top_p|year|n|key|strong_?win_?rate|preference.*|helpfulness|correctness|coherence|complexity|verbosity|split|status|.*status_code)$/

/**
 * The columns of a row that hold numbers and were not read, if they may be the scores of models.
 *
 * @returns a sentence that says what would make them scores, or an empty text.
 */
export function proposeScoreColumns(row: Row): string {
  const columns = Object.keys(row).filter(
    (column) =>
      hasScore(row[column]) &&
      !otherNumbers.test(plainName(column)) &&
      !/^(?:scores|prompt|question|query)$/.test(column),
  )
  const [first] = columns
  if (first === undefined) return ''
  const names = columns.slice(0, 4)
  const renamed = names.map((column) => `scores.${column}`)
  const more = columns.length > names.length ? ' and so on' : ''
  if (columns.length === 1)
    return ` If "${first}" is the score of a model, name the column scores.<model>, or add a column "model".`
  return ` If ${names.map((name) => `"${name}"`).join(', ')}${more} are the scores of models, name the columns ${renamed.join(', ')}${more}.`
}
