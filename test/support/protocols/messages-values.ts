import fc from 'fast-check'
import type { CommonReply } from '../../../src/gateway/protocols/common/common-reply.ts'
import type {
  CommonRequest,
  ReasoningRequest,
  Turn,
} from '../../../src/gateway/protocols/common/common-request.ts'
import type { Part, ReasoningPart, ToolCallPart } from '../../../src/gateway/protocols/common/parts.ts'

/** Values of the common form that Messages can hold, for the tests of its form. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.constantFrom('a\nb', '"\\', '\u2028', 'data: x\n\n', '漢字 😀'),
  )
  .filter((value) => value.trim() !== '')
const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{0,15}$/)
/** Messages allows a part of them only. */
const callId = fc.oneof(name, fc.constantFrom('', 'functions.f:0', 'enc-YQ', '漢', 'a b'))
const base64 = fc.base64String({ minLength: 4, maxLength: 16 })
const schema = fc.constantFrom({ type: 'object', properties: { a: { type: 'string' } } }, { type: 'object' })
const cache = fc.constantFrom({}, { cache: { ttl: '5m' } }, {
  cache: { ttl: '1h' },
} as const) as fc.Arbitrary<{
  cache?: { ttl: '5m' | '1h' }
}>

const textPart = fc
  .tuple(text, cache)
  .map(([value, mark]) => ({ kind: 'text' as const, text: value, ...mark }))
const media = (mediaType: string) =>
  fc.oneof(
    fc.webUrl().map((url) => ({ kind: 'url' as const, url })),
    base64.map((data) => ({ kind: 'data' as const, mediaType, data })),
  )
const imagePart = fc
  .tuple(media('image/png'), cache)
  .map(([source, mark]) => ({ kind: 'image' as const, source, ...mark }))
const filePart = fc
  .tuple(
    fc.oneof(
      media('application/pdf'),
      text.map((value) => ({ kind: 'text' as const, text: value })),
    ),
    fc.option(name, { nil: null }),
    cache,
  )
  .map(([source, title, mark]) => ({
    kind: 'file' as const,
    source,
    ...(title === null ? {} : { name: title }),
    ...mark,
  }))
const callArguments = fc.oneof(
  fc.constant(''),
  fc
    .dictionary(name, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text)), {
      minKeys: 1,
      maxKeys: 3,
      noNullPrototype: true,
    })
    .map((value) => JSON.stringify(value)),
  fc.constantFrom('not JSON', '[1]', '{"a":'),
)
const toolResult = fc
  .tuple(callId, fc.array(fc.oneof(textPart, imagePart, filePart), { maxLength: 3 }), fc.boolean(), cache)
  .map(([id, parts, isError, mark]) => ({ kind: 'tool-result' as const, id, parts, isError, ...mark }))

const reasoning: fc.Arbitrary<ReasoningPart> = fc.oneof(
  fc.tuple(fc.oneof(fc.constant(''), text), base64).map(([value, signature]) => ({
    kind: 'reasoning' as const,
    text: value,
    state: { form: 'messages.signature', value: signature },
  })),
  base64.map((data) => ({
    kind: 'reasoning' as const,
    text: '',
    state: { form: 'messages.redacted', value: data },
  })),
)
const toolCall: fc.Arbitrary<ToolCallPart> = fc
  .tuple(callId, name, callArguments)
  .map(([id, called, json]) => ({ kind: 'tool-call', id, name: called, arguments: json }))

const userTurn: fc.Arbitrary<Turn> = fc
  .tuple(
    fc.array(toolResult, { maxLength: 2 }),
    fc.array(fc.oneof(textPart, imagePart, filePart), { minLength: 1, maxLength: 3 }),
  )
  .map(([results, parts]) => ({ role: 'user', parts: [...results, ...parts] }))
const assistantTurn: fc.Arbitrary<Turn> = fc
  .array(fc.oneof<fc.Arbitrary<Part>[]>(textPart, reasoning, toolCall), { minLength: 1, maxLength: 4 })
  .map((parts) => ({ role: 'assistant', parts }))
const turns = fc
  .array(fc.tuple(userTurn, assistantTurn), { maxLength: 3 })
  .chain((pairs) => userTurn.map((last) => [...pairs.flat(), last]))

const tool = fc
  .tuple(name, fc.option(text, { nil: null }), schema, fc.constantFrom(null, true, false), cache)
  .map(([called, description, parameters, strict, mark]) => ({
    name: called,
    description,
    parameters,
    strict,
    ...mark,
  }))

const toolUse = fc.oneof(
  fc.constantFrom({ toolChoice: null, parallelToolCalls: null }, {
    toolChoice: { kind: 'none' },
    parallelToolCalls: null,
  } as const),
  fc.record({
    toolChoice: fc.oneof(
      fc.constantFrom({ kind: 'auto' }, { kind: 'required' } as const),
      name.map((called) => ({ kind: 'tool' as const, name: called })),
    ),
    parallelToolCalls: fc.constantFrom(null, true, false),
  }),
) as fc.Arbitrary<Pick<CommonRequest, 'toolChoice' | 'parallelToolCalls'>>

const effort = fc.constantFrom(null, 'low', 'medium', 'high', 'xhigh', 'max') as fc.Arbitrary<
  ReasoningRequest['effort']
>
const isShown = fc.constantFrom(null, true, false)
const reasoningRequest: fc.Arbitrary<ReasoningRequest | null> = fc.oneof(
  fc.constant(null),
  fc.constantFrom('low', 'high', 'max').map((level) => ({
    effort: level,
    budgetTokens: null,
    mode: null,
    isShown: null,
    wantsState: true,
  })) as fc.Arbitrary<ReasoningRequest>,
  fc.record({
    effort,
    budgetTokens: fc.constant(null),
    mode: fc.constant('adaptive' as const),
    isShown,
    wantsState: fc.constant(true),
  }),
  fc.record({
    effort,
    budgetTokens: fc.integer({ min: 1024, max: 32_000 }),
    mode: fc.constant('enabled' as const),
    isShown,
    wantsState: fc.constant(true),
  }),
  fc.record({
    effort,
    budgetTokens: fc.constant(null),
    mode: fc.constant('disabled' as const),
    isShown: fc.constant(null),
    wantsState: fc.constant(false),
  }),
)

export const messagesRequest: fc.Arbitrary<CommonRequest> = fc
  .record({
    system: fc.array(textPart, { maxLength: 2 }),
    turns,
    tools: fc.array(tool, { minLength: 1, maxLength: 3 }),
    toolUse,
    maxOutputTokens: fc.integer({ min: 1, max: 64_000 }),
    temperature: fc.constantFrom(null, 0, 0.5, 1),
    topP: fc.constantFrom(null, 0.5, 1),
    topK: fc.constantFrom(null, 40),
    stop: fc.array(text, { maxLength: 2 }),
    reasoning: reasoningRequest,
    output: fc.oneof(
      fc.constant(null),
      schema.map((value) => ({
        kind: 'schema' as const,
        name: 'output',
        description: null,
        schema: value,
        strict: true,
      })),
    ),
    user: fc.option(text, { nil: null }),
    stream: fc.boolean(),
    streamUsage: fc.constant(true),
  })
  .map(({ toolUse: use, ...request }) => ({ ...request, ...use }))

const usage = fc
  .record({
    cacheRead: fc.nat(1000),
    cacheWrite: fc.nat(1000),
    cacheWrite1h: fc.nat(1000),
    output: fc.integer({ min: 1, max: 1000 }),
    reasoning: fc.nat(1000),
    fresh: fc.nat(1000),
  })
  .map(({ fresh, ...counts }) => ({
    ...counts,
    input: fresh + counts.cacheRead + counts.cacheWrite + counts.cacheWrite1h,
  }))

const stop = fc.oneof(
  fc
    .constantFrom('end' as const, 'length' as const, 'tool-calls' as const, 'refusal' as const)
    .map((reason) => ({ reason, text: null })),
  fc.constantFrom('pause' as const, 'context' as const).map((reason) => ({ reason, text: null })),
  text.map((value) => ({ reason: 'stop-text' as const, text: value })),
)

const plainCall = toolCall.filter((call) => call.arguments === '' || call.arguments.startsWith('{"'))

export const messagesReply: fc.Arbitrary<CommonReply> = fc.record({
  id: name,
  model: name,
  parts: fc.array(
    fc.oneof(
      text.map((value) => ({ kind: 'text' as const, text: value })),
      reasoning,
      plainCall.filter((call) => !call.arguments.endsWith(':')),
    ),
    { maxLength: 5 },
  ),
  stop,
  usage,
})
