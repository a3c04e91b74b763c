import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { untilAborted } from '../../../base/concurrency/run-steps.ts'
import { isAbove } from '../../../base/math/decimals.ts'
import { normalizedText } from '../../../base/text/text-identity.ts'
import { DataError } from '../../../errors.ts'
import type { WeakAnswer } from '../../../routing/verifiers/verifier.ts'
import { parseAnsweredOutcomes } from '../../rows/answered/answered-outcomes.ts'
import { checkLabels, type PairLabels, selectLabels } from '../few_label/labels.ts'
import { resolveModels } from '../model-pair.ts'
import type { TrainingData } from '../training-data.ts'

type Pair = RouterManifest['pair']

/** Labels whose answers of the weak model are known. Prompts that `normalizedText` does not tell apart are one. */
export type AnsweredLabels = PairLabels & {
  /** [prompts] the first answer of each prompt. */
  readonly answers: readonly WeakAnswer[]
}

export type ReadAnswers = {
  readonly pair: Pair
  readonly labels: AnsweredLabels
  /** Of each of the data, the rows that gave a label. */
  readonly rowsUsed: readonly number[]
  /** Rows with scores of both models that have no answer of the weak one. */
  readonly unanswered: number
  /** Rows with another answer to a prompt that has one. */
  readonly furtherAnswers: number
}

/**
 * Reads outcomes with the weak model's answers.
 *
 * Throws `DataError`: `no-answers` if no row has one, `too-few-labels`, `labels-all-alike`, `invalid-row`; and
 * `InvalidRequestError` `pair-needed` or `unknown-model`.
 */
export async function readAnsweredLabels(
  data: readonly TrainingData[],
  asked: Pair | undefined,
  signal?: AbortSignal,
): Promise<ReadAnswers> {
  const models = new Set<string>()
  const found = new Map<string, Label>()
  const rowsUsed: number[] = []
  let unanswered = 0
  let furtherAnswers = 0
  for (const source of data) {
    let used = 0
    for await (const { place, value } of untilAborted(source.rows(signal), signal)) {
      const { prompt, scores, answer, weight, requests, tokenLogprobs, samples } = parseAnsweredOutcomes(
        value,
        place,
        asked?.weak ?? '',
      )
      for (const model of Object.keys(scores)) models.add(model)
      const [strong, weak] =
        asked === undefined ? [] : [scoreOf(scores, asked.strong), scoreOf(scores, asked.weak)]
      if (strong === undefined || weak === undefined) continue
      if (answer === undefined) {
        unanswered++
        continue
      }
      const key = normalizedText(prompt)
      const known = found.get(key)
      if (known !== undefined && known.answer.answer !== answer) {
        furtherAnswers++
        continue
      }
      used++
      const counted = weight ?? requests ?? 1
      const label = known ?? {
        answer: { prompt, answer, ...omitAbsent({ tokenLogprobs, samples }) },
        ...noLabel(),
      }
      label.strong += counted * strong
      label.weak += counted * weak
      label.wins += isAbove(strong, weak) ? counted : 0
      label.weight += counted
      found.set(key, label)
    }
    rowsUsed.push(used)
  }
  const pair = resolveModels(asked, [...models].sort())
  if (found.size === 0 && unanswered > 0) throw noAnswers(data, pair, unanswered)
  const labels = toLabels([...found.values()])
  checkLabels(labels, pair)
  return { pair, labels, rowsUsed, unanswered, furtherAnswers }
}

function scoreOf(scores: Readonly<Record<string, number>>, model: string): number | undefined {
  return Object.hasOwn(scores, model) ? scores[model] : undefined
}

/** Some of the labels, in the order of `rows`. */
export function selectAnswered(labels: AnsweredLabels, rows: Int32Array): AnsweredLabels {
  return { ...selectLabels(labels, rows), answers: Array.from(rows, (row) => labels.answers[row]!) }
}

type Label = { readonly answer: WeakAnswer; strong: number; weak: number; wins: number; weight: number }

const noLabel = () => ({ strong: 0, weak: 0, wins: 0, weight: 0 })

function omitAbsent(traces: {
  readonly tokenLogprobs: readonly number[] | undefined
  readonly samples: readonly string[] | undefined
}): Pick<WeakAnswer, 'tokenLogprobs' | 'samples'> {
  const { tokenLogprobs, samples } = traces
  return { ...(tokenLogprobs !== undefined && { tokenLogprobs }), ...(samples !== undefined && { samples }) }
}

function toLabels(found: readonly Label[]): AnsweredLabels {
  return {
    prompts: found.map(({ answer }) => answer.prompt),
    answers: found.map(({ answer }) => answer),
    strongScores: Float64Array.from(found, ({ strong, weight }) => strong / weight),
    weakScores: Float64Array.from(found, ({ weak, weight }) => weak / weight),
    wins: Float64Array.from(found, ({ wins, weight }) => wins / weight),
    weights: Float64Array.from(found, ({ weight }) => weight),
  }
}

function noAnswers(data: readonly TrainingData[], { weak }: Pair, rows: number): DataError {
  return new DataError(
    'no-answers',
    `None of the ${rows} labelled rows of ${data.map(({ name }) => name).join(', ')} has an answer of ${weak}. A verifier reads the weak model's answer: give "answer": "text", or "answers": {"${weak}": "text"}, in each row. routellm data answer asks the model and writes them.`,
  )
}
