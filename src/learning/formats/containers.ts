import { findDialect } from './csv/dialect.ts'
import { parseJsonText } from './json/json-text.ts'

/** How a file holds its rows. */
export type Container = 'json-lines' | 'json-objects' | 'json-array' | 'table' | 'parquet'

/** The name's part that says what a file is, without the suffix of a compression. */
function extensionOf(name: string): string | undefined {
  return /\.([a-z]+)(?:\.(?:gz|zst|zstd))?$/i.exec(name)?.[1]?.toLowerCase()
}

/**
 * Recognises how a file holds its rows by its first bytes. Its name decides only if these do not: an empty file, or one
 * that is damaged.
 *
 * @param isWhole whether the head is the whole file.
 */
export function recogniseContainer(name: string, head: Uint8Array, isWhole: boolean): Container {
  if (isParquet(head)) return 'parquet'
  const text = new TextDecoder().decode(head)
  const first = /\S/.exec(text)?.[0]
  if (first === '[') return isLineOfValues(name, text) ? 'json-lines' : 'json-array'
  if (first === '{') return isOnePerLine(text, isWhole) ? 'json-lines' : 'json-objects'
  switch (extensionOf(name)) {
    case 'csv':
    case 'tsv':
      return 'table'
    case 'parquet':
      return 'parquet'
    default:
      return first !== undefined && hasKnownHeader(name, text, isWhole) ? 'table' : 'json-lines'
  }
}

/** Whether a file begins like Parquet. */
export function isParquet(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 4)).toString('latin1') === 'PAR1'
}

/** Whether the first line of a file that is not called `.json` is a list of plain values: no row, and no list of rows. */
function isLineOfValues(name: string, text: string): boolean {
  if (extensionOf(name) === 'json') return false
  try {
    const list = parseJsonText(text.trimStart().split('\n', 1)[0] ?? '')
    return Array.isArray(list) && list.length > 0 && list.every((item) => typeof item !== 'object')
  } catch {
    return false
  }
}

const judgedLines = 8

/** Whether at least half of the first lines are JSON on their own. A line longer than the head is one. */
function isOnePerLine(text: string, isWhole: boolean): boolean {
  const lines = text.split('\n')
  if (!isWhole) lines.pop()
  const judged = lines.filter((line) => /\S/.test(line)).slice(0, judgedLines)
  if (judged.length < 2) return true
  // A line that begins no object is damage or belongs to an object before it.
  return judged.filter(isJsonObject).length * 2 >= judged.length || !opensObject(judged[0] ?? '')
}

function isJsonObject(line: string): boolean {
  if (!/^\s*\{/.test(line)) return false
  try {
    parseJsonText(line)
    return true
  } catch {
    return false
  }
}

/** Whether a line opens more brackets than it closes, outside texts. A text that does not end is no bracket. */
function opensObject(line: string): boolean {
  let depth = 0
  let inText = false
  for (let at = 0; at < line.length; at++) {
    const character = line[at]
    if (inText) {
      if (character === '\\') at++
      else if (character === '"') inText = false
    } else if (character === '"') inText = true
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
  }
  return !inText && depth > 0
}

const knownColumns: ReadonlySet<string> = new Set([
  'prompt',
  'question',
  'query',
  'instruction',
  'messages',
  'model_a',
  'model',
  'conversation_a',
])

/** Whether the first line names a column of prompts or models, so that a file of any name is a table. */
function hasKnownHeader(name: string, text: string, isWhole: boolean): boolean {
  const { header } = findDialect(name, text, isWhole)
  return header.some((column) => knownColumns.has(column.trim().toLowerCase()))
}
