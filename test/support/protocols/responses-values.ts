import fc from 'fast-check'
import type { CommonReply, Stop } from '../../../src/gateway/protocols/common/common-reply.ts'
import type { CommonRequest, Turn } from '../../../src/gateway/protocols/common/common-request.ts'
import type { Part, ToolResultPart } from '../../../src/gateway/protocols/common/parts.ts'
import { efforts } from '../../../src/routing/catalogue/model.ts'

/** Values of the common form that Responses can hold, for the tests of its form. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom('a\nb', '"\\', '\u2028', 'data: x\n\n', '漢字 😀'),
)
const optionalText = fc.option(text, { nil: null })
const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{0,15}$/)
const id = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/)
const base64 = fc.base64String({ maxLength: 16 })
const schema = fc.constantFrom({ type: 'object', properties: { a: { type: 'string' } } }, { type: 'object' })

const textPart = text.map((value) => ({ kind: 'text' as const, text: value }))
const media = (mediaType: string) =>
  fc.oneof(
    fc.webUrl().map((url) => ({ kind: 'url' as const, url })),
    base64.map((data) => ({ kind: 'data' as const, mediaType, data })),
  )
const imagePart = fc.record({
  kind: fc.constant('image' as const),
  source: media('image/png'),
  detail: fc.constantFrom('low', 'high', 'auto'),
})
const filePart = fc.record({
  kind: fc.constant('file' as const),
  source: media('application/pdf'),
  name: name.map((value) => `${value}.pdf`),
})
const audioPart = fc.record({
  kind: fc.constant('audio' as const),
  data: base64,
  format: fc.constantFrom('wav', 'mp3'),
})
const toolCall = fc.record({
  kind: fc.constant('tool-call' as const),
  id,
  name,
  arguments: fc.oneof(
    fc.json().filter((json) => json !== ''),
    fc.constant('{"a": 1.50}'),
  ),
})
const refusal = text.map((value) => ({ kind: 'refusal' as const, text: value }))
const toolResult: fc.Arbitrary<ToolResultPart> = fc.record({
  kind: fc.constant('tool-result' as const),
  id,
  parts: fc.array(fc.oneof(textPart, imagePart, filePart), { maxLength: 3 }),
  isError: fc.constant(false),
})
const state = fc.record({ form: fc.constant('responses.encrypted'), value: id, id })
const reasoning = fc.record({
  kind: fc.constant('reasoning' as const),
  text: fc.oneof(fc.constant(''), text),
  state,
})

const userParts = fc.array<Part>(fc.oneof(textPart, imagePart, filePart, audioPart, toolResult), {
  minLength: 1,
  maxLength: 4,
})
const assistantParts = fc.array<Part>(fc.oneof(textPart, toolCall, refusal, reasoning), {
  minLength: 1,
  maxLength: 4,
})
/** Turns alternate: items of one role in a row are one turn. */
const turns: fc.Arbitrary<Turn[]> = fc
  .array(fc.tuple(userParts, assistantParts), { minLength: 1, maxLength: 3 })
  .map((pairs) =>
    pairs.flatMap(([user, assistant]) => [
      { role: 'user', parts: user },
      { role: 'assistant', parts: assistant },
    ]),
  )

export const commonRequest: fc.Arbitrary<CommonRequest> = fc.record({
  system: fc.array(textPart, { maxLength: 3 }),
  turns,
  tools: fc.uniqueArray(
    fc.record({ name, description: optionalText, parameters: schema, strict: fc.boolean() }),
    { maxLength: 3, selector: (tool) => tool.name },
  ),
  toolChoice: fc.option(
    fc.oneof(
      fc.constantFrom({ kind: 'auto' as const }, { kind: 'none' as const }, { kind: 'required' as const }),
      name.map((value) => ({ kind: 'tool' as const, name: value })),
    ),
    { nil: null },
  ),
  parallelToolCalls: fc.option(fc.boolean(), { nil: null }),
  maxOutputTokens: fc.option(fc.integer({ min: 16, max: 100_000 }), { nil: null }),
  temperature: fc.option(fc.constantFrom(0, 0.7, 2), { nil: null }),
  topP: fc.option(fc.constantFrom(0.1, 1), { nil: null }),
  topK: fc.constant(null),
  stop: fc.constant([]),
  reasoning: fc.option(
    fc.record({
      effort: fc.constantFrom(...efforts),
      budgetTokens: fc.constant(null),
      mode: fc.constant(null),
      isShown: fc.constantFrom(true, null),
      wantsState: fc.boolean(),
    }),
    { nil: null },
  ),
  output: fc.option(
    fc.oneof(
      fc.constant({ kind: 'json' as const }),
      fc.record({
        kind: fc.constant('schema' as const),
        name,
        description: optionalText,
        schema,
        strict: fc.option(fc.boolean(), { nil: null }),
      }),
    ),
    { nil: null },
  ),
  user: fc.option(id, { nil: null }),
  stream: fc.boolean(),
  streamUsage: fc.constant(true),
})

const count = fc.integer({ min: 0, max: 1_000_000 })
/** A reply as Responses holds it: whether it stopped for tools or refused is told by its parts. */
export const commonReply: fc.Arbitrary<CommonReply> = fc
  .record({
    id: id.map((value) => `resp_${value}`),
    model: name,
    parts: fc.uniqueArray(
      fc.oneof(
        textPart,
        refusal,
        toolCall,
        fc.record({
          kind: fc.constant('reasoning' as const),
          text: fc.oneof(fc.constant(''), text),
          state: fc.constant(null),
        }),
      ),
      // Call ids of one reply differ.
      { maxLength: 5, selector: (part) => (part.kind === 'tool-call' ? part.id : part) },
    ),
    stop: fc.constantFrom<Stop['reason']>('end', 'length', 'content-filter'),
    usage: fc.option(
      fc.record({
        input: count,
        cacheRead: count,
        cacheWrite: count,
        cacheWrite1h: fc.constant(0),
        output: count,
        reasoning: count,
      }),
      { nil: null },
    ),
  })
  .map(({ stop, ...reply }) => ({ ...reply, stop: { reason: stopOf(stop, reply.parts), text: null } }))

function stopOf(stop: Stop['reason'], parts: CommonReply['parts']): Stop['reason'] {
  if (stop !== 'end') return stop
  if (parts.some(({ kind }) => kind === 'tool-call')) return 'tool-calls'
  return parts.some(({ kind }) => kind === 'refusal') ? 'refusal' : 'end'
}
