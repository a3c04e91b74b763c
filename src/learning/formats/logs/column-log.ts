import type { Row } from '../row.ts'
import { chatCallOfValue } from './chat-call.ts'
import { answerOf } from './chat-reply.ts'
import { type LogFormat, type ReadLogRow, unreadable } from './log-format.ts'
import { amountOf, firstOf, nameOf, present } from './loose-fields.ts'
import { columns, failed, otherCallOf, surroundingsOf } from './surroundings.ts'

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

/** A table of one's own: a prompt (a text, or the JSON of messages) and, each in a column, what else is known. */
export const columnLog: LogFormat = {
  name: 'columns',
  expects:
    'a column prompt (or messages, input, question, query), and where known model, input_tokens, output_tokens, cost_usd, time, user, tag',
  recognises: (row) => promptColumns.some((column) => column in row),
  read,
}

function read(row: Row): ReadLogRow {
  const call = firstOf(row, promptColumns, chatCallOfValue)
  if (call === undefined) return unreadable(`has no text in any of the columns ${promptColumns.join(', ')}`)
  const model = firstOf(row, columns.model, nameOf) ?? 'unknown'
  const around = surroundingsOf(row)
  return {
    kind: 'request',
    request: {
      ...around,
      ...present({
        inputTokens: firstOf(row, columns.inputTokens, amountOf),
        cachedInputTokens: firstOf(row, columns.cachedInputTokens, amountOf),
        outputTokens: firstOf(row, columns.outputTokens, amountOf),
        answer: firstOf(row, columns.answer, answerOf),
        notRoutable: failed(row.status ?? row.status_code, row.error)
          ? 'error'
          : (otherCallOf(around.endpoint, model) ?? call.notRoutable),
      }),
      prompt: call.prompt,
      model,
    },
  }
}
