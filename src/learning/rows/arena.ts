import { parseJsonText } from '../formats/json/json-text.ts'
import { invalidRow, modelColumn, parseRow, type Row, sharedColumns, shown } from '../formats/row.ts'
import type { Battle } from './battles.ts'

/** Upstream leaves out battles whose first turn, without spaces around it, has fewer characters. */
export const arenaMinCharacters = 16

/**
 * A battle of the Chatbot Arena in its published form:
 *
 * - `lmsys-arena-human-preference-55k`: `model_a`, `model_b`, `prompt` (the user's turns, as JSON), and one of
 *   `winner_model_a`, `winner_model_b`, `winner_tie` is 1;
 * - `chatbot_arena_conversations` and its successors: `model_a`, `model_b`, `conversation_a` (a list of
 *   `{"role", "content"}`), `winner`.
 *
 * As in upstream's `preprocess_battles`, the prompt is the user's first turn without the spaces around it, and a battle
 * on fewer than 16 characters is left out because it gives no information about the task. The later turns and the
 * answers are lost, and also whether a tie was both good or both bad if the file does not record it.
 *
 * @returns undefined if the first turn is too short. Throws `DataError` `invalid-row` naming `place`.
 */
export function parseArenaBattle(value: unknown, place: string): Battle | undefined {
  const row = parseRow(value, place)
  const prompt = arenaPrompt(row, place)
  const battle: Battle = {
    prompt,
    modelA: modelColumn(row, 'model_a', place),
    modelB: modelColumn(row, 'model_b', place),
    winner: 'winner_model_a' in row ? winnerOfColumns(row, place) : winnerOfName(row, place),
    ...sharedColumns(row, place),
  }
  return characters(prompt) < arenaMinCharacters ? undefined : battle
}

/** Whether a row has the columns of such a file. */
export function isArenaRow(row: Row): boolean {
  return 'winner_model_a' in row || ('conversation_a' in row && 'winner' in row)
}

/** The user's first turn, without the spaces around it. Throws `DataError` `invalid-row`. */
export function arenaPrompt(row: Row, place: string): string {
  return firstTurn(row, place).trim()
}

function firstTurn(row: Row, place: string): string {
  if ('conversation_a' in row) {
    const turns: unknown = row.conversation_a
    const first = Array.isArray(turns) ? (turns.find(isUserTurn) ?? turns[0]) : undefined
    const text = isObject(first) ? textOf(first.content) : undefined
    if (text !== undefined) return text
    throw invalidRow(place, `needs a list of {"role", "content"} in "conversation_a", got ${shown(turns)}`)
  }
  const turns = typeof row.prompt === 'string' ? parsedTurns(row.prompt) : row.prompt
  if (!Array.isArray(turns) || turns.length === 0)
    throw invalidRow(place, `needs the turns as a JSON list in "prompt", got ${shown(row.prompt)}`)
  const first: unknown = turns[0]
  // A turn that was taken back is null in the published file.
  if (first === null) return ''
  if (typeof first === 'string') return first
  throw invalidRow(place, `needs texts in the turns of "prompt", got ${shown(first)}`)
}

function parsedTurns(text: string): unknown {
  try {
    return parseJsonText(text)
  } catch {
    return undefined
  }
}

/** A text, or in later files a list of parts. Images have no text. */
function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return undefined
  return content
    .flatMap((part: unknown) => (isObject(part) && typeof part.text === 'string' ? part.text : []))
    .join('\n')
}

function isUserTurn(turn: unknown): boolean {
  return isObject(turn) && turn.role === 'user'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const winnerColumns: readonly (readonly [string, Battle['winner']])[] = [
  ['winner_model_a', 'model_a'],
  ['winner_model_b', 'model_b'],
  ['winner_tie', 'tie'],
]

function winnerOfColumns(row: Row, place: string): Battle['winner'] {
  const won = winnerColumns.filter(([column]) => row[column] === 1 || row[column] === true)
  if (won.length === 1) return won[0]![1]
  const found = winnerColumns.map(([column]) => `${column} ${shown(row[column])}`).join(', ')
  throw invalidRow(
    place,
    `needs a 1 in exactly one of winner_model_a, winner_model_b, winner_tie, got ${found}`,
  )
}

const winnerNames: ReadonlyMap<unknown, Battle['winner']> = new Map([
  ['model_a', 'model_a'],
  ['model_b', 'model_b'],
  ['tie', 'tie'],
  ['tie (bothbad)', 'tie (bothbad)'],
  ['both_bad', 'tie (bothbad)'],
])

function winnerOfName({ winner }: Row, place: string): Battle['winner'] {
  const known = winnerNames.get(winner)
  if (known !== undefined) return known
  throw invalidRow(
    place,
    `needs one of ${[...winnerNames.keys()].join(', ')} in "winner", got ${shown(winner)}`,
  )
}

/** Unicode characters, as Python counts them. */
function characters(text: string): number {
  return [...text].length
}
