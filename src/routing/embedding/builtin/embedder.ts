import { setImmediate as nextTurn } from 'node:timers/promises'
import { builtinArtifactFolder } from '../../../base/artifact/builtin-folder.ts'
import {
  createTextMeasurer,
  type MeasuredText,
  structuralFeatures,
} from '../../../base/text/structural-features.ts'
import { ArtifactError } from '../../../errors.ts'
import type { LocalEmbedder, NamedFeatureEmbedder } from '../embedder.ts'
import { readAskedFile } from './asked/asked-file.ts'
import { createDifficultyReader } from './asked/difficulty.ts'
import type { AskedParameters } from './asked/parameters.ts'
import { readEmbedderFile } from './embedder-file.ts'
import {
  askedDeviation,
  type BuiltinEmbedderParameters,
  builtinEmbedderId,
  embedderFeatures,
  featureLimit,
  featureNames,
  structuralWeight,
} from './parameters.ts'
import { loadPieceVectors, type PieceVectors } from './pieces/piece-vectors.ts'
import { createRepeatedTexts } from './repeated-texts.ts'
import { createWordLookup, type WordLookup } from './word-lookup.ts'

export type BuiltinEmbedder = LocalEmbedder & NamedFeatureEmbedder

/**
 * The built-in embedder: no network, no download, a fraction of a millisecond per text.
 *
 * Its vectors are [structural | dense]. The structural part holds `featureNames`: measurements standardised over the
 * training prompts, cut off at ±`featureLimit`, times `structuralWeight`/√features, so that its typical length is
 * `structuralWeight`; the last two are what is asked, and a constant, the place of a linear router's bias. The dense part has length
 * 1: the vector of the text's word pieces, so that cosine similarity compares meaning, in twelve languages.
 *
 * @param folder holds `embedder.safetensors`, `asked.safetensors` and `pieces.safetensors`; the one of the package by default.
 * Throws `ArtifactError` if a file is missing, broken or of another version.
 */
export async function loadBuiltinEmbedder(
  folder: string = builtinArtifactFolder(),
): Promise<BuiltinEmbedder> {
  const vectors = await loadPieceVectors(folder)
  const asked = await readAskedFile(folder)
  try {
    return createBuiltinEmbedder(await readEmbedderFile(folder), vectors, asked)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new ArtifactError(
      'embedder-broken',
      `The files of the built-in embedder in ${folder} do not belong together: ${cause.message}. Reinstall the package.`,
      { cause },
    )
  }
}

/** @throws RangeError if the vectors and `asked` are of different vocabularies. */
export function createBuiltinEmbedder(
  parameters: BuiltinEmbedderParameters,
  vectors: PieceVectors,
  asked: AskedParameters,
): BuiltinEmbedder {
  const { difficultyOf } = createDifficultyReader(asked, vectors.dimensions, vectors.pieceCount)
  const measure = createTextMeasurer()
  const lookUpWords = createWordLookup(parameters)
  const raw = new Float64Array(featureNames.length)
  const dimensions = featureNames.length + vectors.dimensions
  const repeated = createRepeatedTexts(dimensions)
  const { centres, factors } = standardisation(parameters)

  function embedNow(text: string, vector = new Float32Array(dimensions)): Float32Array {
    const known = repeated.find(text)
    if (known !== undefined) {
      vector.set(known)
      return vector
    }
    const measured = measure(text)
    const pieces = vectors.write(text, vector, featureNames.length)
    writeScaledFeatures(measured, lookUpWords(measured), raw)
    raw[askedIndex] = difficultyOf(pieces, vector, featureNames.length)
    for (let feature = 0; feature < raw.length; feature++) {
      vector[feature] = cut((raw[feature]! - centres[feature]!) * factors[feature]!, limit)
    }
    repeated.offer(text, vector)
    return vector
  }

  return {
    id: builtinEmbedderId,
    dimensions,
    featureNames,
    embedNow,
    embed: async (texts, signal) => {
      const vectors: Float32Array[] = []
      for (const text of texts) {
        signal?.throwIfAborted()
        vectors.push(embedNow(text))
        if (vectors.length % textsPerTurn === 0) await nextTurn()
      }
      signal?.throwIfAborted()
      return vectors
    },
    featureValues: (text) => {
      const measured = measure(text)
      const vector = new Float32Array(vectors.dimensions)
      const difficulty = difficultyOf(vectors.write(text, vector, 0), vector, 0)
      return rawFeatures(measured, lookUpWords(measured), difficulty)
    },
  }
}

/**
 * Texts that `embed` computes between two turns of the event loop, in which it checks the abort signal: about a
 * millisecond.
 */
const textsPerTurn = 16

const perFeature = structuralWeight / Math.sqrt(featureNames.length)
const limit = featureLimit * perFeature
const isLog = embedderFeatures.map(({ scale }) => scale === 'log')
const measures = structuralFeatures.map((feature) => feature.measure)

const askedIndex = featureNames.length - 2

/** What is asked has a spread of its own, and the constant none: it is 1 before the weight. */
function standardisation({ featureMeans, featureDeviations }: BuiltinEmbedderParameters) {
  const centres = Float64Array.from(featureMeans)
  const factors = Float64Array.from(featureDeviations, (deviation) => perFeature / deviation)
  const constant = featureNames.length - 1
  centres[constant] = 0
  factors[constant] = perFeature
  centres[askedIndex] = 0
  factors[askedIndex] = perFeature / askedDeviation
  return { centres, factors }
}

/** Raw values of `featureNames`, each in its unit. */
function rawFeatures(measured: MeasuredText, words: WordLookup, difficulty: number): number[] {
  const structural = measures.map((measureFeature) => measureFeature(measured))
  return [...structural, words.unknownShare, words.rarity, difficulty, 1]
}

/** As `rawFeatures`, on the scale that enters the vector, with 0 for what is asked; allocates nothing. */
export function writeScaledFeatures(measured: MeasuredText, words: WordLookup, target: Float64Array): void {
  const structural = measures.length
  for (let feature = 0; feature < structural; feature++) {
    const value = measures[feature]!(measured)
    target[feature] = isLog[feature] ? Math.log1p(value) : value
  }
  target[structural] = words.unknownShare
  target[structural + 1] = words.rarity
  target[structural + 2] = 0
  target[structural + 3] = 1
}

function cut(value: number, limit: number): number {
  return value > limit ? limit : value < -limit ? -limit : value
}
