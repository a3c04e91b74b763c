import { z } from 'zod'
import type { RouterManifest } from '../../base/artifact/router-artifact.ts'
import type { Tensor } from '../../base/artifact/safetensors.ts'
import { hearAbort, mapInSteps, runUntilAborted } from '../../base/concurrency/run-steps.ts'
import { drawAscending } from '../../base/math/draw.ts'
import { createRandom } from '../../base/math/random.ts'
import { normalizeRows, quantizeRows } from '../../base/math/similarity/rows.ts'
import { evenQuantiles } from '../../base/math/statistics/quantile.ts'
import { excerptOf, type LabelledPrompts } from '../../routing/routers/labelled-prompts/labelled-prompts.ts'
import type { IndexedLookup } from '../../routing/routers/labelled-prompts/lookup-router.ts'
import type { StoredPrecision } from '../../routing/routers/labelled-prompts/tensors.ts'
import { tensorsOfTrainedPrompts } from '../../routing/routers/trained-prompts/tensors.ts'
import { describeTrainedPromptsInSteps } from '../../routing/routers/trained-prompts/trained-prompts.ts'
import { type CollectedComparisons, collectComparisons } from './collect-comparisons.ts'
import { type EmbeddedPrompts, embedPrompts } from './embed-prompts.ts'
import { askedPair, resolvePair } from './model-pair.ts'
import { calibrationQuantiles, type TrainedRouter } from './trained-router.ts'
import { describeData, toTrainingData } from './training-data.ts'
import { type EmbeddedTraining, optionSchemas, parseTrainingOptions } from './training-options.ts'
import { validatePair } from './validation.ts'

const lookupOptions = z.object({
  name: optionSchemas.name,
  data: optionSchemas.data,
  /** `half`: a tie is half a win for each model. `drop`: ties are left out. */
  ties: z.enum(['half', 'drop'], 'half or drop').default('half'),
  /** Of a row of outcomes with more comparisons, as many are drawn, that of the pair always. */
  maxComparisonsPerRow: optionSchemas.wholeFrom(1).default(16),
  /** How embeddings are stored; `int8` takes a quarter of the space. */
  precision: z.enum(['float32', 'int8'], 'float32 or int8').default('float32'),
  /** How much of each prompt is kept for explanations, in characters; 0 keeps no text. */
  excerptCharacters: optionSchemas.wholeFrom(0).default(120),
  /** Prompts, each scored without itself, that calibration and metrics are taken from. The seed draws them. */
  calibrationPrompts: optionSchemas.wholeFrom(2).default(1000),
})

/** Up to so many prompts, all are scored without themselves, to recognise labels of this training later. */
const mostLeftOut = 4_000

/** Options of the trainers of routers that look up labelled prompts. */
export type LookupTraining = EmbeddedTraining & Omit<z.input<typeof lookupOptions>, 'name' | 'data'>

/** What differs between those routers. */
export type LookupKind = {
  readonly kind: string
  /** Whether comparisons of other models than the pair are of use. */
  readonly comparisons: 'all' | 'pair'
  /** Recorded in the manifest besides the common ones. */
  readonly options: RouterManifest['options']
  /** Yields between its parts, each of which takes a fraction of a second on 100,000 prompts. */
  fit(
    comparisons: CollectedComparisons,
    prompts: LabelledPrompts,
    pair: RouterManifest['pair'],
  ): Generator<void, FittedLookup>
}

export type FittedLookup = {
  readonly indexed: IndexedLookup
  readonly models: readonly string[]
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly metrics: RouterManifest['metrics']
}

/**
 * Comparisons → vectors → fit → win rates of prompts left out → artifact. The same data, options and vectors give
 * the same bytes.
 *
 * Throws `InvalidRequestError` for options that do not fit, `DataError` for rows that cannot be read,
 * `EmbeddingError` if there are no embeddings, and what `fit` throws.
 */
export async function trainLookup(options: LookupTraining, kind: LookupKind): Promise<TrainedRouter> {
  const { name, ties, maxComparisonsPerRow, precision, excerptCharacters, calibrationPrompts } =
    parseTrainingOptions(lookupOptions, options)
  const { seed = 0, signal } = options
  const data = await toTrainingData(options.data, options.licences)
  const hooks = signal === undefined ? {} : { signal }
  const asked = askedPair(options)
  const random = createRandom(seed)

  const comparisons = await collectComparisons({
    data,
    ties,
    draw: {
      maxPerRow: maxComparisonsPerRow,
      ...(asked === undefined ? {} : { keptPair: asked }),
      random,
    },
    ...(kind.comparisons === 'pair' && asked !== undefined ? { pair: asked } : {}),
    ...hooks,
  })
  const pair = resolvePair(asked, comparisons)
  const embedded = await embedPrompts(comparisons, options.embedder, {
    ...hooks,
    onEmbedded: (done, total) => options.onProgress?.({ stage: 'embed', done, total, loss: null }),
  })
  const prompts = await runUntilAborted(
    labelledPrompts(comparisons, embedded, precision, excerptCharacters),
    signal,
  )
  const { indexed, models, tensors, metrics } = await runUntilAborted(
    kind.fit(comparisons, prompts, pair),
    signal,
  )
  const count = indexed.index.count
  const drawn = drawAscending(count, calibrationPrompts, random)
  const scored = count <= mostLeftOut ? Int32Array.from({ length: count }, (_, vector) => vector) : drawn
  const winRateWithoutIt = await leaveOneOut(indexed, prompts, scored, comparisons, options)
  const leftOut = new Map(Array.from(drawn, (vector) => [vector, winRateWithoutIt.get(vector)!]))
  const validation = await runUntilAborted(
    validatePair(comparisons, rowsOf(comparisons, leftOut), pair, (vector) => leftOut.get(vector)!, random),
    signal,
  )
  const sources = await describeData(data, comparisons.rowsUsed, signal)
  const manifest: RouterManifest = {
    formatVersion: 1,
    kind: kind.kind,
    name,
    embedder: { id: embedded.embedderId, dimensions: embedded.dimensions },
    pair,
    models,
    ...sources,
    seed,
    options: { ...kind.options, ties, maxComparisonsPerRow, precision, excerptCharacters },
    metrics: {
      comparisons: comparisons.vector.length,
      prompts: prompts.excerpts.length,
      ...metrics,
      ...validation.metrics,
    },
    calibration: {
      prompts: leftOut.size,
      winRateQuantiles: evenQuantiles(Float64Array.from(leftOut.values()), calibrationQuantiles),
    },
  }
  const vectorsOf = vectorsOfPrompts(comparisons)
  const trained = await runUntilAborted(
    describeTrainedPromptsInSteps(comparisons.prompts, (prompt) =>
      winRateWithoutIt.get(vectorsOf[prompt]![0]!),
    ),
    signal,
  )
  return {
    artifact: { manifest, tensors: new Map([...tensors, ...tensorsOfTrainedPrompts(trained)]) },
    warnings: validation.warnings,
  }
}

function* labelledPrompts(
  { prompts, promptOfVector }: CollectedComparisons,
  { embeddings, dimensions }: EmbeddedPrompts,
  precision: StoredPrecision,
  excerptCharacters: number,
): Generator<void, LabelledPrompts> {
  const values = normalizeRows(embeddings, dimensions)
  yield
  const excerpts = yield* mapInSteps(promptOfVector, (prompt) =>
    excerptOf(prompts[prompt]!, excerptCharacters),
  )
  return {
    rows:
      precision === 'float32'
        ? { precision, dimensions, values }
        : quantizeRows(values, dimensions, precision),
    excerpts,
  }
}

/** By vector: its win rate as if its prompt had not been in the training data. */
async function leaveOneOut(
  { index, lookup }: IndexedLookup,
  { rows: { values, dimensions } }: LabelledPrompts,
  vectors: Int32Array,
  comparisons: CollectedComparisons,
  { onProgress, signal }: LookupTraining,
): Promise<ReadonlyMap<number, number>> {
  const vectorsOf = vectorsOfPrompts(comparisons)
  const winRates = new Map<number, number>()
  for (const vector of vectors) {
    const query = Float32Array.from(values.subarray(vector * dimensions, (vector + 1) * dimensions))
    const ofPrompt = vectorsOf[comparisons.promptOfVector[vector]!]!
    winRates.set(vector, index.scanNow(query, lookup.strongWinRate, ofPrompt))
    onProgress?.({ stage: 'fit', done: winRates.size, total: vectors.length, loss: null })
    await hearAbort(signal)
  }
  return winRates
}

/** By prompt: its vectors. There are several if rows with equal prompts bring other embeddings. */
function vectorsOfPrompts({ prompts, promptOfVector }: CollectedComparisons): readonly (readonly number[])[] {
  const vectors: number[][] = prompts.map(() => [])
  for (const [vector, prompt] of promptOfVector.entries()) vectors[prompt]!.push(vector)
  return vectors
}

function rowsOf({ vector }: CollectedComparisons, leftOut: ReadonlyMap<number, number>): Int32Array {
  return Int32Array.from(vector, (_, row) => row).filter((row) => leftOut.has(vector[row]!))
}
