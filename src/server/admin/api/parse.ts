import type { z } from 'zod'
import { InvalidRequestError } from '../../../errors.ts'

/** @throws InvalidRequestError `bad-request` that names the first field that is wrong. */
export function parseBody<Parsed>(schema: z.ZodType<Parsed>, body: unknown): Parsed {
  return parseWith(schema, body, 'The body')
}

/** The parameters after the question mark. @throws InvalidRequestError `bad-request`. */
export function parseQuery<Parsed>(schema: z.ZodType<Parsed>, query: unknown): Parsed {
  return parseWith(schema, query, 'The query')
}

function parseWith<Parsed>(schema: z.ZodType<Parsed>, value: unknown, what: string): Parsed {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issue?.path.join('.') ?? ''
  throw new InvalidRequestError(
    'bad-request',
    `${what} is not right${path === '' ? '' : `: ${path}`}: ${issue?.message ?? 'invalid'}.`,
    path === '' ? {} : { param: path },
  )
}
