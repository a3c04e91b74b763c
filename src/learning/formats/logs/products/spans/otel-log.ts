import type { LogFormat } from '../../log-format.ts'
import { isModelSpan, isOpenInferenceSpan, readSpan } from './read-span.ts'
import { isSpanPack, unpackSpans } from './unpack-spans.ts'

/**
 * Spans of OpenTelemetry with the conventions for generative AI, old and new: requests of OTLP as JSON, as the collector's
 * file exporter writes one a line; traces with their spans; or a span a row, its attributes as an object, as JSON or as
 * columns with dotted names. Spans of Traceloop, the AI SDK, Logfire and MLflow are read too.
 */
export const otelLog: LogFormat = {
  name: 'otel',
  expects:
    'OTLP as JSON {"resourceSpans"}, or spans with the attributes gen_ai.request.model, gen_ai.input.messages, gen_ai.usage.input_tokens',
  recognises: (row) => isSpanPack(row) || isModelSpan(row),
  unpack: unpackSpans,
  read: readSpan,
}

/** Spans of Phoenix, or of another tool with the conventions of OpenInference, as data frames and its API export them. */
export const phoenixLog: LogFormat = {
  name: 'phoenix',
  expects:
    'spans with attributes.llm.input_messages, attributes.llm.model_name and attributes.llm.token_count.prompt, as Phoenix exports them',
  recognises: (row) => !isSpanPack(row) && isOpenInferenceSpan(row),
  read: readSpan,
}
