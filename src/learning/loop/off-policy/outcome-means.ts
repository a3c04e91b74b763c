import type { LoggedChoice } from './logged-choice.ts'

/** The expected outcome (quality 0 to 1, or dollars) of a row if `model` answers it. */
export type OutcomeModel<Row> = (row: Row, model: string) => number

/** A model's mean counts as much as so many observations of each kind of work. */
const priorObservations = 10

/** Each session is in one fold, whose means leave it out. */
const folds = 5

/**
 * A simple outcome model: the mean of the outcomes of a model on a kind of work, drawn towards the model's mean on all kinds
 * by ten observations, and that towards the mean of all models by ten. A row's expected outcome leaves out the sessions of
 * its fold (Chernozhukov and others, Econometrics Journal 21, 2018: cross-fitting), so that no outcome is compared with a
 * mean that contains it.
 *
 * It need not be right: the doubly robust estimate is unbiased with any outcome model if the propensities are those of the log.
 *
 * @param outcomeOf null: not known. @param weightOf what an outcome counts for: 1 / its probability of being labelled.
 * @param sessions a number of each row's session, by which it is put in a fold.
 */
export function fitOutcomeMeans<Row extends LoggedChoice>(
  rows: readonly Row[],
  sessions: Uint32Array,
  outcomeOf: (row: Row) => number | null,
  weightOf: (row: Row) => number,
): (row: Row, model: string, index: number) => number {
  const sums = new Map<string, Float64Array>()
  // Names of models and tasks cannot be confused with each other: the separator is in neither.
  const taskKey = (model: string, task: string | null | undefined) => `${model}\u0000${task ?? ''}`
  const sumOf = (key: string) => {
    const sum = sums.get(key) ?? new Float64Array(2 * (folds + 1))
    sums.set(key, sum)
    return sum
  }
  for (const [index, row] of rows.entries()) {
    const outcome = outcomeOf(row)
    if (outcome === null) continue
    const weight = weightOf(row)
    for (const key of ['', row.model, taskKey(row.model, row.task)])
      for (const fold of [sessions[index]! % folds, folds]) {
        const sum = sumOf(key)
        sum[2 * fold]! += weight * outcome
        sum[2 * fold + 1]! += weight
      }
  }
  const meanWithout = (key: string, fold: number, prior: number) => {
    const sum = sums.get(key)
    if (sum === undefined) return prior
    const total = sum[2 * folds]! - sum[2 * fold]!
    const weight = sum[2 * folds + 1]! - sum[2 * fold + 1]!
    return (total + priorObservations * prior) / (weight + priorObservations)
  }
  return (row, model, index) => {
    const fold = sessions[index]! % folds
    return meanWithout(taskKey(model, row.task), fold, meanWithout(model, fold, meanWithout('', fold, 0)))
  }
}
