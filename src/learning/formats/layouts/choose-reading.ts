import { DataError } from '../../../errors.ts'
import { recogniseFormat } from '../logs/formats.ts'
import type { LogFormat, LoggedRequest, NotRoutable } from '../logs/log-format.ts'
import { isRequestRecord, promptOfRecord } from '../logs/routellm-log.ts'
import type { PlacedRow } from '../raw-rows.ts'
import { invalidRow, type Row } from '../row.ts'
import { isObject } from './cells/score-cells.ts'
import type { ModelResult, Reading, RowContext } from './layout.ts'
import { findLabelLayout, isArenaFile, isPlainPrompts, promptsLayout } from './registry.ts'

/** What a row of a file is: a row in a form that every command reads, or one result of several on its prompt. */
export type ReadRow =
  | { readonly kind: 'row'; readonly row: unknown }
  | { readonly kind: 'result'; readonly result: ModelResult }

/** How the rows of one file are read, and what their layout is called. */
export type ChosenReading = {
  readonly name: string
  /** Whether the rows are requests of a log, which are conversations. */
  readonly isLog: boolean
  /** Throws `DataError`. */
  read(row: PlacedRow, context: RowContext): readonly ReadRow[]
}

const asItIs: ChosenReading['read'] = ({ value }) => [{ kind: 'row', row: value }]

/** Chooses by the first rows of a file. Labels come first, then request logs, then prompts. */
export function chooseReading(sample: readonly PlacedRow[]): ChosenReading {
  const rows = sample.map(({ value }) => value).filter(isObject)
  if (rows.some(isRequestRecord)) return { name: 'routellm', isLog: true, read: readRecord }
  if (rows.length === 0) return { name: 'unknown', isLog: false, read: asItIs }
  if (isArenaFile(rows)) return { name: 'arena', isLog: false, read: asItIs }
  const labels = findLabelLayout(rows)
  if (labels !== undefined) return { name: labels.layout.name, isLog: false, read: toReader(labels.reading) }
  if (isPlainPrompts(rows)) return { name: 'prompts', isLog: false, read: asItIs }
  const log = recogniseLog(rows)
  if (log !== undefined && (isDistinct(log) || rows.some(hasReply)))
    return { name: log.name, isLog: true, read: toLogReader(log) }
  const prompts = promptsLayout.plan(rows)
  if (prompts !== undefined) return { name: promptsLayout.name, isLog: false, read: toReader(prompts) }
  if (log !== undefined) return { name: log.name, isLog: true, read: toLogReader(log) }
  return { name: 'unknown', isLog: false, read: asItIs }
}

function toReader(reading: Reading): ChosenReading['read'] {
  return ({ value }, context) => {
    if (!isObject(value)) return [{ kind: 'row', row: value }]
    if (reading.kind === 'grouped')
      return reading.read(value, context).map((result) => ({ kind: 'result', result }))
    const row = reading.read(value, context)
    return row === undefined ? [] : [{ kind: 'row', row }]
  }
}

function recogniseLog(rows: readonly Row[]): LogFormat | undefined {
  try {
    return recogniseFormat(rows, '')
  } catch (error) {
    if (error instanceof DataError) return undefined
    throw error
  }
}

/** Formats of one product. The others read any row with a chat request or a column of prompts in it. */
function isDistinct({ name }: LogFormat): boolean {
  return name !== 'openai' && name !== 'columns'
}

/** Whether a row is a request with what came back, and not a prompt with columns beside it. */
function hasReply(row: Row): boolean {
  return ['response', 'responseBody', 'response_body', 'usage', 'choices', 'status_code', 'custom_id'].some(
    (column) => column in row,
  )
}

/** Requests that hold no prompt of their own. */
const withoutPrompt: ReadonlySet<NotRoutable> = new Set([
  'embeddings',
  'other-call',
  'tool-turn',
  'no-text',
  'truncated',
])

/** The prompts of a log's requests, with the id of the row. Turns inside a tool loop and cut prompts are left out. */
function toLogReader(format: LogFormat): ChosenReading['read'] {
  return ({ value, place }, { pickPrompt }) => {
    if (!isObject(value)) return [{ kind: 'row', row: value }]
    return (format.unpack?.(value) ?? [value]).flatMap((each): ReadRow[] => {
      const read = format.read(each, pickPrompt)
      if (read.kind === 'unreadable') throw invalidRow(place, read.reason)
      if (!hasPrompt(read.request)) return []
      const { id } = each
      const isId = typeof id === 'string' || typeof id === 'number'
      return [{ kind: 'row', row: { prompt: read.request.prompt.text, ...(isId && { id }) } }]
    })
  }
}

function hasPrompt({ prompt, notRoutable }: LoggedRequest): boolean {
  return prompt.text !== '' && (notRoutable === undefined || !withoutPrompt.has(notRoutable))
}

function readRecord({ value, place }: PlacedRow, { pickPrompt }: RowContext): readonly ReadRow[] {
  if (!isRequestRecord(value)) return [{ kind: 'row', row: value }]
  const recorded = promptOfRecord(value, pickPrompt)
  if (recorded.kind === 'prompt') return [{ kind: 'row', row: recorded.row }]
  if (recorded.kind === 'left-out') return []
  throw new DataError(
    'request-log-without-text',
    `${place} is a record of a request log without text, so it holds no prompt. Write the log with \`routellm serve --request-log FILE --request-log-text\`.`,
  )
}
