import { coerceList, coerceObject } from '../logs/cells/coerce.ts'
import { isMessageList } from '../logs/request/message.ts'
import type { Row } from '../row.ts'
import { toMessages } from './turns.ts'

/** What the sample has at one path. */
export type Leaf = {
  readonly path: string
  /** The words of the keys in lower case: `tokensIn` is `tokens` and `in`. */
  readonly words: readonly string[]
  /** The words of the last key, or of the last two if it is in an object of its own. */
  readonly lastWords: readonly string[]
  /** How many rows have it. */
  rows: number
  /** Texts and numbers, each cut to 200 characters; or only whether they are lists of turns. */
  readonly values: (string | number)[]
  turns: number
}

const deepest = 6
const mostLeaves = 300
const mostItems = 4
const mostValues = 200
const longestValue = 200
/** Keys that cannot be written in a path. */
const unwritable = /[,[\]\p{Cc}]/u

/** Everything that rows hold, by path. `[]` in a path stands for the items of a list; lists within lists are not entered. */
export function findLeaves(rows: readonly Row[]): readonly Leaf[] {
  const leaves = new Map<string, Leaf>()
  for (const row of rows) {
    const seen = new Set<string>()
    visit(row, [], false)

    function visit(value: unknown, path: readonly string[], isInList: boolean): void {
      if (value === null || value === undefined || path.length > deepest) return
      const list = coerceList(value)
      if (list !== undefined) {
        const items = list.slice(0, mostItems)
        if (toMessages(items) !== undefined || isMessageList(items)) add(path, undefined)
        else if (!isInList && path.length > 0 && items.some((item) => coerceObject(item) !== undefined)) {
          const inner = [...path.slice(0, -1), `${path.at(-1)}[]`]
          for (const item of items) visit(item, inner, true)
        }
        return
      }
      const object = coerceObject(value)
      if (object === undefined) {
        if (typeof value === 'string' || typeof value === 'number') add(path, value)
        return
      }
      for (const [key, child] of Object.entries(object))
        if (key !== '' && !unwritable.test(key)) visit(child, [...path, key], isInList)
    }

    function add(path: readonly string[], value: string | number | undefined): void {
      const name = path.join('.')
      const leaf = leaves.get(name) ?? (leaves.size < mostLeaves ? createLeaf(name, path) : undefined)
      if (leaf === undefined) return
      leaves.set(name, leaf)
      if (!seen.has(name)) leaf.rows++
      seen.add(name)
      if (value === undefined) leaf.turns++
      else if (leaf.values.length < mostValues)
        leaf.values.push(typeof value === 'string' ? value.slice(0, longestValue) : value)
    }
  }
  return [...leaves.values()]
}

function createLeaf(name: string, path: readonly string[]): Leaf {
  const words = path.flatMap(wordsOf)
  return { path: name, words, lastWords: path.slice(-2).flatMap(wordsOf), rows: 0, values: [], turns: 0 }
}

function wordsOf(key: string): readonly string[] {
  return key
    .slice(0, 60)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}
