import { DataError } from '../../../errors.ts'
import type { TokenCounts } from '../../../routing/catalogue/prices.ts'
import type { LoadPickPrompt } from '../../../routing/prompts/pick-prompt.ts'
import { readRows } from '../../formats/read-rows.ts'
import { invalidRow, parseRow, shown } from '../../formats/row.ts'
import { outcomesOfLabel } from '../../rows/label-outcomes.ts'
import type { Outcomes } from '../../rows/outcomes.ts'
import type { Benchmark, BenchmarkRow, ScoreUnit } from '../benchmark.ts'
import type { ModelNames } from './evals-folder.ts'

/** A row of labels as outcomes, with its category and the tokens of its answers where it has them. */
export type LabelledRow = Outcomes & {
  readonly category?: string
  /** By model. */
  readonly tokens?: Readonly<Record<string, TokenCounts>>
}

/**
 * Any labelled file is a benchmark: outcomes (`{"prompt", "scores": {"model": number}}`, in any format of `readRows`)
 * with an optional `category`, `weight` (default: `requests`) and `tokens` (`{"model": {"input", "output"}}`), or battles and
 * preferences, as `outcomesOfLabel` scores them. Rows that do not score both
 * models are left out. Several files are read as one.
 *
 * @param models Default: the two models of the file, which must score exactly two; the one with the higher mean is
 * strong.
 *
 * Throws `DataError` naming file, row and remedy.
 */
export async function loadLabelled(
  files: string | readonly string[],
  models?: ModelNames,
  signal?: AbortSignal,
  loadPickPrompt?: LoadPickPrompt,
): Promise<Benchmark> {
  const name = [files].flat().join(' and ')
  const rows = await readLabelledRows(files, signal, loadPickPrompt)
  return benchmarkOfPair(name, rows, models ?? onlyPair(name, rows))
}

/** The only model that a file of labels scores; undefined if it scores several, or none. */
export async function onlyModelOf(file: string, signal?: AbortSignal): Promise<string | undefined> {
  const models = new Set<string>()
  for await (const { place, value } of readRows(file, { signal })) {
    for (const model of Object.keys(outcomesOfLabel(value, place).scores)) models.add(model)
    if (models.size > 1) return undefined
  }
  const [model] = models
  return model
}

/** The rows of a file of labels, or of several that are read as one. */
export async function readLabelledRows(
  files: string | readonly string[],
  signal?: AbortSignal,
  loadPickPrompt?: LoadPickPrompt,
): Promise<readonly LabelledRow[]> {
  const rows: LabelledRow[] = []
  for await (const { place, value } of readRows(files, { signal, loadPickPrompt })) {
    const { category, tokens } = parseRow(value, place)
    if (category !== undefined && category !== null && typeof category !== 'string') {
      throw new DataError(
        'invalid-row',
        `${place} needs a string in "category", got ${JSON.stringify(category)}.`,
      )
    }
    rows.push({
      ...outcomesOfLabel(value, place),
      ...(category ? { category } : {}),
      ...(tokens != null && { tokens: tokensColumn(tokens, place) }),
    })
  }
  return rows
}

/**
 * The benchmark of one pair of models. Scores from 0 to 1 are shares, returned in percent; scores from 1 to 10 are a
 * judge's; others are points. The pair has one unit. Throws `DataError` if a model is not in the file, or no row scores
 * both.
 */
export function benchmarkOfPair(
  name: string,
  labelled: readonly LabelledRow[],
  models: ModelNames,
): Benchmark {
  const { strong, weak } = models
  const rows = labelled.filter(({ scores }) => Object.hasOwn(scores, strong) && Object.hasOwn(scores, weak))
  if (rows.length === 0) throw nothingToMeasure(name, labelled, models)
  const unit = unitOf(rows.flatMap(({ scores }) => [scores[strong]!, scores[weak]!]))
  const scale = unit === 'percent' ? 100 : 1
  return {
    name,
    unit,
    strongModel: strong,
    weakModel: weak,
    rows: rows.map(
      ({ prompt, scores, category, requests, weight = requests, tokens }): BenchmarkRow => ({
        prompt,
        strongScore: scores[strong]! * scale,
        weakScore: scores[weak]! * scale,
        ...(category === undefined ? {} : { category }),
        ...(weight === undefined ? {} : { weight }),
        ...(tokens?.[strong] && { strongTokens: tokens[strong] }),
        ...(tokens?.[weak] && { weakTokens: tokens[weak] }),
      }),
    ),
    contaminated: [],
  }
}

/** The mean score of every model of the file over the rows that score it, best first. */
export function meanScores(rows: readonly LabelledRow[]): { model: string; score: number; rows: number }[] {
  const sums = new Map<string, { total: number; rows: number }>()
  for (const { scores } of rows) {
    for (const [model, score] of Object.entries(scores)) {
      const sum = sums.get(model) ?? { total: 0, rows: 0 }
      sums.set(model, { total: sum.total + score, rows: sum.rows + 1 })
    }
  }
  return [...sums]
    .map(([model, sum]) => ({ model, score: sum.total / sum.rows, rows: sum.rows }))
    .sort((one, other) => other.score - one.score)
}

/** `{"model": {"input", "output"}}`. Throws `DataError` `invalid-row`. */
export function tokensColumn(value: unknown, place: string): Readonly<Record<string, TokenCounts>> {
  return Object.fromEntries(
    Object.entries(parseRow(value, `${place} "tokens"`)).map(([model, counts]) => {
      const { input, output } = parseRow(counts, `${place} "tokens" of ${model}`)
      if (!isCount(input) || !isCount(output))
        throw invalidRow(
          place,
          `needs {"input", "output"} in "tokens" of ${model}, numbers of 0 or more, got ${shown(counts)}`,
        )
      return [model, { inputTokens: input, outputTokens: output }]
    }),
  )
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function onlyPair(file: string, rows: readonly LabelledRow[]): ModelNames {
  const [best, second, ...more] = meanScores(rows)
  if (best !== undefined && second !== undefined && more.length === 0 && best.score > second.score) {
    return { strong: best.model, weak: second.model }
  }
  throw new DataError(
    'benchmark-pair',
    `${file} scores ${listed(rows)}, so it does not say which two to compare. ` +
      (second === undefined
        ? 'Name the files of all models (--benchmark A.jsonl B.jsonl), or a folder of them.'
        : 'Name them with --strong-model and --weak-model.'),
  )
}

function nothingToMeasure(
  name: string,
  rows: readonly LabelledRow[],
  { strong, weak }: ModelNames,
): DataError {
  const known = new Set(rows.flatMap(({ scores }) => Object.keys(scores)))
  const missing = [strong, weak].filter((model) => !known.has(model))
  return new DataError(
    'benchmark-pair',
    missing.length > 0
      ? `${name} does not score ${missing.join(' or ')}; it scores ${listed(rows)}. Name two of these.`
      : `No row of ${name} scores both ${strong} and ${weak}. Choose two models that were asked the same prompts.`,
  )
}

function listed(rows: readonly LabelledRow[]): string {
  const models = meanScores(rows)
  if (models.length === 0) return 'no model'
  const shown = models
    .slice(0, 12)
    .map(({ model, score }) => `${model} (mean ${Number(score.toPrecision(4))})`)
  return shown.join(', ') + (models.length > shown.length ? ` and ${models.length - shown.length} more` : '')
}

function unitOf(scores: readonly number[]): ScoreUnit {
  if (scores.every((score) => score >= 0 && score <= 1)) return 'percent'
  return scores.every((score) => score >= 1 && score <= 10) ? '1-10' : 'points'
}
