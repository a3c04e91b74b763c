import { nearestHint } from '../../../base/settings/nearest-name.ts'
import { DataError, InvalidRequestError } from '../../../errors.ts'
import type { LoadPickPrompt } from '../../../routing/prompts/pick-prompt.ts'
import { readRows } from '../../formats/read-rows.ts'
import { invalidRow, largestNumber, parseRow, shown } from '../../formats/row.ts'
import { parseOutcomes } from '../../rows/outcomes.ts'
import type { PoolOutcomes } from './pool-outcomes.ts'

export type ReadOutcomes = {
  readonly outcomes: PoolOutcomes
  /** Rows without a score or a cost of every model, which were left out. */
  readonly incompleteRows: number
}

export type OutcomeOptions = {
  /** Default: all models of the rows. */
  readonly models?: readonly string[]
  /** Dollars of a call of a model in rows that do not say it. */
  readonly usdPerRequest?: Readonly<Record<string, number>>
  readonly signal?: AbortSignal
  /** As `readRows` takes it. */
  readonly loadPickPrompt?: LoadPickPrompt
}

/**
 * Reads outcomes with costs, `{"prompt", "scores": {"model": number}, "cost": {"model": dollars}}`. A cost that is not known is not
 * 0: such a row is left out.
 *
 * Throws `DataError` `invalid-row`, `no-complete-rows`; `InvalidRequestError` `too-few-models`, and `unknown-model` for a price of
 * another model.
 */
export async function readPoolOutcomes(
  files: readonly string[],
  { models: asked, usdPerRequest = {}, signal, loadPickPrompt }: OutcomeOptions = {},
): Promise<ReadOutcomes> {
  const rows: {
    prompt: string
    scores: Record<string, number>
    usd: Record<string, number>
    weight: number
  }[] = []
  for await (const { place, value } of readRows(files, { signal, loadPickPrompt })) {
    const { prompt, scores, weight = 1 } = parseOutcomes(value, place)
    rows.push({ prompt, scores: { ...scores }, usd: { ...usdPerRequest, ...costOf(value, place) }, weight })
  }
  const models = asked ?? [...new Set(rows.flatMap(({ scores }) => Object.keys(scores)))]
  if (models.length < 2)
    throw new InvalidRequestError(
      'too-few-models',
      `A pool has two models or more, and this one has ${models.length === 0 ? 'none' : models[0]}. Name more with --models, or give outcomes of more.`,
      { param: '--models' },
    )
  const priced = Object.keys(usdPerRequest).find((model) => !models.includes(model))
  if (priced !== undefined)
    throw new InvalidRequestError(
      'unknown-model',
      `--usd-per-request ${priced}: the pool has no model of this name.${nearestHint(priced, models)} Models: ${models.join(', ')}.`,
      { param: '--usd-per-request' },
    )
  const complete = rows.filter(({ scores, usd }) =>
    models.every((model) => Object.hasOwn(scores, model) && Object.hasOwn(usd, model)),
  )
  if (complete.length === 0) throw nothingComplete(models, rows)
  const cells = (of: (row: (typeof rows)[number]) => Record<string, number>) =>
    Float64Array.from(complete.flatMap((row) => models.map((model) => of(row)[model]!)))
  return {
    outcomes: {
      prompts: complete.map(({ prompt }) => prompt),
      models,
      scores: cells(({ scores }) => scores),
      usd: cells(({ usd }) => usd),
      weights: Float64Array.from(complete, ({ weight }) => weight),
    },
    incompleteRows: rows.length - complete.length,
  }
}

function costOf(value: unknown, place: string): Record<string, number> {
  const { cost } = parseRow(value, place)
  if (cost === undefined || cost === null) return {}
  if (typeof cost !== 'object' || Array.isArray(cost))
    throw invalidRow(place, `needs an object of dollars by model in "cost", got ${shown(cost)}`)
  const usd: [string, number][] = []
  for (const [model, dollars] of Object.entries(cost)) {
    if (typeof dollars !== 'number' || !(dollars >= 0 && dollars <= largestNumber))
      throw invalidRow(
        place,
        `needs dollars of 0 or more for the model "${model}" in "cost", got ${shown(dollars)}`,
      )
    usd.push([model, dollars])
  }
  return Object.fromEntries(usd)
}

function nothingComplete(
  models: readonly string[],
  rows: readonly { readonly scores: object; readonly usd: object }[],
): DataError {
  const without = (of: 'scores' | 'usd') =>
    models.filter((model) => rows.every((row) => !Object.hasOwn(row[of], model)))
  const [scoreless, costless] = [without('scores'), without('usd')]
  const why =
    scoreless.length > 0
      ? `no row has a score of ${scoreless.join(', ')}`
      : costless.length > 0
        ? `no row has a cost of ${costless.join(', ')}`
        : 'each row lacks a score or a cost of one'
  return new DataError(
    'no-complete-rows',
    `No row has the score and the cost of every model (${models.join(', ')}): ${why}. Name the models with --models, or give what a call costs with --usd-per-request model=dollars.`,
  )
}
