import type { DataError } from '../../../../errors.ts'
import type { PickPrompt } from '../../../../routing/prompts/pick-prompt.ts'
import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import { parseMessages } from '../../logs/request/message.ts'
import { invalidRow, type Row, shown } from '../../row.ts'
import { parseTextList } from './python-list.ts'
import { findColumn, isObject } from './score-cells.ts'

/** Finds the prompt of the rows of one file. */
export type PromptReader = {
  /** The columns that it is made of. */
  readonly columns: ReadonlySet<string>
  /** The prompt of a row; undefined if the row has none. @param pickPrompt picks the scored text of a conversation. */
  read(row: Row, pickPrompt: PickPrompt): string | undefined
}

/** The names of columns with prompts, the clearest first. */
const textNames = [
  'prompt',
  'messages',
  'conversation',
  'conversations',
  'chat',
  'dialogue',
  'instruction',
  'question',
  'query',
  'user_message',
  'user_prompt',
  'user_input',
  'origin_query',
  'input',
  'inputs',
  'problem',
  'text',
  'context',
  'conversation_a',
  'full_conversation',
] as const

/** Columns that show that texts in a list are the turns of a conversation, or the list of a single one. */
const listMarks = /^(?:response_a|response_b|eval_name|winner_model_a|.*\|model_response|.*\|total_cost)$/

/**
 * How to find the prompts of rows: a text; the turns of a conversation (`{"role", "content"}`, ShareGPT's `{"from",
 * "value"}`), of which the router's rule picks; an instruction with its input (Alpaca); a list of texts in a cell, of
 * which the first is taken, as for the arena's files.
 *
 * @param sample the first rows of the file. @returns undefined if no column of theirs holds prompts.
 */
export function findPromptReader(sample: readonly Row[]): PromptReader | undefined {
  for (const name of textNames) {
    const column = findColumn(sample, [name])
    if (column === undefined) continue
    const isListed = hasListedTexts(sample, column)
    const instructed = name === 'instruction' ? findColumn(sample, ['input']) : undefined
    const read: PromptReader['read'] = (row, pickPrompt) =>
      readCell(
        row[column],
        { isListed, input: instructed === undefined ? undefined : row[instructed] },
        pickPrompt,
      )
    if (!sample.some((row) => read(row, routedPrompt) !== undefined)) continue
    return { columns: new Set(instructed === undefined ? [column] : [column, instructed]), read }
  }
  return undefined
}

/** Whether a cell of the row may hold a conversation, of which the prompt is picked. */
export function mayHoldConversation(row: Row): boolean {
  return Object.values(row).some(isConversationCell)
}

function isConversationCell(cell: unknown): boolean {
  if (typeof cell === 'string') return listOfObjects.test(cell)
  if (Array.isArray(cell)) return cell.length > 0 && typeof cell[0] !== 'string'
  return isObject(cell) && [cell.messages, cell.raw, cell.content, cell.text].some(isConversationCell)
}

const listOfObjects = /^\s*\[\s*\{/

/** The error for a row without the prompt that the other rows of its file have. */
export function noPrompt(row: Row, columns: ReadonlySet<string>, place: string): DataError {
  const [column = 'prompt'] = columns
  return invalidRow(place, `needs a string in "${column}", got ${shown(row[column])}`)
}

/** Whether the cells are lists of texts: each of several rows, or of rows with other columns of such files. */
function hasListedTexts(sample: readonly Row[], column: string): boolean {
  const cells = sample.map((row) => row[column]).filter((cell) => typeof cell === 'string')
  const isMarked = sample.some((row) => Object.keys(row).some((name) => listMarks.test(name)))
  if (cells.length < (isMarked ? 1 : 2)) return false
  return cells.every((cell) => parseTextList(cell) !== undefined)
}

function readCell(
  cell: unknown,
  { isListed, input }: { readonly isListed: boolean; readonly input: unknown },
  pickPrompt: PickPrompt,
): string | undefined {
  if (typeof cell === 'string') {
    if (isListed) return parseTextList(cell)?.[0] ?? cell
    const turns = listOfObjects.test(cell) ? parseTurns(cell) : undefined
    if (turns !== undefined) return promptOfTurns(turns, pickPrompt)
    return typeof input === 'string' && input.trim() !== '' ? `${cell}\n\n${input}` : cell
  }
  if (Array.isArray(cell)) {
    if (cell.length > 0 && cell.every((item) => typeof item === 'string')) return cell[0]
    return promptOfTurns(cell, pickPrompt)
  }
  if (!isObject(cell)) return undefined
  const held = cell.messages ?? cell.raw ?? cell.content ?? cell.text
  return readCell(held, { isListed: false, input: undefined }, pickPrompt)
}

function parseTurns(text: string): readonly unknown[] | undefined {
  try {
    const turns: unknown = JSON.parse(text)
    return Array.isArray(turns) ? turns : undefined
  } catch {
    return undefined
  }
}

/**
 * The prompt of a conversation. One that ends with a user's turn is a request. A whole one, with its answers, is read as
 * its first turn, which needs no turn before it.
 */
function promptOfTurns(list: readonly unknown[], pickPrompt: PickPrompt): string | undefined {
  const turns = parseMessages(list)
  const first = turns.findIndex(({ role }) => role === 'user')
  if (first < 0) return undefined
  const isWhole = turns.at(-1)?.role === 'assistant'
  const { text } = pickPrompt(isWhole ? turns.slice(0, first + 1) : turns)
  return text === '' ? undefined : text
}
