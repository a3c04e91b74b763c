import { untilAborted } from '../../../../base/concurrency/run-steps.ts'
import { normalizedText } from '../../../../base/text/text-identity.ts'
import { DataError, InvalidRequestError } from '../../../../errors.ts'
import { tokensColumn } from '../../../evaluation/benchmarks/labelled.ts'
import { invalidRow, parseRow } from '../../../formats/row.ts'
import { parseOutcomes } from '../../../rows/outcomes.ts'
import { nearestModel } from '../../model-pair.ts'
import type { TrainingData } from '../../training-data.ts'
import { fewestLabels } from '../labels.ts'

/** The scores of some models on distinct prompts. */
export type ModelLabels = {
  readonly prompts: readonly string[]
  readonly models: readonly string[]
  /** [prompts, models] mean score in the labels' own unit; NaN for a model without a score on the prompt. */
  readonly scores: Float64Array
  /** [prompts, models] mean output tokens of the model's calls; NaN where no row has `tokens` of it. */
  readonly outputTokens: Float64Array
  /** [prompts] summed weight of the rows, of the model with most. */
  readonly weights: Float64Array
  /** Rows of each of the data that have a score of one of the models. */
  readonly rowsUsed: readonly number[]
}

/**
 * Reads the outcomes of the models that are asked for; scores of others are left out. Prompts with one `normalizedText` are one,
 * in its first spelling.
 *
 * Throws `DataError`: `invalid-row` also for battles, which have a winner but no score of each model; `too-few-labels`,
 * `labels-all-alike`. `InvalidRequestError` `unknown-model` for a model without a score.
 */
export async function readModelLabels(
  data: readonly TrainingData[],
  models: readonly string[],
  signal?: AbortSignal,
): Promise<ModelLabels> {
  const places = new Map(models.map((model, place) => [model, place]))
  const seen = new Set<string>()
  const rows = new Map<string, { readonly prompt: string; readonly sums: Sums[] }>()
  const rowsUsed: number[] = []
  for (const source of data) {
    let used = 0
    for await (const { place, value } of untilAborted(source.rows(signal), signal)) {
      const { prompt, scores, weight = 1 } = outcomesOf(value, place)
      const { tokens } = parseRow(value, place)
      const counts = tokens == null ? {} : tokensColumn(tokens, place)
      const known = Object.entries(scores).filter(([model]) => places.has(model))
      for (const model of Object.keys(scores)) seen.add(model)
      if (known.length === 0) continue
      used++
      const key = normalizedText(prompt)
      const row = rows.get(key) ?? { prompt, sums: models.map(noSums) }
      rows.set(key, row)
      for (const [model, score] of known) {
        const sums = row.sums[places.get(model)!]!
        addTo(sums.score, score, weight)
        if (Object.hasOwn(counts, model)) addTo(sums.outputTokens, counts[model]!.outputTokens, weight)
      }
    }
    rowsUsed.push(used)
  }
  checkModels(models, [...seen])
  const labels: ModelLabels = {
    prompts: Array.from(rows.values(), ({ prompt }) => prompt),
    models,
    scores: Float64Array.from(
      [...rows.values()].flatMap(({ sums }) => sums.map(({ score }) => meanOf(score))),
    ),
    outputTokens: Float64Array.from(
      [...rows.values()].flatMap(({ sums }) => sums.map((each) => meanOf(each.outputTokens))),
    ),
    weights: Float64Array.from(rows.values(), ({ sums }) =>
      Math.max(...sums.map(({ score }) => score.weight)),
    ),
    rowsUsed,
  }
  checkLabels(labels)
  return labels
}

type Sum = { weight: number; total: number }
type Sums = { readonly score: Sum; readonly outputTokens: Sum }

function noSums(): Sums {
  return { score: { weight: 0, total: 0 }, outputTokens: { weight: 0, total: 0 } }
}

function addTo(sum: Sum, value: number, weight: number): void {
  sum.weight += weight
  sum.total += weight * value
}

function meanOf({ weight, total }: Sum): number {
  return weight === 0 ? Number.NaN : total / weight
}

/** Some of the labels, in the order of `rows`. */
export function selectModelLabels(labels: ModelLabels, rows: Int32Array): ModelLabels {
  const count = labels.models.length
  const pick = (values: Float64Array) =>
    Float64Array.from(Array.from(rows).flatMap((row) => [...values.subarray(row * count, (row + 1) * count)]))
  return {
    ...labels,
    prompts: Array.from(rows, (row) => labels.prompts[row]!),
    scores: pick(labels.scores),
    outputTokens: pick(labels.outputTokens),
    weights: Float64Array.from(rows, (row) => labels.weights[row]!),
  }
}

function outcomesOf(value: unknown, place: string) {
  if ('winner' in parseRow(value, place))
    throw invalidRow(
      place,
      'is a battle, which says who won and not how well each model did; scores of many models are learned from outcomes, {"prompt", "scores": {"model": number}}',
    )
  return parseOutcomes(value, place)
}

function checkModels(models: readonly string[], known: readonly string[]): void {
  for (const model of models) {
    if (known.includes(model)) continue
    throw new InvalidRequestError(
      'unknown-model',
      `models (--models) has ${model}, which has no score in the labels. Did you mean ${nearestModel(model, known)}? The labels have ${known.toSorted().join(', ')}.`,
      { param: 'models' },
    )
  }
}

function checkLabels({ prompts, models, scores }: ModelLabels): void {
  for (const [place, model] of models.entries()) {
    const count = prompts.filter((_, row) => !Number.isNaN(scores[row * models.length + place])).length
    if (count >= fewestLabels) continue
    throw new DataError(
      'too-few-labels',
      `There are scores of ${model} on ${count} distinct prompts, and nothing can be learned from fewer than ${fewestLabels}. Score it on some 200 prompts, or leave it out of --models.`,
    )
  }
  const differ = prompts.some((_, row) => {
    const own = scores
      .subarray(row * models.length, (row + 1) * models.length)
      .filter((score) => !Number.isNaN(score))
    return own.some((score) => score !== own[0])
  })
  if (differ) return
  throw new DataError(
    'labels-all-alike',
    `On each of the ${prompts.length} labelled prompts all models have one score, so the labels do not tell which prompts need which model. Label prompts on which they differ, or use the cheapest model for all.`,
  )
}
