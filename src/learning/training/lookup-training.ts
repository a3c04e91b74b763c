import type { RouterManifest } from '../../base/artifact/router-artifact.ts'
import type { Tensor } from '../../base/artifact/safetensors.ts'
import { drawAscending } from '../../base/math/draw.ts'
import { createRandom, type Random } from '../../base/math/random.ts'
import { normalizeRows, quantizeRows } from '../../base/math/similarity/rows.ts'
import { evenQuantiles } from '../../base/math/statistics/quantile.ts'
import { InvalidRequestError } from '../../errors.ts'
import type { Embedder } from '../../routing/embedding/embedder.ts'
import { excerptOf, type LabelledPrompts } from '../../routing/routers/labelled-prompts/labelled-prompts.ts'
import type { IndexedLookup } from '../../routing/routers/labelled-prompts/lookup-router.ts'
import type { StoredPrecision } from '../../routing/routers/labelled-prompts/tensors.ts'
import { type CollectedComparisons, collectComparisons } from './collect-comparisons.ts'
import { describeSources } from './data-sources.ts'
import { type EmbeddedPrompts, embedPrompts } from './embed-prompts.ts'
import type { TrainedRouter, TrainingProgress } from './mf/train.ts'
import { askedPair, resolvePair } from './model-pair.ts'
import { validatePair } from './validation.ts'

/** Options that all routers which look up labelled prompts are trained with. */
export type LookupTraining = {
  /** The artifact's name, `[a-z0-9_-]+`. */
  readonly name: string
  /** Files of battles or outcomes, JSON Lines, gzip by extension. See `readComparisons`. */
  readonly data: readonly string[]
  /** The licence of each file by its path; `unknown` where there is none. */
  readonly licences?: Readonly<Record<string, string>>
  /** Needed unless every row brings its `embedding`, which goes before it. */
  readonly embedder?: Embedder
  /** May be left out where all rows name one pair as `strong` and `weak`. */
  readonly strongModel?: string
  readonly weakModel?: string
  /** `half`: a tie is half a win for each model. `drop`: ties are left out. Default `half`. */
  readonly ties?: 'half' | 'drop'
  /** Of a row of outcomes with more comparisons so many are drawn, that of the pair always. Default 16. */
  readonly maxComparisonsPerRow?: number
  /** How embeddings are stored. Default `float32`; `int8` takes a quarter of the space. */
  readonly precision?: StoredPrecision
  /** How much of each prompt is kept for explanations, in characters. Default 120; 0 keeps no text. */
  readonly excerptCharacters?: number
  /** Prompts, each scored without itself, that calibration and metrics are taken from. Default 1,000; from 2. */
  readonly calibrationPrompts?: number
  /** Draws those prompts; a whole number, 0 unless told. */
  readonly seed?: number
  readonly onProgress?: (progress: TrainingProgress) => void
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal
}

/** What differs between those routers. */
export type LookupKind = {
  readonly kind: string
  /** Whether comparisons of other models than the pair are of use. */
  readonly comparisons: 'all' | 'pair'
  /** Recorded in the manifest besides the common ones. */
  readonly options: RouterManifest['options']
  fit(comparisons: CollectedComparisons, prompts: LabelledPrompts, pair: RouterManifest['pair']): FittedLookup
}

export type FittedLookup = {
  readonly indexed: IndexedLookup
  readonly models: readonly string[]
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly metrics: RouterManifest['metrics']
}

const calibrationQuantiles = 201

/**
 * Comparisons → vectors → fit → win rates of prompts left out → artifact. The same data, options and vectors give
 * the same bytes.
 *
 * Throws `InvalidRequestError` for options that do not fit, `DataError` for rows that cannot be read,
 * `EmbeddingError` where there are no embeddings, and what `fit` throws.
 */
export async function trainLookup(options: LookupTraining, kind: LookupKind): Promise<TrainedRouter> {
  checkOptions(options)
  const { name, data, seed = 0, ties = 'half', maxComparisonsPerRow = 16 } = options
  const { precision = 'float32', excerptCharacters = 120 } = options
  const hooks = options.signal === undefined ? {} : { signal: options.signal }
  const asked = askedPair(options)
  const random = createRandom(seed)

  const comparisons = await collectComparisons({
    files: data,
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
  const prompts = labelledPrompts(comparisons, embedded, precision, excerptCharacters)
  const { indexed, models, tensors, metrics } = kind.fit(comparisons, prompts, pair)
  const leftOut = await leaveOneOut(indexed, prompts, random, options)
  const validation = validatePair(
    comparisons,
    rowsOf(comparisons, leftOut),
    pair,
    (vector) => leftOut.get(vector)!,
    random,
  )
  const sources = await describeSources(data, comparisons.rowsOfFile, options.licences)
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
  return { artifact: { manifest, tensors }, warnings: validation.warnings }
}

function labelledPrompts(
  { prompts, promptOfVector }: CollectedComparisons,
  { embeddings, dimensions }: EmbeddedPrompts,
  precision: StoredPrecision,
  excerptCharacters: number,
): LabelledPrompts {
  const values = normalizeRows(embeddings, dimensions)
  return {
    rows:
      precision === 'float32'
        ? { precision, dimensions, values }
        : quantizeRows(values, dimensions, precision),
    excerpts: promptOfVector.map((prompt) => excerptOf(prompts[prompt]!, excerptCharacters)),
  }
}

/** By vector: its win rate as if it had not been in the training data. */
async function leaveOneOut(
  { index, lookup }: IndexedLookup,
  { rows: { values, dimensions } }: LabelledPrompts,
  random: Random,
  { calibrationPrompts = 1000, onProgress, signal }: LookupTraining,
): Promise<ReadonlyMap<number, number>> {
  const winRates = new Map<number, number>()
  for (const vector of drawAscending(index.count, calibrationPrompts, random)) {
    const query = Float32Array.from(values.subarray(vector * dimensions, (vector + 1) * dimensions))
    winRates.set(vector, index.scanNow(query, lookup.strongWinRate, vector))
    signal?.throwIfAborted()
    onProgress?.({
      stage: 'fit',
      done: winRates.size,
      total: Math.min(index.count, calibrationPrompts),
      loss: null,
    })
    await new Promise((resolve) => setImmediate(resolve))
  }
  return winRates
}

function rowsOf({ vector }: CollectedComparisons, leftOut: ReadonlyMap<number, number>): Int32Array {
  return Int32Array.from(vector, (_, row) => row).filter((row) => leftOut.has(vector[row]!))
}

function checkOptions(options: LookupTraining): void {
  const { name, data, excerptCharacters = 0, calibrationPrompts = 2, maxComparisonsPerRow = 1 } = options
  const refuse = (option: string, value: unknown, needed: string): never => {
    throw new InvalidRequestError(
      'invalid-training-option',
      `The training option ${option} is ${String(value)}; it has to be ${needed}.`,
      { param: option },
    )
  }
  if (!/^[a-z0-9_-]+$/.test(name))
    refuse('name', name, 'made of a to z, 0 to 9, _ and -, as it stands in router-<name>-<threshold>')
  if (data.length === 0) refuse('data', 'empty', 'at least one file')
  if (!(Number.isInteger(excerptCharacters) && excerptCharacters >= 0))
    refuse('excerptCharacters', excerptCharacters, 'a whole number from 0')
  if (!(Number.isInteger(maxComparisonsPerRow) && maxComparisonsPerRow >= 1))
    refuse('maxComparisonsPerRow', maxComparisonsPerRow, 'a whole number from 1')
  if (!(Number.isInteger(calibrationPrompts) && calibrationPrompts >= 2))
    refuse('calibrationPrompts', calibrationPrompts, 'a whole number from 2')
}
