import { DataError } from '../../errors.ts'
import type { ModelPair } from '../../routing/catalogue/model.ts'
import type { ReadRowsOptions } from '../formats/read-rows.ts'
import { type Comparison, type ComparisonForm, readComparisons } from './comparisons.ts'

/** How the two models of a pair did on one prompt. */
export type PairLabel = {
  readonly line: number
  readonly prompt: string
  /** Of a battle: 1 for the winner, 0 for the loser, 0.5 each for a tie. */
  readonly strongScore: number
  readonly weakScore: number
  readonly weight: number
  /** How many requests of a log it stands for, if the file says so. */
  readonly requests?: number
  readonly embedding?: Float32Array
}

/** The labels of one pair of models, at least one. */
export type PairLabels = {
  readonly form: ComparisonForm
  readonly pair: ModelPair
  readonly labels: readonly PairLabel[]
  /** Rows of the file that do not compare the pair. */
  readonly otherRows: number
}

export type PairLabelsOptions = ReadRowsOptions & {
  readonly pair?: ModelPair
  /** Used if no pair is requested and the file has both models: the pair of the router to calibrate. */
  readonly likelyPair?: ModelPair
}

type PlacedComparison = { readonly line: number; readonly comparison: Comparison }

/**
 * Reads a file of outcomes or battles, or several as one, as labels of one pair: the requested one; else the one that the rows name as
 * strong and weak; else the likely one; else the only two models of the file, of which the one with the higher mean is
 * the strong one.
 *
 * Throws `DataError`: `labels-pair` if that does not determine the pair or no row compares it, `no-labels` for an empty
 * file,
 * and what `readComparisons` throws.
 */
export async function readPairLabels(
  files: string | readonly string[],
  options: PairLabelsOptions = {},
): Promise<PairLabels> {
  const file = [files].flat().join(' and ')
  const { pair: asked, likelyPair, ...reading } = options
  const found: PlacedComparison[] = []
  let form: ComparisonForm | undefined
  let rows = 0
  for await (const row of readComparisons(files, reading)) {
    form ??= row.form
    rows++
    for (const comparison of row.comparisons) found.push({ line: row.line, comparison })
  }
  if (form === undefined)
    throw new DataError(
      'no-labels',
      `${file} has no label in it; give outcomes ({"prompt", "scores"}) or battles, one a line.`,
    )
  const pair = asked ?? namedPair(form, found) ?? knownPair(likelyPair, found) ?? onlyPair(file, found)
  const labels = found.flatMap(({ line, comparison }) => labelOf(line, comparison, pair))
  if (labels.length === 0)
    throw new DataError(
      'labels-pair',
      `No row of ${file} compares ${pair.strong} with ${pair.weak}; it has ${listed(found)}. Name two of these that were asked the same prompts, with --strong-model and --weak-model.`,
    )
  return { form, pair, labels, otherRows: rows - new Set(labels.map(({ line }) => line)).size }
}

function labelOf(line: number, comparison: Comparison, { strong, weak }: ModelPair): PairLabel[] {
  const { modelA, modelB, scoreA, scoreB, prompt, weight, requests, embedding } = comparison
  const isTurned = modelA === weak && modelB === strong
  if (!isTurned && (modelA !== strong || modelB !== weak)) return []
  const [strongScore, weakScore] = isTurned ? [scoreB, scoreA] : [scoreA, scoreB]
  return [
    {
      line,
      prompt,
      strongScore,
      weakScore,
      weight,
      ...(requests !== undefined && { requests }),
      ...(embedding !== undefined && { embedding }),
    },
  ]
}

function namedPair(form: ComparisonForm, found: readonly PlacedComparison[]): ModelPair | undefined {
  const first = found[0]?.comparison
  if (form !== 'strong-weak' || first === undefined) return undefined
  const isSame = found.every(
    ({ comparison }) => comparison.modelA === first.modelA && comparison.modelB === first.modelB,
  )
  return isSame ? { strong: first.modelA, weak: first.modelB } : undefined
}

function knownPair(pair: ModelPair | undefined, found: readonly PlacedComparison[]): ModelPair | undefined {
  const isThere = found.some(
    ({ comparison }) => pair !== undefined && labelOf(0, comparison, pair).length > 0,
  )
  return isThere ? pair : undefined
}

function onlyPair(file: string, found: readonly PlacedComparison[]): ModelPair {
  const [best, second, ...more] = meanScores(found)
  if (best !== undefined && second !== undefined && more.length === 0 && best.mean > second.mean)
    return { strong: best.model, weak: second.model }
  if (best === undefined)
    throw new DataError(
      'labels-pair',
      `No row of ${file} compares two models. If it has the scores of one model, name the files of all models, or a folder of them.`,
    )
  throw new DataError(
    'labels-pair',
    `${file} compares ${listed(found)}, so it does not say which model is the strong one and which the weak one. ` +
      'Name them with --strong-model and --weak-model.',
  )
}

function meanScores(found: readonly PlacedComparison[]): { model: string; mean: number }[] {
  const sums = new Map<string, { total: number; count: number }>()
  for (const { comparison } of found)
    for (const [model, score] of [
      [comparison.modelA, comparison.scoreA],
      [comparison.modelB, comparison.scoreB],
    ] as const) {
      const { total, count } = sums.get(model) ?? { total: 0, count: 0 }
      sums.set(model, { total: total + score, count: count + 1 })
    }
  return [...sums]
    .map(([model, { total, count }]) => ({ model, mean: total / count }))
    .sort((one, other) => other.mean - one.mean)
}

function listed(found: readonly PlacedComparison[]): string {
  const models = meanScores(found)
  if (models.length === 0) return 'no two models'
  const shown = models.slice(0, 12).map(({ model, mean }) => `${model} (mean ${Number(mean.toPrecision(4))})`)
  return shown.join(', ') + (models.length > shown.length ? ` and ${models.length - shown.length} more` : '')
}
