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
  readonly meaning: MeaningSpace
  readonly vocabulary: Vocabulary
}

/** What is learned of the vectors that compare meaning: the base embedder's unnamed dimensions, or those of a further embedder. */
export type MeaningSpace = {
  /** [meaning] the mean of the vectors. */
  readonly centre: Float32Array
  /** [axes, meaning] the directions, each of length 1, in which they differ most. */
  readonly axes: Float32Array
}

/** One prompt in that space, as far as its score needs it. */
export type ScoredPlace = {
  /** The prior router's opinion, in standard deviations, within ± 3. */
  readonly prior: number
  /** [named] in standard deviations within ± 5, divided by √named. */
  readonly named: Float64Array
  /** [meaning] the vector's direction from the centre, of length √2, so that exp(−½ distance²) is exp((cosine − 1) / ½). */
  readonly meaning: Float64Array
  /** [named + 1 + axes] what trees decide by: the named features, the prior router's opinion, the direction along each axis. */
  readonly inputs: Float64Array
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

/**
 * Places a prompt. @param prompt its text; or its vector by the base embedder if the text is not known, which then has no terms.
 * @param further its vector by the further embedder that the space was learned with; undefined without one.
 */
export type PromptReader = (prompt: string | Float32Array, further?: Float32Array) => PromptPlace

/** A function that places prompts, with its own buffers. */
export function createPromptReader(space: PromptSpace, embedder: BaseEmbedder): PromptReader {
  const { priorDirection, priorCentre, priorDeviation, namedCentres, namedDeviations } = space
  const dimensions = namedDimensions(embedder)
  const denseFrom = embedder.featureNames.length
  const scanText = createTextScanner()
  const readTerms = createTermReader(space.vocabulary)
  const perFeature = 1 / Math.sqrt(dimensions.length)
  const named = new Float64Array(dimensions.length)
  const { centre, axes } = space.meaning
  const meaning = new Float64Array(centre.length)
  const axisCount = axes.length / centre.length
  const inputs = new Float64Array(named.length + 1 + axisCount)
  return (prompt, further) => {
    const vector = typeof prompt === 'string' ? embedder.embedNow(prompt) : prompt
    for (let feature = 0; feature < named.length; feature++) {
      const value = (vector[dimensions[feature]!]! - namedCentres[feature]!) / namedDeviations[feature]!
      named[feature] = perFeature * within(value, namedLimit)
    }
    writeMeaning(further ?? vector.subarray(denseFrom), centre, meaning)
    const prior = within((dot(priorDirection, vector) - priorCentre) / priorDeviation, priorLimit)
    inputs.set(named)
    inputs[named.length] = prior
    for (let axis = 0; axis < axisCount; axis++)
      inputs[named.length + 1 + axis] = dotAt(axes, axis * meaning.length, meaning)
    const scan = scanText(typeof prompt === 'string' ? prompt : '')
    return {
      prior,
      named,
      meaning,
      inputs,
      terms: readTerms(scan),
      scan,
    }
  }
}

function writeMeaning(vector: Float32Array, centre: Float32Array, meaning: Float64Array): void {
  let squared = 0
  for (let k = 0; k < meaning.length; k++) {
    meaning[k] = vector[k]! - centre[k]!
    squared += meaning[k]! ** 2
  }
  const scale = squared === 0 ? 0 : Math.SQRT2 / Math.sqrt(squared)
  for (let k = 0; k < meaning.length; k++) meaning[k]! *= scale
}

/** The product of `vector` with the row that begins at `from`. */
function dotAt(rows: Float32Array, from: number, vector: Float64Array): number {
  let sum = 0
  for (let k = 0; k < vector.length; k++) sum += rows[from + k]! * vector[k]!
  return sum
}

function within(value: number, limit: number): number {
  return value > limit ? limit : value < -limit ? -limit : value
}
