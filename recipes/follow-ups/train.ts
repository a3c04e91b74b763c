import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom } from '../../src/base/math/random.ts'
import { loadBuiltinEmbedder } from '../../src/routing/embedding/builtin/embedder.ts'
import {
  encodeFollowUpWeights,
  type FollowUpWeights,
  followUpFileName,
} from '../../src/routing/follow-ups/follow-up-weights.ts'
import { languages, readEverydayCorpus } from '../everyday/corpus.ts'
import { columnFactors, joinTurns, toExamples } from './examples.ts'
import { type Example, fitLinear, type LinearModel, logOdds } from './fit.ts'
import { groupsOf, heldOutSets, readTurns, type Turn, trainingSets } from './turns.ts'

export type TrainFollowUpsOptions = {
  /** Holds the files of the built-in embedder, and receives the weights. */
  readonly folder: string
  readonly seed: number
  /** Whether to measure by folds too, which takes twice as long. */
  readonly measure: boolean
  readonly onStage: (stage: string) => void
}

/** Fits in different orders, whose weights are averaged. */
const fits = 3
const folds = 5
/** Turns that are as like as this share a fold. */
const similar = 0.3

/** Writes `follow-ups.safetensors`. The same turns, corpus, embedder and seed give the same bytes with the same Node.js. */
export async function trainFollowUps({
  folder,
  seed,
  measure,
  onStage,
}: TrainFollowUpsOptions): Promise<void> {
  const embedder = await loadBuiltinEmbedder(folder)
  const [training, conversations] = await Promise.all(trainingSets.map(readTurns))
  const heldOut = (await Promise.all(heldOutSets.map(readTurns))).flat()
  const turns = joinTurns(training!, conversations!, await readEverydayCorpus(), heldOut)
  const examples = toExamples(turns, embedder)

  if (measure) measureByFolds([training!, conversations!], examples, seed, onStage)
  onStage(`fitting ${examples.length} turns`)
  const model = averageOf(
    Array.from({ length: fits }, (_, fit) => fitLinear(examples, createRandom(seed + fit))),
  )
  await writeFile(
    join(folder, followUpFileName),
    encodeFollowUpWeights(toWeights(model, columnFactors(embedder))),
  )
}

/** Says how often fits that saw neither a turn nor its like are right on it, in folds of the training turns, by file. */
function measureByFolds(
  files: readonly (readonly Turn[])[],
  examples: readonly Example[],
  seed: number,
  onStage: (stage: string) => void,
): void {
  const training = files.flat()
  onStage(`measuring ${training.length} turns by ${folds} folds`)
  const random = createRandom(seed)
  const groups = groupsOf(training, similar)
  const foldOfGroup = groups.map(() => random.nextInt(folds))
  const foldOf = examples.map((_, index) => foldOfGroup[groups[index] ?? -1] ?? random.nextInt(folds))
  const right = examples.map(() => false)
  for (let fold = 0; fold < folds; fold++) {
    const model = fitLinear(
      examples.filter((_, index) => foldOf[index] !== fold),
      createRandom(seed),
    )
    for (const [index, { label, places, features }] of examples.entries())
      if (foldOf[index] === fold) right[index] = logOdds(model, places, features[0]!) > 0 === (label === 1)
  }
  let first = 0
  for (const [file, turns] of files.entries()) {
    const rightOfFile = right.slice(first, first + turns.length)
    first += turns.length
    onStage(`${trainingSets[file]!}:`)
    for (const kind of ['follow-up', 'question'] as const)
      for (const language of ['all', ...languages]) {
        const counted = rightOfFile.filter((_, index) => {
          const turn = turns[index]!
          return turn.kind === kind && (language === 'all' || turn.language === language)
        })
        const share = counted.filter(Boolean).length / counted.length
        onStage(`  ${kind} ${language} ${share.toFixed(3)} of ${counted.length}`)
      }
  }
}

function averageOf(models: readonly LinearModel[]): LinearModel {
  const mean = (of: (model: LinearModel) => number) =>
    models.reduce((sum, model) => sum + of(model) / models.length, 0)
  const { gramWeights, featureWeights } = models[0]!
  return {
    gramWeights: gramWeights.map((_, place) => mean((model) => model.gramWeights[place]!)),
    featureWeights: featureWeights.map((_, column) => mean((model) => model.featureWeights[column]!)),
    bias: mean(({ bias }) => bias),
  }
}

function toWeights(
  { gramWeights, featureWeights, bias }: LinearModel,
  factorOf: (column: number) => number,
): FollowUpWeights {
  const scale = gramWeights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 127 || 1
  return {
    gramWeights: Int8Array.from(gramWeights, (weight) => Math.round(weight / scale)),
    gramScale: Float32Array.of(scale),
    featureWeights: featureWeights.map((weight, column) => weight * factorOf(column)),
    bias: Float32Array.of(bias),
  }
}
