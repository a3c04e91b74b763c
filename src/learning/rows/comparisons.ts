import { isAbove, isBelow } from '../../base/math/decimals.ts'
import type { ModelPair } from '../../routing/catalogue/model.ts'
import { type PlacedRow, type ReadRowsOptions, readRows } from '../formats/read-rows.ts'
import { parseRow, type Row } from '../formats/row.ts'
import { parseArenaBattle } from './arena.ts'
import { type Battle, parseBattle, parseStrongWeakBattle } from './battles.ts'
import { createFormCheck, type RowForm, unknownForm } from './forms.ts'
import { type Outcomes, parseOutcomes } from './outcomes.ts'
import { parsePreference } from './preferences.ts'
import { outcomesOfPreference } from './to-outcomes.ts'

/** Which of two models did better on a prompt: what a router learns from, whatever the file held. */
export type Comparison = {
  readonly prompt: string
  readonly modelA: string
  readonly modelB: string
  /** 1 if A won, 0 if B won, 0.5 for a tie (both good or both bad). */
  readonly winA: 0 | 0.5 | 1
  /**
   * The scores of the comparison. A battle has no scores: the winner gets 1, the loser 0, a tie 0.5 each. A preference
   * gives its shares.
   */
  readonly scoreA: number
  readonly scoreB: number
  /** Above 0. */
  readonly weight: number
  /** How many requests of a log it stands for, if the file says so. */
  readonly requests?: number
  readonly embedding?: Float32Array
}

/** The forms of rows that compare models. */
export type ComparisonForm = Exclude<RowForm, 'prompts'>

export type ComparisonsOptions = ReadRowsOptions & {
  /** Only comparisons of these two models, in this order; without it every pair of a row. */
  readonly pair?: ModelPair
}

/** The comparisons of one row; none if the row does not compare the pair. */
export type ComparisonRow = {
  /** As in `PlacedRow`. */
  readonly line: number
  readonly place: string
  readonly form: ComparisonForm
  readonly comparisons: readonly Comparison[]
}

/**
 * Reads a file of comparisons, or several as one, in any format of `readRows`, row by row. Its first row determines the form, and the
 * others must have it too: outcomes `{"prompt", "scores"}`, battles `{"prompt", "model_a", "model_b", "winner"}`,
 * `{"prompt", "strong", "weak", "winner": "strong" | "weak" | "tie"}`, each with an optional `embedding`, `weight` and `requests`;
 * preferences (`parsePreference`), or the arena's published files (`parseArenaBattle`). Outcomes and preferences become
 * comparisons by their scores: the higher score wins, equal scores tie. A comparison of a model with itself and an
 * arena prompt that is too short are left out.
 *
 * Throws `DataError`, naming file and place: `invalid-row`, and what `readRows` throws.
 */
export function readComparisons(
  file: string | readonly string[],
  options: ComparisonsOptions = {},
): AsyncGenerator<ComparisonRow> {
  return parseComparisons(readRows(file, options), options.pair)
}

/** As `readComparisons`, of rows from anywhere. */
export async function* parseComparisons(
  rows: AsyncIterable<PlacedRow>,
  pair?: ModelPair,
): AsyncGenerator<ComparisonRow> {
  const checkForm = createFormCheck()
  for await (const { line, place, value } of rows) {
    const row = parseRow(value, place)
    const form = checkForm(row, place)
    if (!isComparisonForm(form)) throw unknownForm(row, place)
    yield { line, place, form, comparisons: comparisonsOfRow(row, form, place, pair) }
  }
}

export function isComparisonForm(form: RowForm): form is ComparisonForm {
  return form !== 'prompts'
}

/**
 * The comparisons that one row of a known form gives, of its models or of the pair. Throws `DataError` `invalid-row`.
 */
export function comparisonsOfRow(
  row: Row,
  form: ComparisonForm,
  place: string,
  pair: ModelPair | undefined,
): readonly Comparison[] {
  switch (form) {
    case 'outcomes':
      return comparisonsOfOutcomes(parseOutcomes(row, place), pair)
    case 'battles':
      return comparisonsOfBattle(parseBattle(row, place), pair)
    case 'strong-weak':
      return comparisonsOfBattle(parseStrongWeakBattle(row, place), pair)
    case 'preferences':
      return comparisonsOfOutcomes(outcomesOfPreference(parsePreference(row, place)), pair)
    case 'arena': {
      const battle = parseArenaBattle(row, place)
      return battle === undefined ? [] : comparisonsOfBattle(battle, pair)
    }
  }
}

/** Every two of the row's models, in alphabetical order; or only the pair, if the row has both. */
export function comparisonsOfOutcomes(outcomes: Outcomes, pair?: ModelPair): readonly Comparison[] {
  const models = pair === undefined ? Object.keys(outcomes.scores).sort() : [pair.strong, pair.weak]
  const comparisons: Comparison[] = []
  for (const [index, modelA] of models.entries()) {
    for (const modelB of models.slice(index + 1)) {
      const scoreA = scoreOf(outcomes, modelA)
      const scoreB = scoreOf(outcomes, modelB)
      if (scoreA === undefined || scoreB === undefined || modelA === modelB) continue
      comparisons.push({ modelA, modelB, winA: winOf(scoreA, scoreB), scoreA, scoreB, ...common(outcomes) })
    }
  }
  return comparisons
}

/** The battle as one comparison, ordered so that the pair's strong model is A. */
export function comparisonsOfBattle(battle: Battle, pair?: ModelPair): readonly Comparison[] {
  const { modelA, modelB, winner } = battle
  if (modelA === modelB) return []
  const winA = winner === 'model_a' ? 1 : winner === 'model_b' ? 0 : 0.5
  const winB = winA === 1 ? 0 : winA === 0 ? 1 : 0.5
  const asFought = { modelA, modelB, winA, scoreA: winA, scoreB: winB, ...common(battle) } as const
  if (pair === undefined || (modelA === pair.strong && modelB === pair.weak)) return [asFought]
  if (modelA !== pair.weak || modelB !== pair.strong) return []
  return [{ ...asFought, modelA: modelB, modelB: modelA, winA: winB, scoreA: winB, scoreB: winA }]
}

function scoreOf({ scores }: Outcomes, model: string): number | undefined {
  return Object.hasOwn(scores, model) ? scores[model] : undefined
}

function winOf(scoreA: number, scoreB: number): Comparison['winA'] {
  if (isAbove(scoreA, scoreB)) return 1
  return isBelow(scoreA, scoreB) ? 0 : 0.5
}

/** A row without a weight has the weight of the requests that it stands for. */
function common(row: Outcomes | Battle): Pick<Comparison, 'prompt' | 'weight' | 'requests' | 'embedding'> {
  const { prompt, requests, weight = requests ?? 1, embedding } = row
  return {
    prompt,
    weight,
    ...(requests !== undefined && { requests }),
    ...(embedding !== undefined && { embedding }),
  }
}
