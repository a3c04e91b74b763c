import { hearAbort, mapInSteps, runUntilAborted } from '../../../base/concurrency/run-steps.ts'
import { nearestRows } from '../../../base/math/similarity/nearest.ts'
import { normalizeRows } from '../../../base/math/similarity/rows.ts'
import {
  createSimilarityIndex,
  type SimilarityIndex,
} from '../../../base/math/similarity/similarity-index.ts'
import { normalizedText } from '../../../base/text/text-identity.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { createWordSequences } from './word-sequences.ts'

/** A prompt of a test set, which must not be used for training. */
export type TestPrompt = {
  readonly prompt: string
  /** Names it in the report: `mmlu row 17`, `held-out.jsonl line 3`. */
  readonly place: string
}

export type ContaminationRule = 'exact' | 'word-sequences' | 'cosine'

/** Why a prompt is taken for one of a test set. */
export type Contamination = {
  readonly rule: ContaminationRule
  readonly testPrompt: TestPrompt
  /** `exact`: 1. `word-sequences`: the share of the prompt's sequences. `cosine`: of the embeddings. */
  readonly similarity: number
}

export type ContaminationOptions = {
  /** Words per sequence. Default: 13. */
  readonly sequenceWords?: number
  /**
   * A prompt that shares at least this much of its distinct sequences with one test prompt is removed. Default: 0.3.
   */
  readonly sequenceShare?: number
  /** Prompts with at least this cosine of their embeddings count as the same. Default: 0.95, as upstream. */
  readonly cosine?: number
  /** One vector per text, in order. Without it the rule `cosine` is not used. */
  readonly embed?: (texts: readonly string[], signal?: AbortSignal) => Promise<readonly Float32Array[]>
  readonly signal?: AbortSignal
  readonly onEmbedded?: (done: number, total: number) => void
}

export type ContaminationCheck = {
  /** For each prompt the first rule that applies, in the order of `ContaminationRule`; undefined if none does. */
  check(prompts: readonly string[]): Promise<readonly (Contamination | undefined)[]>
  close(): Promise<void>
}

const promptsPerCall = 256

/**
 * Looks for test prompts in training data by three rules: the same `normalizedText`; a share of the prompt's 13-word
 * sequences (prompts under 13 words have none, and only the other rules see them); cosine similarity of embeddings.
 *
 * Throws `InvalidRequestError` `no-test-prompts`, `contamination-option`, and what `embed` throws.
 */
export async function createContaminationCheck(
  testPrompts: readonly TestPrompt[],
  options: ContaminationOptions = {},
): Promise<ContaminationCheck> {
  const { sequenceWords = 13, sequenceShare = 0.3, cosine = 0.95, embed, signal } = options
  checkOptions(testPrompts, { sequenceWords, sequenceShare, cosine })
  const normalized = await runUntilAborted(
    mapInSteps(testPrompts, ({ prompt }) => normalizedText(prompt)),
    signal,
  )
  // Of equal ones the first is named.
  const byText = new Map(normalized.map((text, index) => [text, index] as const).toReversed())
  const sequences = await runUntilAborted(createWordSequences(normalized.map(wordsOf), sequenceWords), signal)
  const index = embed === undefined ? undefined : await embeddedIndex(testPrompts, embed, options)

  function byWords(prompt: string): Contamination | undefined {
    const text = normalizedText(prompt)
    const same = byText.get(text)
    if (same !== undefined) return { rule: 'exact', testPrompt: testPrompts[same]!, similarity: 1 }
    const nearest = sequences.nearest(wordsOf(text), sequenceShare)
    return (
      nearest && { rule: 'word-sequences', testPrompt: testPrompts[nearest.text]!, similarity: nearest.share }
    )
  }

  return {
    async check(prompts) {
      const found = await runUntilAborted(mapInSteps(prompts, byWords), signal)
      if (embed === undefined || index === undefined) return found
      const rest = prompts.flatMap((prompt, at) => (found[at] === undefined ? [{ prompt, at }] : []))
      const vectors = await embed(
        rest.map(({ prompt }) => prompt),
        signal,
      )
      const nearest = await runUntilAborted(
        mapInSteps(rest, (_, position) => nearestTest(index, vectors[position]!, testPrompts, cosine)),
        signal,
      )
      for (const [position, { at }] of rest.entries()) found[at] = nearest[position]
      return found
    },
    close: async () => index?.close(),
  }
}

function nearestTest(
  index: SimilarityIndex,
  vector: Float32Array,
  testPrompts: readonly TestPrompt[],
  least: number,
): Contamination | undefined {
  return index.scanNow(vector, ({ similarities }) => {
    const [nearest] = nearestRows(similarities, 1)
    const similarity = nearest === undefined ? Number.NaN : similarities[nearest]!
    if (nearest === undefined || !(similarity >= least)) return undefined
    return { rule: 'cosine', testPrompt: testPrompts[nearest]!, similarity: Math.min(1, similarity) }
  })
}

async function embeddedIndex(
  testPrompts: readonly TestPrompt[],
  embed: NonNullable<ContaminationOptions['embed']>,
  { signal, onEmbedded }: ContaminationOptions,
): Promise<SimilarityIndex> {
  let rows: Float32Array | undefined
  let dimensions = 0
  for (let begin = 0; begin < testPrompts.length; begin += promptsPerCall) {
    const texts = testPrompts.slice(begin, begin + promptsPerCall).map(({ prompt }) => prompt)
    for (const [position, vector] of (await embed(texts, signal)).entries()) {
      dimensions = vector.length
      rows ??= new Float32Array(testPrompts.length * dimensions)
      rows.set(vector, (begin + position) * dimensions)
    }
    onEmbedded?.(begin + texts.length, testPrompts.length)
    await hearAbort(signal)
  }
  return createSimilarityIndex({
    precision: 'float32',
    dimensions,
    values: normalizeRows(rows ?? new Float32Array(0), dimensions),
  })
}

function wordsOf(normalized: string): readonly string[] {
  return normalized === '' ? [] : normalized.split(' ')
}

function checkOptions(
  testPrompts: readonly TestPrompt[],
  { sequenceWords, sequenceShare, cosine }: { sequenceWords: number; sequenceShare: number; cosine: number },
): void {
  if (testPrompts.length === 0)
    throw new InvalidRequestError('no-test-prompts', 'There is no test prompt to compare with. Give some.')
  const refuse = (name: string, value: number, needed: string) => {
    throw new InvalidRequestError('contamination-option', `${name} is ${value}; it has to be ${needed}.`, {
      param: name,
    })
  }
  if (!Number.isInteger(sequenceWords) || sequenceWords < 1)
    refuse('--sequence-words', sequenceWords, 'a whole number from 1')
  if (!(sequenceShare > 0 && sequenceShare <= 1))
    refuse('--sequence-share', sequenceShare, 'above 0, at most 1')
  if (!(cosine > 0 && cosine <= 1)) refuse('--cosine', cosine, 'above 0, at most 1')
}
