import { createRandom } from '../../../src/base/math/random.ts'
import type { AskedParameters } from '../../../src/routing/embedding/builtin/asked/parameters.ts'
import type { PieceVectors } from '../../../src/routing/embedding/builtin/pieces/piece-vectors.ts'
import type { PieceTable } from '../../../src/routing/embedding/builtin/pieces/table.ts'
import { clusterPieces } from './clusters.ts'
import { createExampleReader, type Example } from './examples.ts'
import { fitLinear, type LabelledExample, type LinearModel } from './linear-fit.ts'
import { type AskedRows, chatFamily } from './rows.ts'

/** The rows as the weights read them, in the order of `rows`. */
export type AskedExamples = {
  readonly rows: AskedRows
  readonly clusters: Uint8Array
  readonly corpus: readonly Example[]
  readonly tiers: readonly Example[]
  readonly exams: readonly Example[]
}

/** Which rows a fit sees: indexes. Default: all. */
export type AskedSelection = {
  readonly corpus?: (index: number) => boolean
  readonly tiers?: (index: number) => boolean
  readonly exams?: (index: number) => boolean
}

/** Of a prompt of the tiers: length gives it away, so it counts less than a prompt of the corpus. */
const tierWeight = 0.3

/** @param given clusters of pieces. Default: found in the prompts. */
export function readExamples(
  rows: AskedRows,
  table: PieceTable,
  vectors: PieceVectors,
  seed: number,
  given?: Uint8Array,
): AskedExamples {
  const prompts = [...rows.corpus, ...rows.tiers, ...rows.exams].map(({ prompt }) => prompt)
  const clusters = given ?? clusterPieces(table, vectors, prompts, createRandom(seed))
  const read = createExampleReader(vectors, clusters)
  const readAll = (group: readonly { readonly prompt: string }[]) => group.map(({ prompt }) => read(prompt))
  return {
    rows,
    clusters,
    corpus: readAll(rows.corpus),
    tiers: readAll(rows.tiers),
    exams: readAll(rows.exams),
  }
}

/** Whether a prompt needs the strong model, on the corpus and, at a lower weight, the tiers. */
export function fitNeed(
  { rows, corpus, tiers }: AskedExamples,
  seed: number,
  selection: AskedSelection = {},
): LinearModel {
  return fitLinear(
    [
      ...labelled(corpus, (index) => rows.corpus[index]!.needs === 'strong', 1, selection.corpus),
      ...labelled(tiers, (index) => rows.tiers[index]!.isHard, tierWeight, selection.tiers),
    ],
    createRandom(seed),
  )
}

/** Whether a prompt is an examination question; both sides count alike in all, and so does each family. */
export function fitExamination(
  { rows, corpus, tiers, exams }: AskedExamples,
  seed: number,
  selection: AskedSelection = {},
): LinearModel {
  const isChat = (index: number) => rows.exams[index]!.family === chatFamily
  const everyday = [
    ...labelled(corpus, () => false, 1, selection.corpus),
    ...labelled(tiers, () => false, tierWeight, selection.tiers),
    ...labelled(
      exams,
      () => false,
      1,
      (index) => isChat(index) && (selection.exams?.(index) ?? true),
    ),
  ]
  const families = new Map<string, number[]>()
  rows.exams.forEach(({ family }, index) => {
    if (isChat(index) || selection.exams?.(index) === false) return
    families.set(family, [...(families.get(family) ?? []), index])
  })
  const examinations = [...families.values()].flatMap((members) =>
    members.map(
      (index): LabelledExample => ({
        example: exams[index]!,
        label: 1,
        weight: everyday.length / families.size / members.length,
      }),
    ),
  )
  return fitLinear([...everyday, ...examinations], createRandom(seed), { epochs: 4 })
}

function labelled(
  examples: readonly Example[],
  isPositive: (index: number) => boolean,
  weight: number,
  selected: (index: number) => boolean = () => true,
): LabelledExample[] {
  return examples.flatMap((example, index) =>
    selected(index) ? [{ example, label: isPositive(index) ? 1 : 0, weight }] : [],
  )
}

/** Both models as they are stored: weights of grams in 8 bits. @param shift is added to the log-odds of the need. */
export function asParameters(
  clusters: Uint8Array,
  need: LinearModel,
  examination: LinearModel,
  shift = 0,
): AskedParameters {
  const models = [need, examination]
  const gramScales = models.map(({ gramWeights }) => largest(gramWeights) / 127)
  const gramWeights = new Int8Array(need.gramWeights.length * models.length)
  models.forEach((model, column) => {
    model.gramWeights.forEach((weight, place) => {
      gramWeights[models.length * place + column] = Math.round(weight / gramScales[column]!)
    })
  })
  return {
    clusters,
    gramWeights,
    gramScales: Float32Array.from(gramScales),
    vectorWeights: Float32Array.from(models.flatMap(({ vectorWeights }) => [...vectorWeights])),
    biases: Float32Array.of(need.bias + shift, examination.bias),
  }
}

/** At least a tiny number, so that a table of zeros has a scale. */
function largest(weights: Float32Array): number {
  let most = 1e-6
  for (const weight of weights) most = Math.max(most, Math.abs(weight))
  return most
}
