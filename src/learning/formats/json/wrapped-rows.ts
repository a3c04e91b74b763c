import { isMessageList } from '../logs/request/message.ts'
import { toMessages } from '../mapping/turns.ts'
import type { Row } from '../row.ts'

/** The rows that an object holds, and the object's other fields, which apply to all of them. */
export type WrappedRows = { readonly rows: readonly unknown[]; readonly around: Row }

/** Fields of which a row has one. An object that has one is a row itself. */
const rowFields: ReadonlySet<string> = new Set([
  'prompt',
  'messages',
  'scores',
  'input',
  'inputs',
  'question',
  'query',
  'instruction',
  'conversation',
  'conversations',
  'conversation_a',
  'model_a',
  'embedding',
  'request',
  'response',
  'requestBody',
  'responseBody',
  'reqPayload',
  'body',
  'custom_id',
  'resourceSpans',
  'resource_spans',
  'scopeSpans',
  'traceId',
  'trace_id',
  'doc',
  'instance_id',
  'text',
  'chat',
  'dialogue',
  'context',
  'user_message',
  'user_prompt',
  'user_input',
  'origin_query',
  'problem',
  'choices',
])

/** Where products put the rows, the most usual first. */
const rowLists = [
  'data',
  'results',
  'items',
  'records',
  'rows',
  'request_states',
  'logs',
  'runs',
  'observations',
  'generations',
  'requests',
  'entries',
  'hits',
  'events',
  'examples',
  'samples',
  'result',
  'response',
]

const maxDepth = 4

/**
 * Finds the rows inside an object that is not a row: the page of an API (`{"data": […], "meta": …}`), a report with its
 * results one or more levels deep. The list under a usual name is taken; with `anyName`, else the only list of objects.
 *
 * @returns undefined if the object is a row, or holds no list of objects.
 */
export function unwrapRows(value: unknown, anyName = false): WrappedRows | undefined {
  if (!isObject(value) || isRow(value)) return undefined
  const found = findList(value, anyName, 0)
  return found === undefined ? undefined : { ...found, rows: found.rows.map(sourceOfHit) }
}

/**
 * The rows of an object that is a whole table: `{"prompt": ["…", "…"], "scores": […]}` and `{"prompt": {"0": "…"}}` by
 * column, `{"columns": […], "data": [[…]]}`, or `{"q1": {"prompt": …}, "q2": …}` by key.
 *
 * @returns undefined for any other object.
 */
export function rowsOfTable(value: unknown): readonly unknown[] | undefined {
  if (!isObject(value)) return undefined
  return splitRows(value) ?? listRows(value) ?? indexedRows(value) ?? keyedRows(value)
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRow(value: Row): boolean {
  return Object.keys(value).some(
    (key) =>
      rowFields.has(key) &&
      !isListOfObjects(value[key], 'response') &&
      !(conversationLists.has(key) && isListOfConversations(value[key])),
  )

  function isListOfObjects(field: unknown, only: string): boolean {
    return only in value && Array.isArray(field) && field === value[only] && field.every(isObject)
  }
}

/** The turns of one conversation, or a list of conversations, each of which is a row. */
const conversationLists: ReadonlySet<string> = new Set(['conversation', 'conversations', 'chat', 'dialogue'])

function isListOfConversations(value: unknown): boolean {
  return isRowList(value) && toMessages(value) === undefined && !isMessageList(value)
}

function findList(value: Row, anyName: boolean, depth: number): WrappedRows | undefined {
  if (depth > maxDepth) return undefined
  const lists = Object.keys(value).filter((key) => !chatLists.has(key) && isRowList(value[key]))
  const known = new Set(lists)
  const usual = rowLists.find((key) => Array.isArray(value[key]) && (known.has(key) || isEmpty(value[key])))
  const key = usual ?? (anyName && lists.length === 1 ? lists[0] : undefined)
  if (key !== undefined) {
    const { [key]: rows, ...around } = value
    return { rows: Array.isArray(rows) ? rows : [], around }
  }
  const inner = [...new Set([...rowLists, ...Object.keys(value)])]
  for (const name of inner) {
    const child = value[name]
    if (!isObject(child) || isRow(child)) continue
    const found = findList(child, anyName, depth + 1)
    if (found === undefined) continue
    const { [name]: _, ...around } = value
    return { rows: found.rows, around: { ...around, ...found.around } }
  }
  return undefined
}

function isRowList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isObject) && !value.every(isPartOfChat)
}

/** Lists that a request or a reply of a model has. */
const chatLists: ReadonlySet<string> = new Set([
  'messages',
  'contents',
  'content',
  'parts',
  'choices',
  'candidates',
  'tools',
  'functions',
  'tool_calls',
  'toolCalls',
])

/** Whether an object is a message, a choice or a tool of a chat. A list of these is part of one row. */
function isPartOfChat(item: Row): boolean {
  return (
    typeof item.role === 'string' ||
    Array.isArray(item.parts) ||
    isObject(item.message) ||
    isObject(item.function) ||
    item.type === 'text' ||
    ('from' in item && 'value' in item)
  )
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

/** A hit of a search engine holds its document in `_source`. */
function sourceOfHit(row: unknown): unknown {
  return isObject(row) && '_id' in row && isObject(row._source) ? row._source : row
}

function splitRows({ columns, data }: Row): readonly unknown[] | undefined {
  if (!Array.isArray(columns) || !Array.isArray(data) || !columns.every((name) => typeof name === 'string'))
    return undefined
  if (!data.every((cells) => Array.isArray(cells) && cells.length === columns.length)) return undefined
  return data.map((cells: unknown[]) =>
    Object.fromEntries(columns.map((name: string, at: number) => [name, cells[at]])),
  )
}

function listRows(value: Row): readonly unknown[] | undefined {
  const columns = Object.entries(value)
  const lengths = new Set(columns.map(([, cells]) => (Array.isArray(cells) ? cells.length : -1)))
  const [length = -1] = lengths
  if (lengths.size !== 1 || length < 1 || columns.length < 2 || !isRow(value)) return undefined
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(columns.map(([name, cells]) => [name, Array.isArray(cells) ? cells[row] : undefined])),
  )
}

function indexedRows(value: Row): readonly unknown[] | undefined {
  const columns = Object.entries(value)
  if (!isRow(value) || !columns.every(([, cells]) => isObject(cells))) return undefined
  const rows = new Map<string, [string, unknown][]>()
  for (const [name, cells] of columns)
    for (const [index, cell] of Object.entries(isObject(cells) ? cells : {})) {
      if (!/^\d+$/.test(index)) return undefined
      const row = rows.get(index) ?? []
      rows.set(index, row)
      row.push([name, cell])
    }
  return rows.size === 0 ? undefined : [...rows.values()].map((cells) => Object.fromEntries(cells))
}

function keyedRows(value: Row): readonly unknown[] | undefined {
  if (isRow(value)) return undefined
  const rows = Object.values(value)
  if (rows.length === 0 || !rows.every(isObject)) return undefined
  return rows.every(isRow) || areAlikeByIds(value, rows) ? rows : undefined
}

const fewestAlike = 3

/** Objects with the same keys, each under an id with a digit in it. */
function areAlikeByIds(value: Row, rows: readonly Row[]): boolean {
  const keysOf = (row: Row) => Object.keys(row).toSorted().join('\n')
  const [first] = rows
  return (
    rows.length >= fewestAlike &&
    first !== undefined &&
    Object.keys(value).every((key) => /\d/.test(key)) &&
    rows.every((row) => keysOf(row) === keysOf(first))
  )
}
