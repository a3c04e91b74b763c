import { omitUndefined } from '../../../../base/settings/omit-undefined.ts'
import type { Row } from '../../row.ts'
import { coerceName, coerceObject } from '../cells/coerce.ts'
import { coerceTime } from '../cells/coerce-time.ts'
import { parseChatValue } from '../fields/exchange.ts'
import { readRequest } from '../fields/read-request.ts'
import type { DocumentedLogFormat } from '../log-format.ts'

/**
 * Spans of Braintrust's logs, as its API, its SQL and its export write them. Only spans of type `llm` are calls of a model;
 * a span without a type is one if it has tokens or a model.
 */
export const braintrustLog: DocumentedLogFormat = {
  name: 'braintrust',
  expects: 'spans with input, output, span_attributes, metadata.model and metrics.prompt_tokens',
  documentation: {
    writtenBy: 'Braintrust: spans of its logs',
    reads:
      '`input`, `output`, `span_attributes.type` (only `llm` is a call), `metadata.model`, `metrics`, `error`',
    testedWith: ['28-nested-logs/braintrust.jsonl'],
  },
  recognises: (row) =>
    'span_attributes' in row &&
    ['root_span_id', '_xact_id', 'metrics', 'span_parents'].some((mark) => mark in row),
  read(row, pickPrompt) {
    const type = coerceName(coerceObject(row.span_attributes)?.type)
    if (!isCall(row, type))
      return {
        kind: 'request',
        request: {
          ...omitUndefined({ time: coerceTime(row.created) }),
          prompt: { text: '', system: '' },
          model: 'unknown',
          tags: [],
          endpoint: type ?? 'span',
          notRoutable: 'other-call',
        },
      }
    return readRequest(
      row,
      {
        call: parseChatValue(row.input, pickPrompt),
        endpoint: coerceName(coerceObject(row.span_attributes)?.name) ?? 'llm',
        noRequest: 'has no messages in "input"',
      },
      pickPrompt,
    )
  },
}

function isCall(row: Row, type: string | undefined): boolean {
  if (type !== undefined) return type === 'llm'
  const { prompt_tokens: tokens } = coerceObject(row.metrics) ?? {}
  return tokens !== undefined || coerceObject(row.metadata)?.model !== undefined
}
