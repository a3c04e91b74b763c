import { hearAbort, untilAborted } from '../../base/concurrency/run-steps.ts'
import type { Random } from '../../base/math/random.ts'
import { normalizedText } from '../../base/text/text-identity.ts'
import { DataError } from '../../errors.ts'
import { type Comparison, parseComparisons } from '../rows/comparisons.ts'
import { type TrainingInput, toTrainingData } from './training-data.ts'

/** The comparisons of all data, as columns. Models and prompts are numbered. */
export type CollectedComparisons = {
  /** Distinct, in the order of the data. Prompts with one `normalizedText` are one, in its first spelling. */
  readonly prompts: readonly string[]
  /** Sorted, so the order of the data does not matter. */
  readonly models: readonly string[]
  /** In how many comparisons each of `models` took part. */
  readonly comparisonsOfModel: readonly number[]
  /** The embeddings of the rows; null if the rows have none. */
  readonly givenEmbeddings: readonly Float32Array[] | null
  /** Which prompt a vector belongs to. Without given embeddings there is one vector per prompt, in order. */
  readonly promptOfVector: readonly number[]
  /** The columns, [comparisons]. */
  readonly vector: Int32Array
  readonly modelA: Int32Array
  readonly modelB: Int32Array
  readonly winA: Float32Array
  readonly scoreA: Float64Array
  readonly scoreB: Float64Array
  readonly weight: Float32Array
  /** The pair, if every row named its strong and weak model and all rows named the same. */
  readonly namedPair: { readonly strong: string; readonly weak: string } | null
  /** Of each of the data, the rows that gave a comparison. */
  readonly rowsUsed: readonly number[]
}

export type CollectOptions = {
  readonly data: readonly TrainingInput[]
  readonly pair?: { readonly strong: string; readonly weak: string }
  readonly ties: 'half' | 'drop'
  /** Default: all comparisons of a row. */
  readonly draw?: ComparisonDraw
  readonly signal?: AbortSignal
}

/** Of a row with more than `maxPerRow` comparisons (12 models have 66 pairs) so many are drawn at random. */
export type ComparisonDraw = {
  readonly maxPerRow: number
  /** Not left to the draw: this pair's comparison is kept. */
  readonly keptPair?: { readonly strong: string; readonly weak: string }
  readonly random: Random
}

/**
 * Reads all data. Throws `DataError`: `no-comparisons`, `mixed-embeddings` if only some rows have one or their lengths
 * differ, and what `readComparisons` throws.
 */
export async function collectComparisons(options: CollectOptions): Promise<CollectedComparisons> {
  const { ties, signal } = options
  const prompts = createNumbering(normalizedText)
  const names = createNumbering()
  const vectors = createVectors()
  const rows: { readonly comparison: Comparison; readonly vector: number }[] = []
  const pairs = new Set<string>()
  let allNameTheirPair = true
  const rowsUsed: number[] = []

  const data = await toTrainingData(options.data)
  for (const source of data) {
    let used = 0
    const reading = parseComparisons(untilAborted(source.rows(signal), signal), options.pair)
    for await (const { place, form, comparisons } of reading) {
      const telling = ties === 'drop' ? comparisons.filter(({ winA }) => winA !== 0.5) : comparisons
      const kept = options.draw === undefined ? telling : drawComparisons(telling, options.draw)
      const first = kept[0]
      if (first === undefined) continue
      used++
      const vector = vectors.add(prompts.add(first.prompt), first.embedding, place)
      allNameTheirPair &&= form === 'strong-weak'
      for (const { embedding: _, ...comparison } of kept) {
        names.add(comparison.modelA)
        names.add(comparison.modelB)
        pairs.add(JSON.stringify([comparison.modelA, comparison.modelB]))
        rows.push({ comparison, vector })
      }
    }
    rowsUsed.push(used)
  }
  const sample = rows[0]?.comparison
  if (sample === undefined)
    throw nothingToLearnFrom(
      data.map(({ name }) => name),
      options,
    )

  await hearAbort(signal)
  const models = names.values.toSorted()
  const indexOfModel = new Map(models.map((model, index) => [model, index]))
  const modelA = Int32Array.from(rows, ({ comparison }) => indexOfModel.get(comparison.modelA)!)
  const modelB = Int32Array.from(rows, ({ comparison }) => indexOfModel.get(comparison.modelB)!)
  await hearAbort(signal)
  const comparisonsOfModel = models.map(() => 0)
  for (const column of [modelA, modelB]) for (const model of column) comparisonsOfModel[model]!++
  return {
    prompts: prompts.values,
    models,
    comparisonsOfModel,
    givenEmbeddings: vectors.given(),
    promptOfVector: vectors.promptOfVector,
    vector: Int32Array.from(rows, ({ vector }) => vector),
    modelA,
    modelB,
    winA: Float32Array.from(rows, ({ comparison }) => comparison.winA),
    scoreA: Float64Array.from(rows, ({ comparison }) => comparison.scoreA),
    scoreB: Float64Array.from(rows, ({ comparison }) => comparison.scoreB),
    weight: Float32Array.from(rows, ({ comparison }) => comparison.weight),
    namedPair: allNameTheirPair && pairs.size === 1 ? { strong: sample.modelA, weak: sample.modelB } : null,
    rowsUsed,
  }
}

function drawComparisons(comparisons: readonly Comparison[], draw: ComparisonDraw): readonly Comparison[] {
  const { maxPerRow, keptPair, random } = draw
  if (comparisons.length <= maxPerRow) return comparisons
  const isKept = ({ modelA, modelB }: Comparison) =>
    keptPair !== undefined &&
    (modelA === keptPair.strong || modelB === keptPair.strong) &&
    (modelA === keptPair.weak || modelB === keptPair.weak)
  const order = [...comparisons.filter(isKept), ...comparisons.filter((each) => !isKept(each))]
  const first = order[0] !== undefined && isKept(order[0]) ? 1 : 0
  for (let drawn = first; drawn < maxPerRow; drawn++) {
    const place = drawn + random.nextInt(order.length - drawn)
    const comparison = order[place]!
    order[place] = order[drawn]!
    order[drawn] = comparison
  }
  return order.slice(0, maxPerRow)
}

function nothingToLearnFrom(names: readonly string[], { pair, ties }: CollectOptions): DataError {
  const wanted = pair === undefined ? '' : ` of ${pair.strong} and ${pair.weak}`
  const apartFromTies = ties === 'drop' ? ' apart from ties' : ''
  return new DataError(
    'no-comparisons',
    `${names.join(', ') || 'No file'} has no comparison${wanted}${apartFromTies}, so there is nothing to learn from. ` +
      'Check the files and the names of the models.',
  )
}

/** Numbers distinct strings in order of first occurrence. @param keyOf equal for strings that are to count as one. */
function createNumbering(keyOf: (value: string) => string = (value) => value): {
  readonly values: readonly string[]
  add(value: string): number
} {
  const numbers = new Map<string, number>()
  const values: string[] = []
  return {
    values,
    add(value) {
      const key = keyOf(value)
      const known = numbers.get(key)
      if (known !== undefined) return known
      numbers.set(key, values.length)
      return values.push(value) - 1
    },
  }
}

/** One vector per prompt; more if rows have other embeddings for an equal prompt, as remote embedders do. */
function createVectors() {
  const embeddings: Float32Array[] = []
  const promptOfVector: number[] = []
  const firstVector = new Map<number, number>()
  let bringsEmbeddings: boolean | undefined

  return {
    promptOfVector,
    given: () => (bringsEmbeddings ? embeddings : null),
    add(prompt: number, embedding: Float32Array | undefined, place: string): number {
      bringsEmbeddings ??= embedding !== undefined
      const dimensions = embeddings[0]?.length ?? embedding?.length
      if (bringsEmbeddings !== (embedding !== undefined) || embedding?.length !== dimensions) {
        throw mixedEmbeddings(place, embedding?.length, bringsEmbeddings ? dimensions : undefined)
      }
      const known = firstVector.get(prompt)
      if (known !== undefined && (embedding === undefined || isEqual(embedding, embeddings[known]!)))
        return known
      const vector = promptOfVector.push(prompt) - 1
      if (known === undefined) firstVector.set(prompt, vector)
      if (embedding !== undefined) embeddings.push(embedding)
      return vector
    },
  }
}

function mixedEmbeddings(place: string, found: number | undefined, before: number | undefined): DataError {
  const described = (length: number | undefined) =>
    length === undefined ? 'no embedding' : `an embedding of ${length} numbers`
  return new DataError(
    'mixed-embeddings',
    `${place} has ${described(found)}, and the rows before it have ${described(before)}. Give all rows embeddings of ` +
      'one length, or none.',
  )
}

function isEqual(one: Float32Array, other: Float32Array): boolean {
  return one.every((value, index) => value === other[index])
}
