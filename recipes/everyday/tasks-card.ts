import { createHash } from 'node:crypto'
import { formatFixed } from '../../src/base/text/format/format-number.ts'
import { tasks } from '../../src/routing/tasks/task.ts'
import { type TaskWeights, taskFileName } from '../../src/routing/tasks/task-weights.ts'
import { type EverydayPrompt, languages } from './corpus.ts'

/** What fits that did not see a prompt say of it. Each list has an entry per prompt of the corpus. */
export type TaskAccuracy = {
  readonly corpus: readonly EverydayPrompt[]
  /** Indices of `tasks`. */
  readonly labels: readonly number[]
  /** Probabilities of fits on four of five folds. */
  readonly leftOut: readonly Float64Array[]
  /** Probabilities of fits on the eleven other languages. */
  readonly leftOutByLanguage: readonly Float64Array[]
}

export type TaskFacts = {
  readonly accuracy: TaskAccuracy
  readonly weights: TaskWeights
  readonly bytes: Uint8Array
  readonly seed: number
}

/** The card of the weights, in Markdown, written from what was measured. */
export function taskCard({ accuracy, weights, bytes, seed }: TaskFacts): string {
  const { corpus, labels, leftOut, leftOutByLanguage } = accuracy
  const everything = labels.map((_, index) => index)
  const majority = Math.max(...tasks.map((_, task) => labels.filter((label) => label === task).length))
  return `${[
    '# Card of the weights that read the kind of work',
    'Written by `recipes/everyday/train-tasks.mjs`; do not edit. The same corpus, embedder and seed give the same bytes with the same Node.js.',
    `\`${taskFileName}\`: a multinomial logistic regression for ${tasks.length} kinds of work on ${weights.featureHashes.length} named features and the ${weights.weights.length / tasks.length - weights.featureHashes.length} dense numbers of the built-in embedder, trained on the ${corpus.length} everyday prompts of \`recipes/everyday/corpus\` in ${languages.length} languages (terms: those of the project). ${bytes.length} bytes, sha256 \`${createHash('sha256').update(bytes).digest('hex')}\`. Seed ${seed}.`,
    '## How often it is right',
    `Share of prompts whose most likely kind is the one that the corpus names, from fits that did not see them. The most frequent kind is ${formatFixed(majority / corpus.length, 3)} of the prompts.`,
    [
      '| prompts | most likely | one of the three most likely |',
      '|---|---|---|',
      `| random folds | ${shareRight(everything, labels, leftOut)} |`,
      ...languages.map((language) => {
        const ofLanguage = everything.filter((index) => corpus[index]!.language === language)
        return `| ${language}, trained on the eleven others | ${shareRight(ofLanguage, labels, leftOutByLanguage)} |`
      }),
    ].join('\n'),
    'By the probability of the most likely kind (random folds):',
    [
      '| probability | share of prompts | right |',
      '|---|---|---|',
      ...[0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.85].map((from, at, all) => {
        const to = all[at + 1] ?? 1.01
        const within = everything.filter((index) => {
          const most = Math.max(...leftOut[index]!)
          return most >= from && most < to
        })
        const right = within.filter((index) => rankOf(leftOut[index]!, labels[index]!) === 0).length
        return `| ${formatFixed(from, 2)} to ${formatFixed(Math.min(to, 1), 2)} | ${formatFixed(within.length / corpus.length, 3)} | ${formatFixed(right / within.length, 3)} |`
      }),
    ].join('\n'),
    '## The kinds',
    '`strong`: the share of prompts of the kind that need the strong model, as the corpus labels them. It is the share of this corpus, in which half of all prompts need the strong model, and not that of real traffic. Corrections count as rewriting, extractions as reformatting.',
    [
      '| kind | prompts | strong | found | right if named |',
      '|---|---|---|---|---|',
      ...tasks.map((task, number) => {
        const ofTask = everything.filter((index) => labels[index] === number)
        const named = everything.filter((index) => rankOf(leftOut[index]!, number) === 0)
        const right = named.filter((index) => labels[index] === number).length
        return `| ${task} | ${ofTask.length} | ${formatFixed(weights.strongShares[number]!, 2)} | ${formatFixed(right / ofTask.length, 2)} | ${named.length === 0 ? '' : formatFixed(right / named.length, 2)} |`
      }),
    ].join('\n'),
  ].join('\n\n')}\n`
}

function shareRight(
  indices: readonly number[],
  labels: readonly number[],
  probabilities: readonly Float64Array[],
): string {
  const within = (places: number) =>
    indices.filter((index) => rankOf(probabilities[index]!, labels[index]!) < places).length / indices.length
  return `${formatFixed(within(1), 3)} | ${formatFixed(within(3), 3)}`
}

/** How many kinds are more likely. */
function rankOf(probabilities: Float64Array, label: number): number {
  return probabilities.filter((probability) => probability > probabilities[label]!).length
}
