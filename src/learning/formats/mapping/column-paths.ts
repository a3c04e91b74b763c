import { InvalidRequestError } from '../../../errors.ts'
import { coerceList, coerceObject } from '../logs/cells/coerce.ts'
import { coerceNumber } from '../logs/cells/coerce-number.ts'
import type { Row } from '../row.ts'
import { toMessages } from './turns.ts'

/** Where the columns of a row lie in the objects of another application's export. */
export type ColumnPaths = {
  readonly columns: readonly ColumnPath[]
  /** The path of a list of which each item is a row. Undefined if each object of the file is one row. */
  readonly list: string | undefined
}

export type ColumnPath = {
  readonly name: string
  /** Keys joined by dots, from the object or, with `isInList`, from the item of the list. */
  readonly path: string
  readonly isInList: boolean
}

const mostColumns = 100
const longestPath = 300
const mostKeys = 12

/**
 * Parses `prompt=exchange.question.body`, one text for each column or several joined by commas. Keys are joined by dots, and
 * a number is the place in a list (from its end, if it is negative). `turns[].question` makes a row of each item of the list
 * `turns`; the paths without `[]` are then the same for all items of one list.
 *
 * Throws `InvalidRequestError` `bad-columns`.
 */
export function parseColumnPaths(texts: readonly string[]): ColumnPaths {
  const parts = texts.flatMap((text) => text.split(',')).map((part) => part.trim())
  const columns = parts.filter((part) => part !== '').map(parseColumn)
  const lists = new Set(columns.flatMap(({ list }) => list ?? []))
  const names = new Set(columns.map(({ name }) => name))
  if (columns.length === 0) throw badColumns('names no column')
  if (columns.length > mostColumns) throw badColumns(`names more than ${mostColumns} columns`)
  if (lists.size > 1)
    throw badColumns(
      `has the lists ${[...lists].map((list) => `${list}[]`).join(' and ')}, and the rows are the items of one list`,
    )
  if (names.size < columns.length) throw badColumns('names a column twice')
  const [list] = lists
  return {
    columns: columns.map(({ name, path, list: own }) => ({ name, path, isInList: own !== undefined })),
    list,
  }
}

function parseColumn(text: string): { name: string; path: string; list: string | undefined } {
  const at = text.indexOf('=')
  const [name, path] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  if (at < 1 || path === '') throw badColumns(`has ${JSON.stringify(text)}, which is not NAME=PATH`)
  const keys = path.split('.')
  if (path.length > longestPath || keys.length > mostKeys)
    throw badColumns(`has a path of more than ${mostKeys} keys: ${JSON.stringify(path.slice(0, 80))}`)
  const [list, rest, ...more] = path.split('[]')
  if (rest === undefined) return { name, path, list: undefined }
  if (list === '' || more.length > 0)
    throw badColumns(`has ${JSON.stringify(path)}; "[]" stands once, behind the name of a list`)
  return { name, path: rest.replace(/^\./, ''), list }
}

function badColumns(reason: string): InvalidRequestError {
  return new InvalidRequestError(
    'bad-columns',
    `--columns ${reason}. Write it as prompt=question.text model=reply.model; routellm data inspect FILE proposes the columns of a file.`,
    { param: '--columns' },
  )
}

/**
 * The rows that an object of a file becomes: one, or one for each item of the list. A column without a value is left out.
 * What the object itself lacks is looked for in the fields around the list of objects that it is in.
 */
export function rowsOfPaths(
  value: unknown,
  { columns, list }: ColumnPaths,
  around: Row = {},
): readonly Row[] {
  const outer = (path: string) => valueAt(value, path) ?? valueAt(around, path)
  const items = list === undefined ? [undefined] : (coerceList(outer(list)) ?? [])
  return items.map((item) => {
    const row: Record<string, unknown> = {}
    const scores: Record<string, unknown> = {}
    for (const { name, path, isInList } of columns) {
      const found = isInList ? valueAt(item, path) : outer(path)
      if (found === undefined || found === null || found === '') continue
      if (name.startsWith('scores.')) scores[name.slice('scores.'.length)] = coerceNumber(found) ?? found
      else if (name === 'prompt' || name === 'messages') Object.assign(row, toPromptColumn(name, found))
      else row[name] = found
    }
    return Object.keys(scores).length === 0 ? row : { ...row, scores }
  })
}

/** A list of turns is the column `messages`; anything else stays as it is. */
function toPromptColumn(name: string, value: unknown): Row {
  const messages = toMessages(value)
  return messages === undefined ? { [name]: value } : { messages }
}

/** The value at a path. A key may have dots in it. JSON in a text is read. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value
  const list = coerceList(value)
  const object = list === undefined ? coerceObject(value) : undefined
  if (list === undefined && object === undefined) return undefined
  const child = (key: string): unknown =>
    list === undefined
      ? object !== undefined && Object.hasOwn(object, key)
        ? object[key]
        : undefined
      : /^-?\d+$/.test(key)
        ? list.at(Number(key))
        : undefined
  const whole = child(path)
  if (whole !== undefined) return whole
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const next = child(path.slice(0, dot))
    const found = next === undefined ? undefined : valueAt(next, path.slice(dot + 1))
    if (found !== undefined) return found
  }
  return undefined
}
