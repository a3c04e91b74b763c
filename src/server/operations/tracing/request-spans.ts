import type { RecordedCall, RecordedTokens, RequestRecord } from '../../../gateway/request-record.ts'

/** A span, as plain data. Times are milliseconds since 1970. */
export type SpanData = {
  readonly name: string
  readonly kind: 'server' | 'client'
  readonly start: number
  readonly end: number
  readonly attributes: Readonly<Record<string, AttributeValue>>
  readonly isError: boolean
}
export type AttributeValue = string | number | boolean | readonly string[]

export type RequestSpans = { readonly request: SpanData; readonly calls: readonly SpanData[] }

/** What a configured model is called at its provider, by the name in records. */
export type DescribeModel = (name: string) => { readonly provider: string; readonly upstream: string }

/** Messages of a request and its reply as attributes; empty without text. */
export type DescribeText = (record: RequestRecord) => Readonly<Record<string, AttributeValue>>

/**
 * A finished request as a span of the kind SERVER, and each of its calls as one of the kind CLIENT within it, with the
 * attributes of OpenTelemetry's conventions for generative AI (1.37 and later) and of this package, `routellm.…`.
 *
 * A record does not say when a call that did not answer has ended: it is taken to end with its refusal, with the beginning of
 * the answer if it was aborted, else when the next call is sent.
 */
export function toRequestSpans(
  record: RequestRecord,
  describeModel: DescribeModel,
  describeText: DescribeText,
): RequestSpans {
  const operation = findOperation(record.path)
  const calls = [...record.otherCalls, ...(record.call === null ? [] : [record.call])].sort(
    (a, b) => a.sentMs - b.sentMs,
  )
  const asked = record.trace?.model ?? record.model ?? ''
  const { time, ms } = record
  return {
    request: {
      name: asked === '' ? operation : `${operation} ${asked}`,
      kind: 'server',
      start: time,
      end: time + ms.total,
      isError: record.status >= 500,
      attributes: withoutNulls({
        'gen_ai.operation.name': operation,
        'gen_ai.provider.name': record.model === null ? null : describeModel(record.model).provider,
        'gen_ai.request.model': asked === '' ? null : asked,
        'gen_ai.response.model': record.upstream,
        'gen_ai.conversation.id': record.session,
        'http.request.method': 'POST',
        'http.route': record.path,
        'http.response.status_code': record.status,
        'error.type': record.status >= 400 ? String(record.status) : null,
        ...toUsage(record.tokens),
        ...toOwnAttributes(record),
        ...describeText(record),
      }),
    },
    calls: calls.map((call, index) => toCallSpan(record, call, calls[index + 1], operation, describeModel)),
  }
}

function toOwnAttributes(record: RequestRecord): Readonly<Record<string, AttributeValue | null>> {
  return {
    'routellm.request_id': record.id,
    'routellm.model': record.model,
    'routellm.policy': record.policy,
    'routellm.router': record.router,
    'routellm.threshold': record.threshold,
    'routellm.own_threshold': record.pace?.ownThreshold ?? null,
    'routellm.pace': record.pace?.factor ?? null,
    'routellm.strong_win_rate': record.strongWinRate,
    'routellm.side': record.side,
    'routellm.task': record.task,
    'routellm.candidates': record.candidates?.map(({ model }) => model.name) ?? null,
    'routellm.excluded':
      record.candidates?.flatMap(({ model, excluded }) =>
        excluded === null ? [] : [`${model.name}: ${excluded}`],
      ) ?? null,
    'routellm.fallback': record.fallback,
    'routellm.error': record.error,
    'routellm.attempts': record.attempts,
    'routellm.usd': record.usd,
    'routellm.experiment': record.experiment?.id ?? null,
    'routellm.experiment.arm': record.experiment?.arm ?? null,
    'routellm.key': record.key,
    'routellm.stream': record.stream,
    'routellm.overhead_ms': record.ms.overhead,
    'routellm.queued_ms': record.ms.queued,
    'routellm.first_byte_ms': record.ms.firstByte,
  }
}

function toCallSpan(
  record: RequestRecord,
  call: RecordedCall,
  next: RecordedCall | undefined,
  operation: string,
  describeModel: DescribeModel,
): SpanData {
  const { provider, upstream } = describeModel(call.model)
  const isAnswer = call === record.call
  const error = findError(record, call, isAnswer)
  const { time } = record
  return {
    name: `${operation} ${upstream}`,
    kind: 'client',
    start: time + call.sentMs,
    end: time + Math.max(call.sentMs, findEnd(record, call, next)),
    isError: error !== null,
    attributes: withoutNulls({
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': provider,
      'gen_ai.request.model': upstream,
      'error.type': error,
      ...toUsage(call.tokens),
      'routellm.model': call.model,
      'routellm.usd': call.usd,
      'routellm.answers': isAnswer,
      'routellm.first_byte_ms': call.firstByteMs,
    }),
  }
}

/** Low in cardinality: a status, or one of a few words. */
function findError({ status }: RequestRecord, call: RecordedCall, isAnswer: boolean): string | null {
  if (isAnswer && status >= 400) return String(status)
  if (call.isRefused) return 'refused'
  if (isAnswer) return null
  return call.isAborted ? 'aborted' : call.firstByteMs === null ? 'unreachable' : null
}

function findEnd(
  { call: answer, ms }: RequestRecord,
  call: RecordedCall,
  next: RecordedCall | undefined,
): number {
  if (call === answer) return ms.total
  if (call.isRefused && call.firstByteMs !== null) return call.firstByteMs
  if (call.isAborted) return answer?.firstByteMs ?? ms.total
  return next?.sentMs ?? ms.total
}

function toUsage(tokens: RecordedTokens | null): Readonly<Record<string, number>> {
  if (tokens === null) return {}
  return {
    'gen_ai.usage.input_tokens': tokens.input,
    'gen_ai.usage.output_tokens': tokens.output,
    'gen_ai.usage.cache_read.input_tokens': tokens.cachedInput,
    'gen_ai.usage.cache_creation.input_tokens': tokens.cacheWriteInput + tokens.cacheWrite1hInput,
  }
}

/** The conventions' name of what an endpoint does. */
function findOperation(path: string): string {
  if (path === '/v1/embeddings') return 'embeddings'
  if (path === '/v1/completions') return 'text_completion'
  if (/^\/v1\/(?:chat\/completions|messages|responses)\b/.test(path)) return 'chat'
  return 'generate_content'
}

function withoutNulls(
  values: Readonly<Record<string, AttributeValue | null>>,
): Readonly<Record<string, AttributeValue>> {
  const given: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(values)) if (value !== null) given[name] = value
  return given
}
