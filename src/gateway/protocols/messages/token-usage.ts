import { fieldOf } from '../../../base/text/json/field-of.ts'
import type { TokenUsage } from '../protocol.ts'
import { parseCount } from '../wire/parse-count.ts'

/**
 * Reads the `usage` object of Messages; null if it is none. Its `input_tokens` are those that came from no cache and
 * were written to none, so that all three add up to the prompt. What was not written for an hour was written for five
 * minutes.
 *
 * With a compaction on the server's side, `usage` leaves out what the compaction itself took, and `iterations` has it.
 *
 * @param before an earlier report of the same reply: a field that is absent here keeps its value. The counts of a stream
 *   are totals, which `message_delta` repeats in full or in part.
 * Source: Anthropic's documentation of prompt caching, of streaming and of compaction.
 */
export function parseMessagesUsage(
  usage: unknown,
  before: MessagesUsage | null = null,
): MessagesUsage | null {
  const fields = readFields(usage)
  if (Object.values(fields).every((field) => field === null)) return before
  return {
    input: fields.input ?? before?.input ?? 0,
    cacheRead: fields.cacheRead ?? before?.cacheRead ?? 0,
    cacheWrite: fields.cacheWrite ?? before?.cacheWrite ?? 0,
    cacheWrite1h: fields.cacheWrite1h ?? before?.cacheWrite1h ?? 0,
    output: fields.output ?? before?.output ?? 0,
  }
}

/** The counts of Messages, `cacheWrite` with what was written for an hour. */
export type MessagesUsage = {
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly cacheWrite1h: number
  readonly output: number
}

export function toTokenUsage({
  input,
  cacheRead,
  cacheWrite,
  cacheWrite1h,
  output,
}: MessagesUsage): TokenUsage {
  const hour = Math.min(cacheWrite1h, cacheWrite)
  return {
    promptTokens: input + cacheRead + cacheWrite,
    cachedPromptTokens: cacheRead,
    cacheWritePromptTokens: cacheWrite - hour,
    cacheWrite1hPromptTokens: hour,
    completionTokens: output,
  }
}

type Fields = { readonly [Field in keyof MessagesUsage]: number | null }

function readFields(usage: unknown): Fields {
  const own = readOwnFields(usage)
  const iterations = fieldOf(usage, 'iterations')
  if (!Array.isArray(iterations)) return own
  return iterations
    .filter((iteration) => fieldOf(iteration, 'type') === 'compaction')
    .map(readOwnFields)
    .reduce<Fields>(addFields, own)
}

function readOwnFields(usage: unknown): Fields {
  return {
    input: parseCount(fieldOf(usage, 'input_tokens')),
    cacheRead: parseCount(fieldOf(usage, 'cache_read_input_tokens')),
    cacheWrite: parseCount(fieldOf(usage, 'cache_creation_input_tokens')),
    cacheWrite1h: parseCount(fieldOf(fieldOf(usage, 'cache_creation'), 'ephemeral_1h_input_tokens')),
    output: parseCount(fieldOf(usage, 'output_tokens')),
  }
}

function addFields(one: Fields, other: Fields): Fields {
  const add = (a: number | null, b: number | null) => (a === null && b === null ? null : (a ?? 0) + (b ?? 0))
  return {
    input: add(one.input, other.input),
    cacheRead: add(one.cacheRead, other.cacheRead),
    cacheWrite: add(one.cacheWrite, other.cacheWrite),
    cacheWrite1h: add(one.cacheWrite1h, other.cacheWrite1h),
    output: add(one.output, other.output),
  }
}
