import { hashOfWord } from '../../src/base/text/token-hash.ts'
import type { LocalEmbedder, NamedFeatureEmbedder } from '../../src/routing/embedding/embedder.ts'
import { createFeatureReader, longestFollowUp } from '../../src/routing/follow-ups/follow-up-reader.ts'
import { answerAsks } from '../../src/routing/follow-ups/turn-features.ts'
import { createTurnGramReader } from '../../src/routing/follow-ups/turn-grams.ts'
import { type EverydayPrompt, languages } from '../everyday/corpus.ts'
import type { Example } from './fit.ts'
import { createLikeness, type Turn } from './turns.ts'

/** Prompts of the everyday corpus: they open conversations, and were not written to look like follow-ups. */
const everydayWeight = 0.3
/** Their few follow-ups are longer than most. */
const everydayFollowUpWeight = 1
/** Turns with the answer before them, as the gateway sees them. */
const conversationWeight = 3
/** A prompt that is as like a held-out turn as this is left out. */
const tooLike = 0.6
/** Kinds that are neither: thanks are among the greetings, and a tool's result continues a conversation. */
const leftOutKinds: readonly string[] = ['greeting', 'tool-result']

export type LabelledTurn = Turn & { readonly weight: number }

/** The training turns and those of conversations, and then the everyday prompts that are short enough to be taken for follow-ups. */
export function joinTurns(
  training: readonly Turn[],
  conversations: readonly Turn[],
  corpus: readonly EverydayPrompt[],
  heldOut: readonly Turn[],
): LabelledTurn[] {
  const likenessOf = new Map(
    languages.map((language) => [
      language,
      createLikeness(heldOut.flatMap((turn) => (turn.language === language ? [turn.turn] : []))),
    ]),
  )
  const everyday = corpus
    .filter(({ prompt, kind }) => prompt.length <= longestFollowUp && !leftOutKinds.includes(kind))
    .filter(({ prompt, language }) => likenessOf.get(language)!(prompt) < tooLike)
    .map(
      ({ prompt, kind, language }): LabelledTurn => ({
        language,
        kind: kind === 'follow-up' ? 'follow-up' : 'question',
        turn: prompt,
        weight: kind === 'follow-up' ? everydayFollowUpWeight : everydayWeight,
      }),
    )
  return [
    ...training.map((turn) => ({ ...turn, weight: 1 })),
    ...conversations.map((turn) => ({ ...turn, weight: conversationWeight })),
    ...everyday,
  ]
}

/**
 * Brings the embedder's named features to about the size of the other numbers, so that the steps of the fit treat them
 * alike.
 */
const namedFactor = 3
const turnFactor = 0.5

/** What the classifier sees of the turns, once for each answer of `answersBefore`. */
export function toExamples(
  turns: readonly LabelledTurn[],
  embedder: LocalEmbedder & NamedFeatureEmbedder,
): Example[] {
  const readGrams = createTurnGramReader()
  const readFeatures = createFeatureReader(embedder)
  const factors = columnFactors(embedder)
  const answers = new Map(
    languages.map((language) => {
      const known = turns.flatMap((turn) =>
        turn.language === language && turn.after !== undefined ? [turn.after] : [],
      )
      return [language, [...new Set(known)]]
    }),
  )
  return turns.map((labelled) => {
    const { turn, language, kind, weight } = labelled
    const { places, count } = readGrams(turn)
    return {
      label: kind === 'follow-up' ? 1 : 0,
      weight,
      places: places.slice(0, count),
      features: answersBefore(labelled, answers.get(language) ?? []).map((answer) =>
        readFeatures(turn, answer).map((value, column) => value * factors(column)),
      ),
    }
  })
}

/**
 * The answers that a turn is seen after, first the one that is given or '' (not known). A question, and a follow-up that
 * names no answer, is also seen after any answer of its language, so that the answer alone decides nothing. A bare phrase
 * ("Ohm's law") would answer a question, so as a question it is seen only after an answer that asks nothing.
 */
export function answersBefore({ turn, kind, after }: Turn, answers: readonly string[]): readonly string[] {
  if (kind === 'follow-up' && after !== undefined) return [after]
  const fitting =
    kind === 'question' && isBare(turn) ? answers.filter((answer) => !answerAsks(answer)) : answers
  const any = fitting[Math.abs(hashOfWord(turn)) % Math.max(1, fitting.length)]
  return any === undefined ? [after ?? ''] : [after ?? '', any]
}

function isBare(turn: string): boolean {
  const words = turn.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return words.length <= 3 && turn.length <= 25 && !/[?？؟]/.test(turn)
}

/** What the fit multiplies each column by. */
export function columnFactors({
  dimensions,
  featureNames,
}: LocalEmbedder & NamedFeatureEmbedder): (column: number) => number {
  return (column) => (column < featureNames.length ? namedFactor : column < dimensions ? 1 : turnFactor)
}
