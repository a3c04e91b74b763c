import { rethrow } from '../../../base/concurrency/optional-import.ts'
import { MissingPackageError } from '../../../errors.ts'
import type { RequestObserver } from '../../../gateway/request-record.ts'
import { version } from '../../../version.ts'
import { describeMessages } from './message-attributes.ts'
import { type DescribeModel, type SpanData, toRequestSpans } from './request-spans.ts'

type Api = typeof import('@opentelemetry/api')

/** Makes spans of finished requests. */
export type Tracing = {
  readonly observe: RequestObserver
  /** Whether records have to carry the text of requests and replies. */
  readonly keepsText: boolean
}

export type TracingOptions = {
  /** Whether spans carry prompts and answers. */
  readonly text: boolean
  readonly describeModel: DescribeModel
}

/**
 * Traces with the SDK that the process was started with (`node --import ./otel.mjs`). Without one, the spans go nowhere.
 *
 * @returns `isRegistered`: whether there is an SDK.
 * @throws MissingPackageError if `@opentelemetry/api` is not installed.
 */
export async function openTracing(
  options: TracingOptions,
): Promise<Tracing & { readonly isRegistered: boolean }> {
  const api = await loadApi()
  return { ...createTracing(api, options), isRegistered: hasSdk(api) }
}

async function loadApi(): Promise<Api> {
  try {
    return await import(/* webpackIgnore: true */ '@opentelemetry/api').catch(rethrow)
  } catch (cause) {
    throw new MissingPackageError(
      'missing-package',
      'telemetry.openTelemetry needs the package @opentelemetry/api: npm install @opentelemetry/api, and an SDK that the process is started with.',
      { cause },
    )
  }
}

function createTracing(api: Api, { text, describeModel }: TracingOptions): Tracing {
  const { context, propagation, SpanKind, SpanStatusCode, trace, ROOT_CONTEXT } = api
  const tracer = trace.getTracer('routellm', version)
  const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT }

  function emit(
    { name, kind, start, end, attributes, isError }: SpanData,
    parent: ReturnType<typeof context.active>,
  ) {
    const span = tracer.startSpan(
      name,
      { kind: kinds[kind], startTime: start, attributes: attributes as Record<string, string> },
      parent,
    )
    if (isError) span.setStatus({ code: SpanStatusCode.ERROR })
    return { within: trace.setSpan(parent, span), end: () => span.end(end) }
  }

  return {
    keepsText: text,
    observe(record) {
      if (record.protocol === null) return // no call of a model
      const spans = toRequestSpans(record, describeModel, text ? describeMessages : noText)
      const request = emit(spans.request, propagation.extract(ROOT_CONTEXT, record.trace?.headers ?? {}))
      for (const call of spans.calls) emit(call, request.within).end()
      request.end()
    },
  }
}

const noText = () => ({})

/** The API has a provider that does nothing until an SDK is registered. */
function hasSdk({ trace }: Api): boolean {
  const provider: unknown = trace.getTracerProvider()
  const delegate =
    typeof provider === 'object' &&
    provider !== null &&
    'getDelegate' in provider &&
    typeof provider.getDelegate === 'function'
      ? (provider.getDelegate() as object)
      : (provider as object)
  return delegate.constructor.name !== 'NoopTracerProvider'
}
