import fc from 'fast-check'
import type { CommonReply } from '../../../src/gateway/protocols/common/common-reply.ts'
import type { CommonRequest, Turn } from '../../../src/gateway/protocols/common/common-request.ts'
import type {
  ImagePart,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../../src/gateway/protocols/common/parts.ts'

/** A request that asks for nothing. */
export const emptyRequest: CommonRequest = {
  system: [],
  turns: [],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  maxOutputTokens: null,
  temperature: null,
  topP: null,
  topK: null,
  stop: [],
  reasoning: null,
  output: null,
  user: null,
  stream: false,
  streamUsage: false,
}

/** Messages refuses texts of white space alone. */
const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((value) => value.trim() !== '')
export const text: fc.Arbitrary<TextPart> = words.map((value) => ({ kind: 'text', text: value }))
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/)
const base64 = fc.base64String({ minLength: 4, maxLength: 24 })

const image: fc.Arbitrary<ImagePart> = fc.oneof(
  fc.record({
    kind: fc.constant('image' as const),
    source: fc.constant({ kind: 'url' as const, url: 'https://example.com/a.png' }),
  }),
  base64.map((data) => ({ kind: 'image', source: { kind: 'data', mediaType: 'image/png', data } }) as const),
)

/** JSON text of arguments, with the white space that models write. */
const callArguments = fc
  .tuple(fc.dictionary(name, fc.oneof(words, fc.integer(), fc.boolean(), fc.constant(null))), fc.boolean())
  .map(([value, isSpaced]) => JSON.stringify(value, null, isSpaced ? 1 : undefined))

function call(index: number): fc.Arbitrary<ToolCallPart> {
  return fc
    .tuple(name, callArguments)
    .map(([called, json]) => ({ kind: 'tool-call', id: `call_${index}`, name: called, arguments: json }))
}

/** Between one and three calls, with ids that are counted from `first`. */
function calls(first: number): fc.Arbitrary<ToolCallPart[]> {
  return fc
    .integer({ min: 1, max: 3 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => call(first + index))))
}

/**
 * Conversations of text, images and tool loops that every protocol holds: turns alternate, each result belongs to a call of
 * the turn before, and results come first in their turn.
 */
export const turns: fc.Arbitrary<Turn[]> = fc
  .array(
    fc.record({
      said: fc.array(fc.oneof(text, image), { minLength: 1, maxLength: 3 }),
      answered: fc.option(text, { nil: null }),
      isLoop: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .chain((rounds) => fc.tuple(fc.constant(rounds), fc.tuple(...rounds.map((_, index) => calls(10 * index)))))
  .chain(([rounds, roundCalls]) =>
    fc.tuple(
      fc.constant(rounds),
      fc.constant(roundCalls),
      fc.array(fc.array(text, { minLength: 1, maxLength: 2 }), { minLength: 12, maxLength: 12 }),
    ),
  )
  .map(([rounds, roundCalls, results]) => {
    const all: Turn[] = []
    let open: ToolResultPart[] = []
    let used = 0
    for (const [index, { said, answered, isLoop }] of rounds.entries()) {
      all.push({ role: 'user', parts: [...open, ...said] })
      open = []
      const called = isLoop ? roundCalls[index]! : []
      if (answered === null && called.length === 0)
        all.push({ role: 'assistant', parts: [{ kind: 'text', text: 'ok' }] })
      else all.push({ role: 'assistant', parts: [...(answered === null ? [] : [answered]), ...called] })
      open = called.map(({ id }) => ({
        kind: 'tool-result',
        id,
        parts: results[used++ % results.length]!,
        isError: false,
      }))
    }
    all.push({ role: 'user', parts: [...open, { kind: 'text', text: 'go on' }] })
    return all
  })

const tool = fc.record({
  name,
  description: fc.option(words, { nil: null }),
  parameters: fc.constant({ type: 'object', properties: { a: { type: 'string' } } }),
  strict: fc.constant(null),
})

const tools = fc.uniqueArray(tool, { minLength: 1, maxLength: 3, selector: (found) => found.name })

/** Requests with the fields that chat completions, Messages and Responses all have. */
export const request: fc.Arbitrary<CommonRequest> = fc
  .record({
    system: fc.array(text, { maxLength: 1 }),
    turns,
    tools,
    toolChoice: fc.constantFrom(null, ...(['auto', 'none', 'required'] as const).map((kind) => ({ kind }))),
    parallelToolCalls: fc.constantFrom(null, true, false),
    maxOutputTokens: fc.integer({ min: 1, max: 100_000 }),
    temperature: fc.constantFrom(null, 0, 0.5, 1),
    topP: fc.constantFrom(null, 0.1, 1),
    user: fc.option(name, { nil: null }),
    stream: fc.boolean(),
  })
  .map((fields) => ({ ...emptyRequest, ...fields, streamUsage: fields.stream }))

const usage = fc
  .record({
    input: fc.nat(100_000),
    cacheRead: fc.nat(1000),
    cacheWrite: fc.nat(1000),
    output: fc.nat(100_000),
    reasoning: fc.nat(1000),
  })
  .map((counts) => ({
    ...counts,
    input: counts.input + counts.cacheRead + counts.cacheWrite,
    output: counts.output + counts.reasoning,
    cacheWrite1h: 0,
  }))

/**
 * Replies that every protocol holds: at most one text, then calls, with usage.
 *
 * @param reasoning of the reply; comes before the text.
 */
export function replies(reasoning: fc.Arbitrary<ReasoningPart[]>): fc.Arbitrary<CommonReply> {
  return fc
    .tuple(reasoning, fc.option(text, { nil: null }), fc.option(calls(0), { nil: [] }), usage, fc.boolean())
    .map(([thought, said, called, counted, isCut]) => ({
      id: 'reply-1',
      model: 'model-1',
      parts: [
        ...thought,
        ...(said === null && called.length === 0 ? [{ kind: 'text' as const, text: 'ok' }] : []),
        ...(said === null ? [] : [said]),
        ...called,
      ],
      stop: {
        reason: isCut ? ('length' as const) : called.length > 0 ? ('tool-calls' as const) : ('end' as const),
        text: null,
      },
      usage: counted,
    }))
}

/** Reasoning whose state is of one form; the texts are not empty. */
export function reasoningOf(form: string): fc.Arbitrary<ReasoningPart> {
  return fc
    .tuple(words, base64)
    .map(([thought, value]) => ({ kind: 'reasoning', text: thought, state: { form, value } }))
}

export const plainReasoning: fc.Arbitrary<ReasoningPart> = words.map((thought) => ({
  kind: 'reasoning',
  text: thought,
  state: null,
}))
