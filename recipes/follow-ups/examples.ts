import { hashOfWord } from '../../src/base/text/token-hash.ts'
import type { LocalEmbedder, NamedFeatureEmbedder } from '../../src/routing/embedding/embedder.ts'
import { createFeatureReader, longestFollowUp } from '../../src/routing/follow-ups/follow-up-reader.ts'
import { createTurnGramReader } from '../../src/routing/follow-ups/turn-grams.ts'
import { type EverydayPrompt, languages } from '../everyday/corpus.ts'
import type { Example } from './fit.ts'
import { createLikeness, type Turn } from './turns.ts'

/** Prompts of the everyday corpus: they open conversations, and were not written to look like follow-ups. */
const everydayWeight = 0.3
/** A prompt that is as like a held-out turn as this is left out. */
const tooLike = 0.6
/** Kinds that are neither: thanks are among the greetings, and a tool's result continues a conversation. */
const leftOutKinds: readonly string[] = ['greeting', 'tool-result']

export type LabelledTurn = Turn & { readonly weight: number }

/** The training turns, and the everyday prompts that are short enough to be taken for follow-ups. */
export function joinTurns(
  training: readonly Turn[],
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
        weight: everydayWeight,
      }),
    )
  return [...training.map((turn) => ({ ...turn, weight: 1 })), ...everyday]
}

/**
 * Brings the embedder's named features to about the size of the other numbers, so that the steps of the fit treat them
 * alike.
 */
const namedFactor = 3
const turnFactor = 0.5

/**
 * What the classifier sees of the turns. A turn that does not say what it comes after is seen twice: after nothing, and
 * after one of the answers in its language.
 */
export function toExamples(
  turns: readonly LabelledTurn[],
  embedder: LocalEmbedder & NamedFeatureEmbedder,
): Example[] {
  const readGrams = createTurnGramReader()
  const readFeatures = createFeatureReader(embedder)
  const factors = columnFactors(embedder)
  const answers = new Map(
    languages.map((language) => [
      language,
      turns.flatMap((turn) => (turn.language === language && turn.after !== undefined ? [turn.after] : [])),
    ]),
  )
  return turns.map(({ turn, language, kind, weight, after }) => {
    const { places, count } = readGrams(turn)
    const ofLanguage = answers.get(language) ?? []
    const any = ofLanguage[Math.abs(hashOfWord(turn)) % Math.max(1, ofLanguage.length)] ?? ''
    return {
      label: kind === 'follow-up' ? 1 : 0,
      weight,
      places: places.slice(0, count),
      features: (after === undefined ? ['', any] : [after]).map((answer) =>
        readFeatures(turn, answer).map((value, column) => value * factors(column)),
      ),
    }
  })
}

/** What the fit multiplies each column by. */
export function columnFactors({
  dimensions,
  featureNames,
}: LocalEmbedder & NamedFeatureEmbedder): (column: number) => number {
  return (column) => (column < featureNames.length ? namedFactor : column < dimensions ? 1 : turnFactor)
}
