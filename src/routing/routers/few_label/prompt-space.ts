import { dot } from '../../../base/math/linear/vectors.ts'
import { createTextScanner, type TextScan } from '../../../base/text/text-scan.ts'
import { EmbeddingError } from '../../../errors.ts'
import {
  constantFeature,
  type Embedder,
  isLocalEmbedder,
  isNamedFeatureEmbedder,
  type LocalEmbedder,
  type NamedFeatureEmbedder,
} from '../../embedding/embedder.ts'
import { createTermReader, type KnownTerms, type Vocabulary } from './terms.ts'

/**
 * Converts a prompt to numbers, as learned from prompts without labels. Everything is standardised on them:
 * 0 is a typical prompt of the user, and 1 is one standard deviation away.
 */
export type PromptSpace = {
  /** The prior router's log-odds are this · embedding. [dimensions of the base embedder] */
  readonly priorDirection: Float32Array
  readonly priorCentre: number
  readonly priorDeviation: number
  /** [named] of the base embedder's named dimensions without its constant. */
  readonly namedCentres: Float32Array
  readonly namedDeviations: Float32Array
  /** [dense] mean of the base embedder's unnamed dimensions. */
  readonly denseCentre: Float32Array
  readonly vocabulary: Vocabulary
}

/** One prompt in that space, as far as its score needs it. */
export type ScoredPlace = {
  /** The prior router's opinion, in standard deviations, within ± 3. */
  readonly prior: number
  /** [named] in standard deviations within ± 5, divided by √named. */
  readonly named: Float64Array
  /** [dense] the base embedder's unnamed dimensions from their centre, of length 1: the direction of the topic. */
  readonly dense: Float64Array
  readonly terms: Pick<KnownTerms, 'count' | 'terms' | 'values'>
}

/** And with what an explanation needs. The arrays are reused: read them before the next prompt. */
export type PromptPlace = ScoredPlace & { readonly terms: KnownTerms; readonly scan: TextScan }

/** The built-in embedder, or one like it. */
export type BaseEmbedder = LocalEmbedder & NamedFeatureEmbedder

const priorLimit = 3
const namedLimit = 5

/** @throws EmbeddingError `unsuitable-embedder` if the embedder is asynchronous or has no dimension. */
export function asBaseEmbedder(embedder: Embedder): BaseEmbedder {
  if (isLocalEmbedder(embedder) && isNamedFeatureEmbedder(embedder)) return embedder
  throw new EmbeddingError(
    'unsuitable-embedder',
    `The router few_label reads prompts with the built-in embedder, and ${embedder.id} is another kind.`,
  )
}

/** Which of the embedder's dimensions are the named features: all with a name except the constant. */
export function namedDimensions({ featureNames }: NamedFeatureEmbedder): readonly number[] {
  return featureNames.flatMap((name, dimension) => (name === constantFeature ? [] : [dimension]))
}

/** A function that places texts, with its own buffers. */
export function createPromptReader(
  space: PromptSpace,
  embedder: BaseEmbedder,
): (text: string) => PromptPlace {
  const { priorDirection, priorCentre, priorDeviation, namedCentres, namedDeviations, denseCentre } = space
  const dimensions = namedDimensions(embedder)
  const denseFrom = embedder.featureNames.length
  const scanText = createTextScanner()
  const readTerms = createTermReader(space.vocabulary)
  const perFeature = 1 / Math.sqrt(dimensions.length)
  const named = new Float64Array(dimensions.length)
  const dense = new Float64Array(denseCentre.length)
  return (text) => {
    const vector = embedder.embedNow(text)
    for (let feature = 0; feature < named.length; feature++) {
      const value = (vector[dimensions[feature]!]! - namedCentres[feature]!) / namedDeviations[feature]!
      named[feature] = perFeature * within(value, namedLimit)
    }
    let squared = 0
    for (let k = 0; k < dense.length; k++) {
      dense[k] = vector[denseFrom + k]! - denseCentre[k]!
      squared += dense[k]! ** 2
    }
    const scale = squared === 0 ? 0 : 1 / Math.sqrt(squared)
    for (let k = 0; k < dense.length; k++) dense[k]! *= scale
    const scan = scanText(text)
    return {
      prior: within((dot(priorDirection, vector) - priorCentre) / priorDeviation, priorLimit),
      named,
      dense,
      terms: readTerms(scan),
      scan,
    }
  }
}

function within(value: number, limit: number): number {
  return value > limit ? limit : value < -limit ? -limit : value
}
