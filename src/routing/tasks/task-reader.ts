import { builtinArtifactFolder } from '../../base/artifact/builtin-folder.ts'
import { hashOfWord } from '../../base/text/token-hash.ts'
import { ArtifactError, RouteLLMError } from '../../errors.ts'
import type { LocalEmbedder, NamedFeatureEmbedder } from '../embedding/embedder.ts'
import { isLocalEmbedder, isNamedFeatureEmbedder } from '../embedding/embedder.ts'
import type { EmbedderOptions } from '../embedding/embedder-kind.ts'
import { loadEmbedder } from '../embedding/registry.ts'
import { type TaskReader, tasks } from './task.ts'
import { readTaskWeights, type TaskWeights, taskFileName } from './task-weights.ts'

/**
 * The reader of the kind of work that the package ships, on the built-in embedder.
 *
 * @throws ArtifactError if a file is missing, damaged or of another version.
 */
export async function loadTaskReader(options: EmbedderOptions): Promise<TaskReader> {
  const embedder = await loadEmbedder('builtin', options)
  const folder = options.builtinFolder ?? builtinArtifactFolder()
  if (!isLocalEmbedder(embedder) || !isNamedFeatureEmbedder(embedder))
    throw new TypeError(`the embedder ${embedder.id} is not the built-in one`)
  return createTaskReader(embedder, await readTaskWeights(folder))
}

/**
 * The same reader, or undefined with a warning if its files cannot be used: a gateway without the built-in embedder
 * still decides.
 */
export async function findTaskReader(
  options: EmbedderOptions,
  onWarning?: (message: string) => void,
): Promise<TaskReader | undefined> {
  try {
    return await loadTaskReader(options)
  } catch (error) {
    if (!(error instanceof RouteLLMError)) throw error
    onWarning?.(`Decisions name no kind of work. ${error.message}`)
    return undefined
  }
}

/** A reader that reads nothing in place of failing. `onFailure` is called for the first failure. */
export function tolerateFailures(reader: TaskReader, onFailure: (error: unknown) => void): TaskReader {
  let hasFailed = false
  const attempt = <Result>(read: (text: string) => Result | null, text: string): Result | null => {
    try {
      return read(text)
    } catch (error) {
      if (!hasFailed) onFailure(error)
      hasFailed = true
      return null
    }
  }
  return {
    taskOf: (text) => attempt(reader.taskOf, text),
    read: (text) => attempt(reader.read, text),
  }
}

/**
 * Multinomial logistic regression: P(task) = softmax(W·e + b) for the vector e of a text.
 *
 * @throws ArtifactError `tasks-file-unusable` if the weights are for other vectors.
 */
export function createTaskReader(
  embedder: LocalEmbedder & NamedFeatureEmbedder,
  given: TaskWeights,
): TaskReader {
  const { dimensions } = embedder
  const weights = spreadWeights(embedder, given)
  const { biases, strongShares } = given
  const vector = new Float32Array(dimensions)
  const logits = new Float64Array(tasks.length)

  /** Four tasks at a time: the sum of one would wait for each of its additions. */
  function writeLogits(embedded: Float32Array): void {
    let task = 0
    for (; task + 4 <= tasks.length; task += 4) {
      let a = biases[task]!
      let b = biases[task + 1]!
      let c = biases[task + 2]!
      let d = biases[task + 3]!
      const first = task * dimensions
      const second = first + dimensions
      const third = second + dimensions
      const fourth = third + dimensions
      for (let column = 0; column < dimensions; column++) {
        const value = embedded[column]!
        a += weights[first + column]! * value
        b += weights[second + column]! * value
        c += weights[third + column]! * value
        d += weights[fourth + column]! * value
      }
      logits[task] = a
      logits[task + 1] = b
      logits[task + 2] = c
      logits[task + 3] = d
    }
    for (; task < tasks.length; task++) {
      let sum = biases[task]!
      for (let column = 0; column < dimensions; column++)
        sum += weights[task * dimensions + column]! * embedded[column]!
      logits[task] = sum
    }
  }

  /** The index of the largest logit, or −1 for a text that says nothing. */
  function score(text: string): number {
    if (!/\S/.test(text)) return -1
    const embedded = embedder.embedNow(text, vector)
    if (!saysSomething(embedded, embedder.featureNames.length)) return -1
    writeLogits(embedded)
    let best = 0
    for (let task = 1; task < logits.length; task++) if (logits[task]! > logits[best]!) best = task
    return best
  }

  return {
    taskOf(text) {
      const best = score(text)
      return best < 0 ? null : tasks[best]!
    },
    read(text) {
      const best = score(text)
      if (best < 0) return null
      let sum = 0
      for (const logit of logits) sum += Math.exp(logit - logits[best]!)
      return { task: tasks[best]!, probability: 1 / sum, strongShare: strongShares[best]! }
    },
  }
}

/** The dense part of a text without word pieces is zeros. */
function saysSomething(vector: Float32Array, denseBegin: number): boolean {
  for (let column = denseBegin; column < vector.length; column++) if (vector[column] !== 0) return true
  return false
}

/**
 * The weights in the columns of the embedder's vector; 0 for features that they do not use. [tasks, dimensions], in double
 * precision, whose loads need no conversion.
 */
function spreadWeights(
  { dimensions, featureNames }: LocalEmbedder & NamedFeatureEmbedder,
  { featureHashes, weights }: TaskWeights,
): Float64Array {
  const hashes = featureNames.map(hashOfWord)
  const columns = Array.from(featureHashes, (hash) => hashes.indexOf(hash))
  const dense = dimensions - featureNames.length
  const given = featureHashes.length + dense
  if (columns.includes(-1) || weights.length !== tasks.length * given)
    throw new ArtifactError(
      'tasks-file-unusable',
      `${taskFileName} was trained on other vectors than those of the built-in embedder here. Reinstall the package, or train it again with recipes/everyday/train-tasks.mjs.`,
    )
  for (let column = 0; column < dense; column++) columns.push(featureNames.length + column)
  const spread = new Float64Array(tasks.length * dimensions)
  for (let task = 0; task < tasks.length; task++)
    for (const [index, column] of columns.entries())
      spread[task * dimensions + column] = weights[task * given + index]!
  return spread
}
