import { z } from 'zod'
import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { mapInSteps, runUntilAborted } from '../../../base/concurrency/run-steps.ts'
import { createRandom, type Random } from '../../../base/math/random.ts'
import { DataError, InvalidRequestError } from '../../../errors.ts'
import {
  type ClassifierPrompt,
  isClipped,
  messagesFor,
  ownPrompt,
} from '../../../routing/routers/causal_llm/prompt.ts'
import {
  type Label,
  labels,
  labelText,
  sufficientLabel,
} from '../../../routing/routers/causal_llm/reply/labels.ts'
import { collectComparisons } from '../collect-comparisons.ts'
import { askedPair, resolvePair } from '../model-pair.ts'
import { type TrainingInput, toTrainingData } from '../training-data.ts'
import { invalidTrainingOption, optionSchemas, parseTrainingOptions } from '../training-options.ts'
import { labelOfDifference } from './labels.ts'

export type CausalLlmData = {
  readonly data: readonly TrainingInput[]
  readonly strongModel?: string
  readonly weakModel?: string
  /** Default: 0. */
  readonly seed?: number
  /** Share of the prompts held out for the service's validation, in [0, 1). Default: 0.1. */
  readonly validationFraction?: number
  /** The prompt of the router. Default: this project's own. */
  readonly prompt?: ClassifierPrompt
  readonly signal?: AbortSignal
}

/** Instruction data in the form of the fine-tuning services: one JSON object a line, ready to be written. */
export type InstructionData = {
  readonly pair: RouterManifest['pair']
  readonly training: readonly string[]
  readonly validation: readonly string[]
  /** How many of all examples have each of the labels 1 … 5. */
  readonly examplesOfLabel: readonly number[]
  /** Prompts that are shortened to their beginning and end, as the router does. */
  readonly clippedPrompts: number
  /** Tokens of the training examples in one pass: UTF-8 bytes / 4, an approximation for English. */
  readonly estimatedTokens: number
  readonly warnings: readonly string[]
}

const optionsSchema = z.object({ validationFraction: optionSchemas.properFraction.default(0.1) })

/** Services refuse fewer (OpenAI's least is 10). */
const fewestExamples = 10

/**
 * Comparisons of the pair as chat examples: the router's own two messages, and the label as the answer.
 *
 * One example for each distinct text that the router would send; several comparisons of it are averaged. Texts that
 * differ only in case or white space are on the same side of the split. The same data and seed give the same bytes.
 *
 * Throws `DataError` `too-few-examples`, `one-label` or what `collectComparisons` throws; `InvalidRequestError` if the
 * pair is not determined.
 */
export async function makeInstructionData(options: CausalLlmData): Promise<InstructionData> {
  const { prompt = ownPrompt, seed = 0 } = options
  const { validationFraction } = parseTrainingOptions(optionsSchema, options)
  const read = await readVerdicts(options)
  return runUntilAborted(instructionDataOf(read, { prompt, validationFraction, seed }), options.signal)
}

/** @yields after each verdict and each example. */
function* instructionDataOf(
  { pair, verdicts, files }: ReadVerdicts,
  {
    prompt,
    validationFraction,
    seed,
  }: { readonly prompt: ClassifierPrompt; readonly validationFraction: number; readonly seed: number },
): Generator<void, InstructionData> {
  const clippedPrompts = new Set<string>()
  for (const { text } of verdicts) {
    if (isClipped(text)) clippedPrompts.add(text)
    yield
  }
  const examples = yield* examplesOf(verdicts, prompt)
  const random = createRandom(seed)
  const { training, validation } = yield* split(examples, validationFraction, random)
  const examplesOfLabel = labels.map((label) => examples.filter((each) => each.label === label).length)
  checkExamples(training, examplesOfLabel, files)
  const lines = yield* mapInSteps(training, lineOf)
  const heldOut = yield* mapInSteps(validation, lineOf)
  return {
    pair,
    training: lines,
    validation: heldOut,
    examplesOfLabel,
    clippedPrompts: clippedPrompts.size,
    estimatedTokens: Math.round(lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / 4),
    warnings: warningsOf(examplesOfLabel),
  }
}

/** The result of one comparison, as a share of its file's range of scores. */
type Verdict = { readonly text: string; readonly share: number; readonly weight: number }

type ReadVerdicts = {
  readonly pair: RouterManifest['pair']
  readonly verdicts: readonly Verdict[]
  /** The names of the data. */
  readonly files: readonly string[]
}

async function readVerdicts(options: CausalLlmData): Promise<ReadVerdicts> {
  const asked = askedPair(options)
  let pair = asked
  const verdicts: Verdict[] = []
  const data = await toTrainingData(options.data)
  for (const source of data) {
    const collected = await collectComparisons({
      data: [source],
      ties: 'half',
      ...(asked !== undefined && { pair: asked }),
      ...(options.signal !== undefined && { signal: options.signal }),
    })
    const ofFile = resolvePair(asked, collected)
    pair ??= ofFile
    if (pair.strong !== ofFile.strong || pair.weak !== ofFile.weak)
      throw new InvalidRequestError(
        'pair-needed',
        `${source.name} is about ${ofFile.strong} and ${ofFile.weak}, the files before it about ${pair.strong} and ${pair.weak}. Give --strong-model and --weak-model.`,
        { param: 'strongModel' },
      )
    const { scoreA, scoreB, weight, vector, promptOfVector, prompts } = collected
    const range = rangeOf(scoreA, scoreB)
    for (const [row, place] of vector.entries()) {
      // Comparisons of a pair have its strong model as A.
      const difference = scoreB[row]! - scoreA[row]!
      verdicts.push({
        text: prompts[promptOfVector[place]!]!,
        // If all scores are equal, all are ties.
        share: range === 0 ? 0 : difference / range,
        weight: weight[row]!,
      })
    }
  }
  if (pair === undefined) throw invalidTrainingOption('data', [], 'at least one file')
  return {
    pair,
    verdicts: verdicts.filter(({ text }) => text.trim() !== ''),
    files: data.map(({ name }) => name),
  }
}

function rangeOf(...columns: readonly Float64Array[]): number {
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const column of columns) {
    for (const score of column) {
      smallest = Math.min(smallest, score)
      largest = Math.max(largest, score)
    }
  }
  return largest - smallest
}

type Example = { readonly system: string; readonly user: string; readonly label: Label }

/** One for each text, in the order of their first rows. */
function* examplesOf(
  verdicts: readonly Verdict[],
  prompt: ClassifierPrompt,
): Generator<void, readonly Example[]> {
  const sums = new Map<string, { system: string; shares: number; weights: number }>()
  for (const { text, share, weight } of verdicts) {
    const { system, user } = messagesFor(prompt, text)
    const sum = sums.get(user) ?? { system, shares: 0, weights: 0 }
    sum.shares += share * weight
    sum.weights += weight
    sums.set(user, sum)
    yield
  }
  return [...sums].map(([user, { system, shares, weights }]) => ({
    system,
    user,
    label: labelOfDifference(shares / weights, 1),
  }))
}

function* split(examples: readonly Example[], fraction: number, random: Random) {
  const groups = yield* grouped(examples)
  const order = shuffled([...groups.values()], random)
  const heldOut =
    fraction === 0 ? 0 : Math.min(order.length - 1, Math.max(1, Math.round(order.length * fraction)))
  return { validation: order.slice(0, heldOut).flat(), training: order.slice(heldOut).flat() }
}

function* grouped(examples: readonly Example[]): Generator<void, Map<string, Example[]>> {
  const groups = new Map<string, Example[]>()
  for (const example of examples) {
    const key = example.user.replace(/\s+/g, ' ').toLowerCase()
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [example])
    else group.push(example)
    yield
  }
  return groups
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const order = [...items]
  for (let drawn = 0; drawn < order.length; drawn++) {
    const place = drawn + random.nextInt(order.length - drawn)
    ;[order[drawn], order[place]] = [order[place]!, order[drawn]!]
  }
  return order
}

function lineOf({ system, user, label }: Example): string {
  return JSON.stringify({
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
      { role: 'assistant', content: labelText(label) },
    ],
  })
}

function checkExamples(
  training: readonly Example[],
  examplesOfLabel: readonly number[],
  files: readonly string[],
): void {
  if (training.length < fewestExamples)
    throw new DataError(
      'too-few-examples',
      `${files.join(', ')} gives ${training.length} training examples, and fine-tuning services take no fewer than ${fewestExamples}; some hundred make sense. Give more prompts on which both models were compared.`,
    )
  const distinct = examplesOfLabel.filter((count) => count > 0)
  if (distinct.length === 1)
    throw new DataError(
      'one-label',
      `Every example of ${files.join(', ')} has the label ${labelText(labels[examplesOfLabel.findIndex((count) => count > 0)] ?? 1)}, so there is nothing to tell apart. Give prompts on which now the one, now the other model suffices.`,
    )
}

const fewestOfASide = 0.1

function warningsOf(examplesOfLabel: readonly number[]): readonly string[] {
  const total = examplesOfLabel.reduce((sum, count) => sum + count, 0)
  const sufficient = examplesOfLabel.slice(sufficientLabel - 1).reduce((sum, count) => sum + count, 0)
  const least = Math.min(sufficient, total - sufficient)
  if (least >= total * fewestOfASide) return []
  const side = sufficient < total - sufficient ? 'the weak model suffices' : 'the strong model is better'
  return [
    `On only ${least} of ${total} prompts ${side}: the model may learn to always say the other. Win rates still order prompts; find the threshold with \`routellm calibrate\`.`,
  ]
}
