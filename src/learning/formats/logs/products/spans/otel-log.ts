import type { DocumentedLogFormat } from '../../log-format.ts'
import { isModelSpan, isOpenInferenceSpan, readSpan } from './read-span.ts'
import { isSpanPack, unpackSpans } from './unpack-spans.ts'

/**
 * Spans of OpenTelemetry with the conventions for generative AI, old and new: requests of OTLP as JSON, as the collector's
 * file exporter writes one a line; traces with their spans; or a span a row, its attributes as an object, as JSON or as
 * columns with dotted names. Spans of Traceloop, the AI SDK, Logfire and MLflow are read too.
 */
export const otelLog: DocumentedLogFormat = {
  name: 'otel',
  expects:
    'OTLP as JSON {"resourceSpans"}, or spans with the attributes gen_ai.request.model, gen_ai.input.messages, gen_ai.usage.input_tokens',
  documentation: {
    writtenBy:
      "OpenTelemetry: OTLP as JSON, as the collector's file exporter writes it one request a line; traces with their spans (Jaeger); a span a row, its attributes as object, JSON or columns",
    reads:
      '`gen_ai.*` attributes and events of any version, `llm.*` of Traceloop, `ai.*` of the AI SDK, MLflow. Only spans that call a model are requests: agents and tools repeat the tokens of their calls',
    testedWith: ['25-otel-genai/otlp.jsonl', '25-otel-genai/spans-flat.jsonl'],
  },
  recognises: (row) => isSpanPack(row) || isModelSpan(row),
  unpack: unpackSpans,
  read: readSpan,
}

/** Spans of Phoenix, or of another tool with the conventions of OpenInference, as data frames and its API export them. */
export const phoenixLog: DocumentedLogFormat = {
  name: 'phoenix',
  expects:
    'spans with attributes.llm.input_messages, attributes.llm.model_name and attributes.llm.token_count.prompt, as Phoenix exports them',
  documentation: {
    writtenBy:
      'Phoenix and other tools with the conventions of OpenInference: data frames as CSV, JSON Lines or Parquet, and its API',
    reads:
      '`attributes.llm.input_messages`, `.llm.output_messages`, `.llm.model_name`, `.llm.token_count`, `.llm.cost`, `.input.value`; `span_kind` (only `LLM` is a call), `status_code`',
    testedWith: ['28-nested-logs/phoenix.csv'],
  },
  recognises: (row) => !isSpanPack(row) && isOpenInferenceSpan(row),
  read: readSpan,
}
