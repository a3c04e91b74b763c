import { createColumnFinder } from '../cells/column-names.ts'
import { promptColumns, readRequest } from '../fields/read-request.ts'
import type { LogFormat } from '../log-format.ts'

/** A plain table: a prompt (a text, or the JSON of messages), and a column for each other field. */
export const columnLog: LogFormat = {
  name: 'columns',
  expects:
    'a column prompt (or messages, input, question, query), and optionally model, input_tokens, output_tokens, cost_usd, time, user, tag',
  recognises: (row) => createColumnFinder([row])(promptColumns, () => true) ?? false,
  read: (row) =>
    readRequest(row, { noRequest: `has no text in any of the columns ${promptColumns.join(', ')}` }),
}
