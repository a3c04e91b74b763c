import { InvalidRequestError } from '../../../errors.ts'

/** A request of the log, with the probability of each model that could have answered it. */
export type LoggedChoice = {
  /** Requests of one session depend on each other. Null: the request is a session of its own. */
  readonly session: string | null
  /** The model that answered. */
  readonly model: string
  /**
   * The probability with which the policy in service chose each model, given the request; they sum to 1. A turn that keeps the
   * model of its session has the probabilities of the turn that chose it: its model is not drawn again.
   */
  readonly propensities: Readonly<Record<string, number>>
  /** Quality of the answer, 0 to 1. Null: not labelled. */
  readonly quality: number | null
  /**
   * The probability, above 0, with which the request was to be labelled, decided without its quality. It is required (below 1)
   * of every row if not every row is labelled. Default: 1.
   */
  readonly labelProbability?: number
  /** What the answer cost, in dollars. Null: its price is not known. */
  readonly usd: number | null
  /** Kind of work, by which the simple outcome model groups the requests. */
  readonly task?: string | null
}

/** The probability with which the policy to be estimated chooses each model for a request; they sum to 1. */
export type TargetPolicy<Row> = (row: Row) => Readonly<Record<string, number>>

/** Sums of probabilities may be off by the rounding of numbers with this many digits. */
const rounding = 1e-6

/** @throws `InvalidRequestError` (`invalid-logged-choice`) that names the row, its field and value. */
export function checkLoggedChoice(row: LoggedChoice, index: number): void {
  checkProbabilities(row.propensities, `The propensities of row ${index}`, 'invalid-logged-choice')
  if (!(row.propensities[row.model]! > 0))
    refuse(index, `\`model\` is ${row.model}, to which its propensities give no probability above 0`)
  const { labelProbability = 1, quality, usd } = row
  if (!(labelProbability > 0 && labelProbability <= 1))
    refuse(index, `\`labelProbability\` is ${labelProbability}; it must be above 0 and at most 1`)
  if (quality === null ? labelProbability === 1 : !(quality >= 0 && quality <= 1))
    refuse(
      index,
      quality === null
        ? 'it has no quality, though its `labelProbability` is 1. Give every row the probability with which it was to be labelled'
        : `\`quality\` is ${quality}; it must be from 0 to 1`,
    )
  if (usd !== null && !(usd >= 0 && usd < Number.POSITIVE_INFINITY))
    refuse(index, `\`usd\` is ${usd}; it must be a number of dollars from 0, or null`)
}

/** @throws `InvalidRequestError` (`invalid-target-policy`) if the target's probabilities are none. */
export function checkTargetChoice(probabilities: Readonly<Record<string, number>>, index: number): void {
  checkProbabilities(
    probabilities,
    `The target policy's probabilities for row ${index}`,
    'invalid-target-policy',
  )
}

function checkProbabilities(
  probabilities: Readonly<Record<string, number>>,
  subject: string,
  code: 'invalid-logged-choice' | 'invalid-target-policy',
): void {
  let sum = 0
  for (const model in probabilities) {
    const probability = probabilities[model]!
    if (!(probability >= 0 && probability <= 1 + rounding))
      throw new InvalidRequestError(
        code,
        `${subject} include ${probability} for ${model}; each must be from 0 to 1.`,
      )
    sum += probability
  }
  if (!(Math.abs(sum - 1) <= rounding))
    throw new InvalidRequestError(code, `${subject} sum to ${sum}; they must sum to 1.`)
}

function refuse(index: number, fault: string): never {
  throw new InvalidRequestError('invalid-logged-choice', `Row ${index} cannot be used: ${fault}.`)
}
