import { z } from 'zod'
import { InvalidRequestError } from '../../errors.ts'
import type { Embedder } from '../../routing/embedding/embedder.ts'
import { routerNamePattern } from '../../routing/routers/router.ts'
import type { TrainingProgress } from './trained-router.ts'
import type { TrainingInput } from './training-data.ts'

/** Options of every trainer. */
export type CommonTraining = {
  /** The artifact's name, `[a-z0-9_-]+`. */
  readonly name: string
  /** The licence of each file by its path. Default: `unknown`. */
  readonly licences?: Readonly<Record<string, string>>
  /** The pair to calibrate for. Needed unless all rows name one pair as `strong` and `weak`. */
  readonly strongModel?: string
  readonly weakModel?: string
  /** A whole number. The same data, options and seed give the same artifact, byte for byte. Default: 0. */
  readonly seed?: number
  readonly onProgress?: (progress: TrainingProgress) => void
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal
}

/** Options of the trainers that learn from comparisons. */
export type DataTraining = CommonTraining & {
  /** Battles or outcomes: files in any format of `readRows`, or rows from elsewhere. See `readComparisons`. */
  readonly data: readonly TrainingInput[]
}

/** Options of the trainers that embed all their data with one embedder. */
export type EmbeddedTraining = DataTraining & {
  /** Needed unless every row has an `embedding`, which is used instead. */
  readonly embedder?: Embedder
}

function integer(needed: string, least: number) {
  return z.int(needed).min(least, needed)
}

/**
 * A schema's message describes the required value: "The training option epochs is 0; it has to be an integer from 1."
 */
export const optionSchemas = {
  name: z
    .string()
    .regex(
      routerNamePattern,
      'made of a to z, 0 to 9, _ and -, because it becomes part of router-<name>-<threshold>',
    ),
  data: z.array(z.custom<TrainingInput>()).min(1, 'at least one file'),
  wholeFrom: (least: number) => integer(`a whole number from ${least}`, least),
  integerFrom: (least: number) => integer(`an integer from ${least}`, least),
  properFraction: z
    .number('in [0, 1), a fraction')
    .min(0, 'in [0, 1), a fraction')
    .lt(1, 'in [0, 1), a fraction'),
  learningRate: z.number('above 0 and below 1').gt(0, 'above 0 and below 1').lt(1, 'above 0 and below 1'),
  fromZero: z.number('0 or more').min(0, '0 or more'),
}

/**
 * The options with the defaults of the schema; options that are not in the schema are left out.
 *
 * @throws InvalidRequestError `invalid-training-option`, for the first option that does not fit.
 */
export function parseTrainingOptions<Schema extends z.ZodType>(
  schema: Schema,
  given: object,
): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  const option = String(path[0] ?? '')
  throw invalidTrainingOption(option, Object.entries(given).find(([name]) => name === option)?.[1], message)
}

export function invalidTrainingOption(option: string, value: unknown, needed: string): InvalidRequestError {
  const shown = Array.isArray(value) && value.length === 0 ? 'empty' : String(value)
  return new InvalidRequestError(
    'invalid-training-option',
    `The training option ${option} is ${shown}; it has to be ${needed}.`,
    { param: option },
  )
}
