import { looksLikeModel } from '../layouts/cells/model-names.ts'
import { coerceTime } from '../logs/cells/coerce-time.ts'
import type { Row } from '../row.ts'
import {
  isAnyText,
  isAside,
  isAsked,
  isCached,
  isGroup,
  isIdentity,
  isIn,
  isInput,
  isLater,
  isModel,
  isMoment,
  isMoney,
  isOther,
  isOtherMoney,
  isOut,
  isPerson,
  isReply,
  isToken,
} from './column-words.ts'
import { findLeaves, type Leaf } from './leaves.ts'

/** Columns of a request log in rows of an unknown form. */
export type ColumnProposal = {
  /** Each as `name=path`, for `--columns`; the prompt first. */
  readonly columns: readonly string[]
  /** Other paths that may hold the prompt, the likeliest first. */
  readonly otherPrompts: readonly string[]
}

type Rank = (leaf: Leaf) => number

/**
 * Proposes where the prompt, the model and the rest of a request lie in rows of an application's own form, by the names and
 * the values of the first rows.
 *
 * @returns undefined if nothing looks like a prompt.
 */
export function proposeColumns(rows: readonly Row[]): ColumnProposal | undefined {
  const leaves = findLeaves(rows)
  const ranked = leaves
    .map((leaf) => ({ leaf, rank: promptRank(leaf, rows.length) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => b.rank - a.rank)
  const prompt = ranked[0]?.leaf
  if (prompt === undefined) return undefined
  const list = listOf(prompt)
  const free = new Set(leaves.filter((leaf) => leaf !== prompt && [undefined, list].includes(listOf(leaf))))
  const columns = [`${prompt.turns > 0 ? 'messages' : 'prompt'}=${prompt.path}`]
  for (const [name, rank] of otherColumns) {
    const found = best([...free], rank)
    if (found === undefined) continue
    free.delete(found)
    columns.push(`${name}=${found.path}`)
  }
  return { columns, otherPrompts: ranked.slice(1, 4).map(({ leaf }) => leaf.path) }
}

function best(leaves: readonly Leaf[], rank: Rank): Leaf | undefined {
  let found: Leaf | undefined
  let highest = 0
  for (const leaf of leaves) {
    const own = rank(leaf)
    if (own > highest) [found, highest] = [leaf, own]
  }
  return found
}

function listOf({ path }: Leaf): string | undefined {
  return path.includes('[]') ? path.slice(0, path.indexOf('[]')) : undefined
}

/** Whether values are texts that people write: of several words, or long, and not all the same. */
function isProse({ values }: Leaf): boolean {
  const texts = values.filter((value) => typeof value === 'string')
  if (texts.length === 0 || texts.length < values.length) return false
  const prose = texts.filter(
    (text) =>
      /\S[\s、。，]\S/u.test(text) ||
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Hangul}\p{Script=Thai}]{3}/u.test(text),
  )
  return (
    prose.length >= texts.length / 2 &&
    (texts.length < 3 || new Set(texts).size > 1) &&
    !texts.every((text) => coerceTime(text) !== undefined)
  )
}

function promptRank(leaf: Leaf, rows: number): number {
  const isTurns = leaf.turns > 0
  if (leaf.rows < rows / 2 || (!isTurns && (!isProse(leaf) || isReply(leaf)))) return 0
  const named = (isAsked(leaf) ? 4 : 0) + (isInput(leaf) ? 2 : 0) + (isAnyText(leaf) ? 1 : 0)
  return (isTurns ? 6 : 1) + named - (isAside(leaf) ? 4 : 0) + leaf.rows / (10 * rows)
}

function isNumeric({ values }: Leaf): boolean {
  return (
    values.length > 0 && values.every((value) => typeof value === 'number' || /^\s*[\d.,]+\s*$/.test(value))
  )
}

function isShort({ values }: Leaf): boolean {
  return values.length > 0 && values.every((value) => typeof value === 'number' || value.length <= 80)
}

/** The columns besides the prompt, in the order in which they take their paths. */
const otherColumns: readonly (readonly [string, Rank])[] = [
  ['model', modelRank],
  [
    'input_tokens',
    (leaf) => (isNumeric(leaf) && isToken(leaf) && isIn(leaf) && !isCached(leaf) && !isOther(leaf) ? 1 : 0),
  ],
  [
    'output_tokens',
    (leaf) => (isNumeric(leaf) && isToken(leaf) && isOut(leaf) && !isCached(leaf) && !isOther(leaf) ? 1 : 0),
  ],
  [
    'cached_input_tokens',
    (leaf) => (isNumeric(leaf) && isToken(leaf) && isCached(leaf) && !isOther(leaf) ? 1 : 0),
  ],
  ['cost_usd', (leaf) => (isNumeric(leaf) && isMoney(leaf) && !isOtherMoney(leaf) ? 1 : 0)],
  ['time', timeRank],
  ['user', personRank],
  [
    'tag',
    (leaf) =>
      isShort(leaf) && isGroup(leaf) && new Set(leaf.values).size <= Math.max(2, leaf.values.length / 3)
        ? 1
        : 0,
  ],
  [
    'answer',
    (leaf) => (isProse(leaf) && isReply(leaf) && !isAside(leaf) ? 1 + (isAnyText(leaf) ? 1 : 0) : 0),
  ],
]

function modelRank(leaf: Leaf): number {
  const texts = leaf.values.filter((value) => typeof value === 'string')
  if (texts.length === 0 || !isShort(leaf)) return 0
  const known = texts.filter(looksLikeModel).length / texts.length
  return (
    (known >= 0.5 ? 2 : 0) +
    (isModel(leaf) && known > 0 ? 1 : 0) +
    (isModel(leaf) && !isProse(leaf) ? 0.5 : 0)
  )
}

function timeRank(leaf: Leaf): number {
  if (leaf.values.length === 0 || !leaf.values.every((value) => coerceTime(value) !== undefined)) return 0
  const isText = leaf.values.some((value) => typeof value === 'string')
  return (
    (isMoment(leaf) ? 2 : isText ? 1 : 0) +
    (isAsked(leaf) || isInput(leaf) ? 0.5 : 0) -
    (isLater(leaf) ? 1 : 0)
  )
}

const roleWords = /^(?:user|customer|client|human|assistant|bot|agent|system)$/i

function personRank(leaf: Leaf): number {
  if (!isShort(leaf) || !isPerson(leaf) || isProse(leaf)) return 0
  const distinct = new Set(leaf.values)
  if (distinct.size < 2 || [...distinct].every((value) => roleWords.test(String(value)))) return 0
  return isIdentity(leaf) ? 2 : 1
}
