import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom } from '../../src/base/math/random.ts'
import { hashOfWord } from '../../src/base/text/token-hash.ts'
import { loadBuiltinEmbedder } from '../../src/routing/embedding/builtin/embedder.ts'
import { constantFeature } from '../../src/routing/embedding/embedder.ts'
import { tasks } from '../../src/routing/tasks/task.ts'
import { encodeTaskWeights, type TaskWeights, taskFileName } from '../../src/routing/tasks/task-weights.ts'
import { type EverydayPrompt, languages, readEverydayCorpus } from './corpus.ts'
import { fitMultinomial, type Multinomial, probabilitiesOf, type Rows } from './multinomial.ts'
import { taskOfKind } from './tasks.ts'
import { type TaskAccuracy, taskCard } from './tasks-card.ts'

export type TrainTasksOptions = {
  /** Holds the files of the built-in embedder, and receives the weights and their card. */
  readonly folder: string
  readonly seed: number
  readonly onStage: (stage: string) => void
}

const folds = 5
const penalty = 2e-4
/** Brings the named features to about the size of the dense numbers, so that the penalty treats them alike. */
const featureFactor = 3
const fitOptions = { penalty, tolerance: 0.02, mostSteps: 60 }

/** Writes `tasks.safetensors` and `TASKS_CARD.md`. The same corpus, embedder and seed give the same bytes. */
export async function trainTasks({ folder, seed, onStage }: TrainTasksOptions): Promise<void> {
  const corpus = await readEverydayCorpus()
  const { rows, featureHashes } = await readVectors(folder, corpus)
  const labels = corpus.map(({ kind }) => tasks.indexOf(taskOfKind(kind)))
  const fitRows = (isTrained: (index: number) => boolean): Multinomial => {
    const indices = [...rows.keys()].filter(isTrained)
    return fitMultinomial(
      indices.map((index) => rows[index]!),
      indices.map((index) => labels[index]!),
      tasks.length,
      fitOptions,
    )
  }

  onStage(`fitting ${corpus.length} prompts`)
  const weights = toWeights(
    fitRows(() => true),
    featureHashes,
    strongSharesOf(corpus, labels),
  )
  const bytes = encodeTaskWeights(weights)
  await writeFile(join(folder, taskFileName), bytes)
  onStage(`measuring by ${folds} folds`)
  const random = createRandom(seed)
  const foldOf = corpus.map(() => random.nextInt(folds))
  const leftOut = leaveOut(foldOf, folds, rows, fitRows)
  onStage('measuring on each language left out')
  const languageOf = corpus.map(({ language }) => languages.indexOf(language))
  const leftOutByLanguage = leaveOut(languageOf, languages.length, rows, fitRows)
  const accuracy: TaskAccuracy = { corpus, labels, leftOut, leftOutByLanguage }

  await writeFile(join(folder, 'TASKS_CARD.md'), taskCard({ accuracy, weights, bytes, seed }))
}

/** The probabilities of each row from a fit without its group. */
function leaveOut(
  groupOf: readonly number[],
  groups: number,
  rows: Rows,
  fitRows: (isTrained: (index: number) => boolean) => Multinomial,
): readonly Float64Array[] {
  const probabilities: Float64Array[] = []
  for (let group = 0; group < groups; group++) {
    const fitted = fitRows((index) => groupOf[index] !== group)
    groupOf.forEach((each, index) => {
      if (each === group) probabilities[index] = probabilitiesOf(fitted, rows[index]!)
    })
  }
  return probabilities
}

async function readVectors(
  folder: string,
  corpus: readonly EverydayPrompt[],
): Promise<{ readonly rows: Rows; readonly featureHashes: Int32Array }> {
  const embedder = await loadBuiltinEmbedder(folder)
  const named = embedder.featureNames.length
  const used = [...embedder.featureNames.keys()].filter(
    (index) => embedder.featureNames[index] !== constantFeature,
  )
  const rows = corpus.map(({ prompt }) => {
    const vector = embedder.embedNow(prompt)
    return Float64Array.of(...used.map((index) => vector[index]! * featureFactor), ...vector.subarray(named))
  })
  return { rows, featureHashes: Int32Array.from(used, (index) => hashOfWord(embedder.featureNames[index]!)) }
}

function toWeights(fitted: Multinomial, featureHashes: Int32Array, strongShares: Float32Array): TaskWeights {
  const scaled = fitted.weights.flatMap((row) =>
    Array.from(row.subarray(0, -1), (weight, column) =>
      column < featureHashes.length ? weight * featureFactor : weight,
    ),
  )
  return {
    featureHashes,
    weights: Float32Array.from(scaled),
    biases: Float32Array.from(fitted.weights, (row) => row.at(-1)!),
    strongShares,
  }
}

function strongSharesOf(corpus: readonly EverydayPrompt[], labels: readonly number[]): Float32Array {
  return Float32Array.from(tasks, (_, task) => {
    const ofTask = corpus.filter((_row, index) => labels[index] === task)
    return ofTask.filter(({ needs }) => needs === 'strong').length / ofTask.length
  })
}
