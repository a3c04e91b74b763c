import { z } from 'zod'
import { InvalidRequestError } from '../../errors.ts'

const maxIdLength = 200
const maxCorrectionLength = 1 << 20
const maxModels = 100

const score = z.number().min(0).max(1)
const id = z.string().min(1).max(maxIdLength)

const schema = z.strictObject({
  requestId: id,
  id: id.optional(),
  thumbs: z.enum(['up', 'down']).optional(),
  score: score.optional(),
  correction: z.string().max(maxCorrectionLength).optional(),
  scores: z
    .record(z.string().min(1).max(maxIdLength), score)
    .refine((scores) => Object.keys(scores).length <= maxModels, `must have at most ${maxModels} models`)
    .optional(),
})

/** The body of `POST /v1/feedback`. */
export type FeedbackBody = z.infer<typeof schema>

/** @throws InvalidRequestError `bad-feedback` that names each field that is wrong. */
export function parseFeedbackBody(body: unknown): FeedbackBody {
  const parsed = schema.safeParse(body)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'the body'}: ${message}`,
    )
    throw refuse(
      `The feedback cannot be read: ${problems.join('; ')}.`,
      parsed.error.issues[0]?.path.join('.') || null,
    )
  }
  const { thumbs, score: given, correction, scores } = parsed.data
  const saysNothing = [thumbs, given, correction].every((field) => field === undefined)
  if (saysNothing && Object.keys(scores ?? {}).length === 0)
    throw refuse('The feedback says nothing: give `thumbs`, `score`, `correction` or `scores`.', null)
  return parsed.data
}

function refuse(message: string, param: string | null): InvalidRequestError {
  return new InvalidRequestError('bad-feedback', message, param === null ? {} : { param })
}
