import { omitUndefined } from '../../../../../base/settings/omit-undefined.ts'
import type { PickPrompt } from '../../../../../routing/prompts/pick-prompt.ts'
import type { Row } from '../../../row.ts'
import { coerceList, coerceName, coerceObject, coerceText } from '../../cells/coerce.ts'
import { coerceCost, coerceCount } from '../../cells/coerce-number.ts'
import { coerceTime } from '../../cells/coerce-time.ts'
import { createColumnFinder } from '../../cells/column-names.ts'
import { parseChatValue } from '../../fields/exchange.ts'
import { isCachedRow, isFailedCall } from '../../fields/request-metadata.ts'
import { type NotRoutable, type ReadLogRow, unreadable } from '../../log-format.ts'
import { findAnswer, readReply } from '../../reply/chat-reply.ts'
import { type ChatCall, parseChatCall } from '../../request/chat-call.ts'
import { type Attributes, findAttributes, findList, pairsOf } from './attributes.ts'

/** Names of attributes in the conventions of OpenTelemetry, OpenInference, Traceloop, the AI SDK, Logfire and MLflow. */
const names = {
  operation: ['gen_ai.operation.name', 'llm.request.type', 'ai.operationId', 'mlflow.spanType'],
  kind: ['openinference.span.kind', 'traceloop.span.kind', 'langfuse.observation.type'],
  model: [
    'gen_ai.response.model',
    'llm.response.model_name',
    'llm.response.model',
    'ai.response.model',
    'llm.model_name',
    'gen_ai.request.model',
    'llm.request.model_name',
    'llm.request.model',
    'ai.model.id',
    'mlflow.llm.model',
    'embedding.model_name',
  ],
  asked: ['gen_ai.request.model', 'llm.request.model_name', 'llm.request.model', 'ai.model.id'],
  input: [
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.prompt_tokens',
    'llm.token_count.prompt',
    'llm.usage.prompt_tokens',
    'ai.usage.inputTokens',
    'ai.usage.promptTokens',
  ],
  cached: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.cached_input_tokens',
    'gen_ai.usage.details.cache_read_tokens',
    'llm.token_count.prompt_details.cache_read',
    'llm.usage.cache_read_input_tokens',
    'ai.usage.cachedInputTokens',
  ],
  output: [
    'gen_ai.usage.output_tokens',
    'gen_ai.usage.completion_tokens',
    'llm.token_count.completion',
    'llm.usage.completion_tokens',
    'ai.usage.outputTokens',
    'ai.usage.completionTokens',
  ],
  cost: [
    'gen_ai.usage.cost',
    'gen_ai.usage.cost_usd',
    'gen_ai.usage.total_cost',
    'gen_ai.cost.total_cost',
    'llm.cost.total',
    'llm.usage.cost',
    'operation.cost',
  ],
  user: ['user.id', 'enduser.id', 'gen_ai.user.id', 'traceloop.association.properties.user_id'],
  instructions: ['gen_ai.system_instructions'],
  /** The request: messages, their JSON, a body, or a text. Those that OpenInference calls a value may be anything. */
  request: [
    'gen_ai.input.messages',
    'gen_ai.request.messages',
    'gen_ai.prompt',
    'llm.input_messages',
    'llm.prompts',
    'ai.prompt.messages',
    'ai.prompt',
    'mlflow.chat.messages',
    'langfuse.observation.input',
    'traceloop.entity.input',
    'mlflow.spanInputs',
    'input.value',
  ],
  reply: [
    'gen_ai.output.messages',
    'gen_ai.completion',
    'llm.output_messages',
    'llm.completions',
    'ai.response.text',
    'langfuse.observation.output',
    'traceloop.entity.output',
    'mlflow.spanOutputs',
    'output.value',
  ],
} as const

/** Whether the attributes of a span are about a model. */
export function isModelSpan(span: Row): boolean {
  return [...findAttributes(span).keys()].some((name) =>
    /^(?:gen_ai|llm|ai|openinference|traceloop|mlflow)\./.test(name),
  )
}

/** Whether a span follows the conventions of OpenInference. */
export function isOpenInferenceSpan(span: Row): boolean {
  return [...findAttributes(span).keys()].some((name) =>
    /^(?:openinference\.|llm\.(?:input_messages|token_count|model_name))/.test(name),
  )
}

/** Reads a span. One that is not a call of a model (an HTTP request, a tool, an agent that sums up its calls) is `other-call`. */
export function readSpan(span: Row, pickPrompt: PickPrompt): ReadLogRow {
  const attributes = findAttributes(span)
  const find = <T>(from: readonly string[], read: (value: unknown) => T | undefined) => {
    for (const name of from) {
      const value = read(attributes.get(name))
      if (value !== undefined) return value
    }
    return undefined
  }
  const column = createColumnFinder([span])
  const reply = readReply(find(names.reply, (value) => value))
  const body = find(names.request, coerceObject)
  const model = find(names.model, coerceName) ?? reply.model ?? coerceName(body?.model)
  const time = column(
    ['starttimeunixnano', 'starttime', 'timeunixnano', 'timestamp', 'starttimestamp'],
    coerceTime,
  )
  const service = coerceName(span.service) ?? coerceName(span.ServiceName)
  const shared = {
    ...omitUndefined({
      time,
      user: find(names.user, coerceName),
      endpoint: find(names.operation, coerceName),
    }),
    tags: service === undefined ? [] : [`service=${service}`],
  }
  const call = findCall(span, attributes, pickPrompt)
  const otherCall = findOtherSpan(
    column(['spankind'], coerceName),
    find,
    call !== undefined || model !== undefined,
  )
  if (otherCall === 'other-call')
    return {
      kind: 'request',
      request: {
        ...shared,
        prompt: { text: '', system: '' },
        model: model ?? 'unknown',
        notRoutable: otherCall,
      },
    }
  const status = coerceObject(span.status)
  const isFailed =
    status?.code === 2 ||
    isFailedCall(status?.code ?? status?.status_code ?? column(['statuscode'], (code) => code)) ||
    attributes.has('error.type') ||
    attributes.get('error') === true
  const isCached = isCachedRow(createColumnFinder([Object.fromEntries(attributes)]))
  if (call === undefined && !isFailed && otherCall === undefined)
    return unreadable(
      'has no messages; let the instrumentation record them (OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true)',
    )
  const asked = find(names.asked, coerceName)
  return {
    kind: 'request',
    request: {
      ...shared,
      ...omitUndefined({
        askedModel: asked === model ? undefined : asked,
        inputTokens: find(names.input, coerceCount) ?? reply.tokens.inputTokens,
        cachedInputTokens: find(names.cached, coerceCount) ?? reply.tokens.cachedInputTokens,
        outputTokens: find(names.output, coerceCount) ?? reply.tokens.outputTokens,
        costUsd: find(names.cost, coerceCost) ?? (isCached ? undefined : reply.costUsd),
        answer: findSpanAnswer(span, attributes),
        missingCharacters: call?.missingCharacters,
        notRoutable: isFailed ? 'error' : isCached ? 'cached' : (otherCall ?? call?.notRoutable),
      }),
      prompt: call?.prompt ?? { text: '', system: '' },
      model: model ?? 'unknown',
    },
  }
}

const modelOperations =
  /^(?:chat|text_completion|completion|generate_content|llm|chat_model|generation|ai\.(?:generate|stream)\w*\.do\w+)$/i

function findOtherSpan(
  spanKind: string | undefined,
  find: <T>(from: readonly string[], read: (value: unknown) => T | undefined) => T | undefined,
  isAboutModel: boolean,
): NotRoutable | undefined {
  const operation = find(names.operation, coerceName) ?? find(names.kind, coerceName)
  // Phoenix has the kind of a span beside its attributes, and OpenTelemetry's kind is CLIENT, INTERNAL or a number.
  const kind =
    operation ??
    (/^(?:LLM|EMBEDDING|CHAIN|TOOL|AGENT|RETRIEVER|RERANKER|GUARDRAIL|EVALUATOR)$/i.test(spanKind ?? '')
      ? spanKind
      : undefined)
  if (kind === undefined) return isAboutModel ? undefined : 'other-call'
  if (modelOperations.test(kind)) return undefined
  return /embed/i.test(kind) ? 'embeddings' : 'other-call'
}

function findCall(span: Row, attributes: Attributes, pickPrompt: PickPrompt): ChatCall | undefined {
  const instructions = names.instructions
    .map((name) => attributes.get(name))
    .find((value) => value !== undefined)
  for (const name of names.request) {
    const value = findList(attributes, name) ?? attributes.get(name)
    const call = value === undefined ? undefined : callOf(value, instructions, pickPrompt)
    if (call !== undefined) return call
  }
  const messages = eventMessages(span, attributes)
  return messages.length === 0 ? undefined : parseChatCall({ messages, instructions }, pickPrompt)
}

function callOf(value: unknown, instructions: unknown, pickPrompt: PickPrompt): ChatCall | undefined {
  const messages = coerceList(value)
  return messages !== undefined && instructions !== undefined
    ? parseChatCall({ messages, instructions }, pickPrompt)
    : parseChatValue(value, pickPrompt)
}

type SpanEvent = { readonly name: string; readonly attributes: Attributes }

/** Events of a span, or the list of events that Logfire keeps in an attribute. */
function eventsOf(span: Row, attributes: Attributes): readonly SpanEvent[] {
  const own = coerceList(span.events) ?? coerceList(span.Events) ?? []
  const logged = coerceList(attributes.get('events')) ?? []
  return [...own, ...logged].flatMap((value) => {
    const event = coerceObject(value) ?? {}
    const name = coerceName(event.name) ?? coerceName(event['event.name']) ?? coerceName(event.eventName)
    if (name === undefined) return []
    const content =
      coerceObject(new Map(pairsOf(event.attributes)).get('gen_ai.event.content')) ?? coerceObject(event.body)
    return [
      {
        name,
        attributes: new Map([...Object.entries(event), ...pairsOf(event.attributes), ...pairsOf(content)]),
      },
    ]
  })
}

/** Messages of the conventions before 1.37: an event for each, or one event with all of them as `gen_ai.prompt`. */
function eventMessages(span: Row, attributes: Attributes): readonly unknown[] {
  return eventsOf(span, attributes).flatMap(({ name, attributes: own }) => {
    const role = /^gen_ai\.(system|user|assistant|tool)\.message$/.exec(name)?.[1]
    if (role !== undefined) return [{ role: own.get('role') ?? role, content: own.get('content') }]
    if (name === 'gen_ai.client.inference.operation.details')
      return coerceList(own.get('gen_ai.input.messages')) ?? []
    if (name !== 'gen_ai.content.prompt') return []
    const prompt = own.get('gen_ai.prompt') ?? own.get('content')
    const text = coerceText(prompt)
    return (
      coerceList(prompt) ??
      coerceList(coerceObject(prompt)?.messages) ??
      (text === undefined ? [] : [{ role: 'user', content: text }])
    )
  })
}

function findSpanAnswer(span: Row, attributes: Attributes): string | undefined {
  for (const name of names.reply) {
    const list = findList(attributes, name)
    const answer = findAnswer(list ?? attributes.get(name))
    if (answer !== undefined) return answer
  }
  for (const { name, attributes: own } of eventsOf(span, attributes)) {
    if (!/^gen_ai\.(?:choice|content\.completion|client\.inference\.operation\.details)$/.test(name)) continue
    const reply =
      own.get('message') ??
      own.get('gen_ai.completion') ??
      own.get('gen_ai.output.messages') ??
      own.get('content')
    const answer = findAnswer(reply)
    if (answer !== undefined) return answer
  }
  return undefined
}
