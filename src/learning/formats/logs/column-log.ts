import type { Row } from '../row.ts'
import { parseChatValue } from './fields/chat-call.ts'
import { findAnswer } from './fields/chat-reply.ts'
import { coerceName, coerceNumber, findField, omitUndefined } from './fields/coerce.ts'
import { columns, findOtherCall, isFailedCall, parseRequestMetadata } from './fields/request-metadata.ts'
import { type LogFormat, type ReadLogRow, unreadable } from './log-format.ts'

const promptColumns = [
  'prompt',
  'messages',
  'input',
  'question',
  'query',
  'user_message',
  'request',
  'text',
  'content',
]

/** A plain table: a prompt (a text, or the JSON of messages), and a column for each other field. */
export const columnLog: LogFormat = {
  name: 'columns',
  expects:
    'a column prompt (or messages, input, question, query), and optionally model, input_tokens, output_tokens, cost_usd, time, user, tag',
  recognises: (row) => promptColumns.some((column) => column in row),
  read,
}

function read(row: Row): ReadLogRow {
  const call = findField(row, promptColumns, parseChatValue)
  if (call === undefined) return unreadable(`has no text in any of the columns ${promptColumns.join(', ')}`)
  const model = findField(row, columns.model, coerceName) ?? 'unknown'
  const around = parseRequestMetadata(row)
  return {
    kind: 'request',
    request: {
      ...around,
      ...omitUndefined({
        inputTokens: findField(row, columns.inputTokens, coerceNumber),
        cachedInputTokens: findField(row, columns.cachedInputTokens, coerceNumber),
        outputTokens: findField(row, columns.outputTokens, coerceNumber),
        answer: findField(row, columns.answer, findAnswer),
        notRoutable: isFailedCall(row.status ?? row.status_code, row.error)
          ? 'error'
          : (findOtherCall(around.endpoint, model) ?? call.notRoutable),
      }),
      prompt: call.prompt,
      model,
    },
  }
}
