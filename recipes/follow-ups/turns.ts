import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { normalizedText } from '../../src/base/text/text-identity.ts'
import { DataError } from '../../src/errors.ts'
import { readJsonLines } from '../../src/learning/formats/json/json-lines.ts'
import { languages } from '../everyday/corpus.ts'

const turnSchema = z.strictObject({
  language: z.enum(languages),
  kind: z.enum(['follow-up', 'question']),
  turn: z.string().min(1).max(200),
  after: z.string().min(1).max(300).optional(),
  scenario: z.int().nonnegative().optional(),
})

/**
 * A user's turn; `after` is what the assistant said before it, where it matters. Turns of one scenario say much the same in
 * several languages.
 */
export type Turn = z.infer<typeof turnSchema>

/** Turns to learn from, and turns that only measure. */
export const trainingSets = ['training', 'conversations'] as const
export const heldOutSets = ['held-out', 'held-out-2', 'held-out-3'] as const

export type TurnSet = (typeof trainingSets)[number] | (typeof heldOutSets)[number]

/** The turns of `<set>.jsonl`, in order. Throws `DataError` for a row of another form. */
export async function readTurns(set: TurnSet): Promise<Turn[]> {
  const turns: Turn[] = []
  const file = fileURLToPath(new URL(`${set}.jsonl`, import.meta.url))
  for await (const { line, value } of readJsonLines(file)) {
    const turn = turnSchema.safeParse(value)
    if (!turn.success)
      throw new DataError('x-invalid-row', `${set}.jsonl, line ${line}: ${z.prettifyError(turn.error)}`)
    turns.push(turn.data)
  }
  return turns
}

/**
 * A function that says how like a turn is to the one of `turns` that is likest: the share of runs of three characters that
 * both have (Jaccard), 0 to 1; 1 if they differ in case, spaces and punctuation only.
 */
export function createLikeness(turns: readonly string[]): (turn: string) => number {
  const known = turns.map((turn) => trigramsOf(normalizedText(turn)))
  return (turn) => {
    const own = trigramsOf(normalizedText(turn))
    return known.reduce((most, other) => Math.max(most, jaccard(own, other)), 0)
  }
}

/**
 * A number of the group of each turn. Turns of a scenario are one group in all languages. Another turn joins the first group of its language whose first turn is at least as like it
 * as `least` (`createLikeness`), or begins one. Expansions of one pattern share a group.
 */
export function groupsOf(turns: readonly Turn[], least: number): number[] {
  const firsts: {
    readonly language: string
    readonly trigrams: ReadonlySet<string>
    readonly group: number
  }[] = []
  const ofScenario = new Map<number, number>()
  let groups = 0
  return turns.map(({ language, turn, scenario }) => {
    if (scenario !== undefined) {
      const group = ofScenario.get(scenario) ?? groups++
      ofScenario.set(scenario, group)
      return group
    }
    const trigrams = trigramsOf(normalizedText(turn))
    const found = firsts.find(
      (first) => first.language === language && jaccard(first.trigrams, trigrams) >= least,
    )
    if (found !== undefined) return found.group
    firsts.push({ language, trigrams, group: groups })
    return groups++
  })
}

function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let common = 0
  for (const trigram of one) if (other.has(trigram)) common++
  return common / (one.size + other.size - common)
}

function trigramsOf(text: string): ReadonlySet<string> {
  const padded = ` ${text} `
  return new Set(Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3)))
}
