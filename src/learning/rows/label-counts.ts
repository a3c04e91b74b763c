import { DataError } from '../../errors.ts'

/** What a row of labels counts as. */
export type LabelCount = {
  readonly weight: number
  /** How many requests of a log it stands for, if the file says so. */
  readonly requests?: number
}

/**
 * What a statement about labels is about. `requests`: the rows say how many requests of a log they stand for, as those
 * of `audit --sample-to-label` do. `distinct-prompts`: they do not, so the labels are of any origin, and how often their
 * prompts are asked is unknown.
 */
export type LabelPopulation = 'requests' | 'distinct-prompts'

export function populationOf(labels: readonly LabelCount[]): LabelPopulation {
  return labels.some(({ requests }) => requests !== undefined) ? 'requests' : 'distinct-prompts'
}

/**
 * Refuses labels whose weights differ from what they count as. A guarantee counts requests: a label counts as its
 * `requests`, else as one. So weights must be in proportion to that.
 *
 * Throws `DataError` `weighted-labels`.
 */
export function checkLabelWeights(labels: readonly LabelCount[]): void {
  const [first] = labels
  if (first === undefined) return
  const perRequest = ({ weight, requests = 1 }: LabelCount) => weight / requests
  const expected = perRequest(first)
  const place = labels.findIndex((label) => Math.abs(perRequest(label) / expected - 1) > 1e-9)
  if (place === -1) return
  const described = ({ weight, requests }: LabelCount) =>
    requests === undefined ? `${weight}` : `${weight} for ${requests} requests`
  throw new DataError(
    'weighted-labels',
    `--labels has rows of different weights (${described(first)} in the first label, ${described(labels[place]!)} in label ${place + 1}), and a guarantee counts requests: every label must stand for one, or for as many as its "requests" says. Give a random sample of the requests, or remove "weight" if it has no meaning.`,
    { param: '--labels' },
  )
}
