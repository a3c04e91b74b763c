import { type StructuralFeature, structuralFeatures } from '../../../base/text/structural-features.ts'
import { hashOfWord } from '../../../base/text/token-hash.ts'

/** The vector space. Another extractor, tokenizer or layout is another number. */
export const builtinEmbedderId = 'builtin@2'

/** The version of `embedder.safetensors` that this code reads. */
export const embedderFormatVersion = 2

/** Length of the structural part of a typical vector; the dense part has length 1. */
export const structuralWeight = 0.5

/** Standardised features are cut off at this many standard deviations. */
export const featureLimit = 5

/**
 * How much what is asked needs the strong model, as a log-odds. It is learned from everyday prompts of all lengths, so it
 * is not standardised over the training prompts: over everyday prompts its mean is near 0.
 */
export const askedFeature = 'what is asked'
/** Standard deviation of that log-odds over everyday prompts, roughly. */
export const askedDeviation = 2

/**
 * The named dimensions: the structural features, two that need the vocabulary, what is asked, and a constant for a
 * router's bias.
 */
export const embedderFeatures: readonly Pick<StructuralFeature, 'name' | 'scale'>[] = [
  ...structuralFeatures.map(({ name, scale }) => ({ name, scale })),
  { name: 'unknown words, share', scale: 'linear' },
  { name: 'word rarity', scale: 'linear' },
  { name: askedFeature, scale: 'linear' },
  { name: 'constant', scale: 'linear' },
]

export const featureNames: readonly string[] = embedderFeatures.map(({ name }) => name)

/** A hash of the names, order and scales of the features, so that statistics are never used with other features. */
export const featureFingerprint = hashOfWord(
  embedderFeatures.map(({ name, scale }) => `${name}/${scale}`).join('|'),
)

/** What training found, as stored in `embedder.safetensors`. `V` tokens. */
export type BuiltinEmbedderParameters = {
  /** [features] mean of each scaled feature over the training prompts. */
  readonly featureMeans: Float32Array
  /** [features] standard deviation; positive. */
  readonly featureDeviations: Float32Array
  /** [V] hashes of the known tokens: distinct, none 0. */
  readonly tokenHashes: Int32Array
  /** [V] ln(prompts / prompts with the token). */
  readonly tokenRarities: Float32Array
}
