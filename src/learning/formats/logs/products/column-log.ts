import { createColumnFinder } from '../cells/column-names.ts'
import { promptColumns, readRequest } from '../fields/read-request.ts'
import type { DocumentedLogFormat } from '../log-format.ts'

/** A plain table: a prompt (a text, or the JSON of messages), and a column for each other field. */
export const columnLog: DocumentedLogFormat = {
  name: 'columns',
  expects:
    'a column prompt (or messages, input, question, query), and optionally model, input_tokens, output_tokens, cost_usd, time, user, tag',
  documentation: {
    writtenBy: 'any other table',
    reads:
      '`prompt` (or `messages`, `input`, `question`, `query`), and optionally `model`, `input_tokens`, `output_tokens`, `cost_usd`, `time`, `user`, `key`, `tags`, `endpoint`, `answer`, `status`, `cached`; in any spelling: `Input Tokens`, `Cost (USD)`',
    testedWith: ['29-streamed-and-odd-logs/title-case.csv', '29-streamed-and-odd-logs/excel-semicolon.csv'],
  },
  recognises: (row) => createColumnFinder([row])(promptColumns, () => true) ?? false,
  read: (row, pickPrompt) =>
    readRequest(
      row,
      { noRequest: `has no text in any of the columns ${promptColumns.join(', ')}` },
      pickPrompt,
    ),
}
