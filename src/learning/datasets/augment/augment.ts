import { mapInOrder } from '../../../base/concurrency/limiter.ts'
import { createRandom, type Random } from '../../../base/math/random.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { ChatEndpoint } from '../../labels/chat/chat-endpoint.ts'
import type { Unjudged } from '../../labels/judge/judge.ts'
import { askUntilRead, createLlmJudge } from '../../labels/judge/llm-judge.ts'
import { parseYesOrNo } from '../../labels/judge/verdict.ts'
import { plainText, textSimilarity } from './near-equal.ts'
import {
  difficultyPrompt,
  parseVariation,
  samePrompt,
  type VariationKind,
  variationKinds,
  variationPrompt,
} from './variation-prompts.ts'

/** A prompt that a model wrote, marked as such. It has no labels: its answers are still to be had and judged. */
export type SyntheticPrompt = {
  readonly prompt: string
  readonly synthetic: true
  /** The prompt that it is a variation of. Keep both on the same side of every split. */
  readonly origin: string
  readonly variation: VariationKind
}

export type AugmentOptions = {
  /** Writes the variations, and judges them if `judge` is not given. */
  readonly writer: ChatEndpoint
  /** Another model to judge them, because a model prefers its own texts. */
  readonly judge?: ChatEndpoint
  /** Largest synthetic share of the prompts and variations together: from 0, below 1. Default: 0.3. */
  readonly maxSyntheticShare?: number
  /** Existing synthetic prompts: they count in the share, and are neither varied nor written again. */
  readonly existing?: readonly string[]
  /** The kinds to write. Default: every kind. */
  readonly kinds?: readonly VariationKind[]
  /** The seed of the random choice of prompts and kinds. */
  readonly seed: number
  /** A variation at least this similar to its origin is dropped (`textSimilarity`). Default: 0.9. */
  readonly nearEqual?: number
  /** Variations in work at a time. Default: 8. */
  readonly atOnce?: number
  readonly signal?: AbortSignal
  /** Called after each variation, kept or not. */
  readonly onProgress?: (progress: { readonly kept: number; readonly wanted: number }) => void
}

/** The result of the requested variations. */
export type AugmentReport = {
  /** Distinct prompts that could be varied. */
  readonly prompts: number
  /** The most that the share allows, and what was kept. */
  readonly wanted: number
  readonly kept: Readonly<Record<VariationKind, number>>
  /** Equal or nearly equal to the origin, to another prompt, or to another variation. */
  readonly nearEqual: number
  /** The judge found that it does not ask the same, or is not easier or harder. */
  readonly rejected: number
  /** Reply or verdict could not be read. */
  readonly unparsable: number
  readonly refused: number
  /** The endpoint's message for the first request that it refused; null if it refused none. */
  readonly firstRefusal: string | null
  readonly overBudget: number
}

export type Augmentation = {
  /** In the order of the draw. */
  readonly prompts: readonly SyntheticPrompt[]
  readonly report: AugmentReport
}

/**
 * Variations of prompts: paraphrases, and easier and harder ones, written by a model and judged by one. A paraphrase is
 * kept if the judge finds that it asks the same; an easier or harder one if the judge finds it so in both orders.
 *
 * The seed decides the order of prompts and kinds. If a variation is rejected, the next prompt in that order is used,
 * until the share is reached or every prompt was tried once with every kind. The same replies give the same prompts,
 * however many are in work at a time.
 *
 * @throws InvalidRequestError `bad-share` for a share outside of [0, 1), `no-kinds` for an empty list of kinds.
 */
export async function augmentPrompts(
  prompts: readonly string[],
  options: AugmentOptions,
): Promise<Augmentation> {
  const { kinds = variationKinds, maxSyntheticShare = 0.3, existing = [] } = options
  const { nearEqual = 0.9, atOnce = 8 } = options
  if (!(maxSyntheticShare >= 0 && maxSyntheticShare < 1))
    throw new InvalidRequestError(
      'bad-share',
      `A synthetic share of ${maxSyntheticShare} makes no sense; give a fraction from 0, below 1.`,
    )
  if (kinds.length === 0) throw new InvalidRequestError('no-kinds', 'No kind of variation is asked for.')
  const originals = [...new Set(prompts)]
  const wanted = Math.max(0, mostSynthetic(prompts.length, maxSyntheticShare) - existing.length)
  const draw = drawTasks(originals, kinds, createRandom(options.seed))
  const known = new Set([...originals, ...existing].map(plainText))
  const kept: SyntheticPrompt[] = []
  const counts = { nearEqual: 0, rejected: 0, unparsable: 0, refused: 0, overBudget: 0 }
  let firstRefusal: string | null = null

  // No more variations are in work than may still be kept, so no call is paid for without use.
  for (let next = 0; next < draw.length && kept.length < wanted; ) {
    const batch = draw.slice(next, next + wanted - kept.length)
    next += batch.length
    const work = (task: Task, signal: AbortSignal) => vary(task, options, nearEqual, signal)
    for await (const outcome of mapInOrder(batch, atOnce, work, options.signal)) {
      if (outcome.kind === 'refused') firstRefusal ??= outcome.reason
      if (outcome.kind !== 'kept') counts[outcome.kind]++
      else if (known.has(plainText(outcome.prompt.prompt))) counts.nearEqual++
      else {
        known.add(plainText(outcome.prompt.prompt))
        kept.push(outcome.prompt)
      }
      options.onProgress?.({ kept: kept.length, wanted })
    }
    if (counts.overBudget > 0) break
  }
  const keptOf = (kind: VariationKind) => kept.filter(({ variation }) => variation === kind).length
  return {
    prompts: kept,
    report: {
      prompts: originals.length,
      wanted,
      kept: { paraphrase: keptOf('paraphrase'), easier: keptOf('easier'), harder: keptOf('harder') },
      ...counts,
      firstRefusal,
    },
  }
}

/** The largest s with s / (originals + s) ≤ share. */
function mostSynthetic(originals: number, share: number): number {
  const most = Math.floor((share * originals) / (1 - share))
  // In doubles 0.3 · 7 / 0.7 is less than 3.
  return (most + 1) / (originals + most + 1) <= share ? most + 1 : most
}

type Task = { readonly origin: string; readonly variation: VariationKind }

/** Every prompt once, in random order, before any prompt occurs again; the kinds alternate within each pass. */
function drawTasks(originals: readonly string[], kinds: readonly VariationKind[], random: Random): Task[] {
  const drawn = originals.map((origin) => ({ origin, kinds: shuffled(kinds, random) }))
  return kinds.flatMap((_, turn) =>
    shuffled(drawn, random).map(({ origin, kinds: order }) => ({ origin, variation: order[turn]! })),
  )
}

/** Fisher and Yates'. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.nextInt(last + 1)
    const held = result[last]!
    result[last] = result[other]!
    result[other] = held
  }
  return result
}

type Outcome = { readonly kind: 'kept'; readonly prompt: SyntheticPrompt } | Dropped

type Dropped =
  | { readonly kind: 'nearEqual' | 'rejected' | 'unparsable' | 'overBudget' }
  | { readonly kind: 'refused'; readonly reason: string }

async function vary(
  { origin, variation }: Task,
  { writer, judge = writer }: AugmentOptions,
  nearEqual: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const form = { prompt: variationPrompt(variation), texts: { prompt: origin }, parse: parseVariation }
  const written = await askUntilRead(writer, form, { sample: 0, rereads: 1 }, signal)
  if (written.kind !== 'read') return droppedOf(written)
  const prompt = written.value
  if (textSimilarity(origin, prompt) >= nearEqual) return { kind: 'nearEqual' }
  const fault =
    variation === 'paraphrase'
      ? await faultOfParaphrase(judge, origin, prompt, signal)
      : await faultOfHarder(judge, variation === 'harder' ? [prompt, origin] : [origin, prompt], signal)
  return fault ?? { kind: 'kept', prompt: { prompt, synthetic: true, origin, variation } }
}

async function faultOfParaphrase(
  judge: ChatEndpoint,
  origin: string,
  paraphrase: string,
  signal: AbortSignal,
): Promise<Dropped | undefined> {
  const texts = { prompt: origin, answer: paraphrase }
  const form = { prompt: samePrompt, texts, parse: parseYesOrNo }
  const reply = await askUntilRead(judge, form, { sample: 0, rereads: 2 }, signal)
  if (reply.kind !== 'read') return droppedOf(reply)
  return reply.value ? undefined : { kind: 'rejected' }
}

async function faultOfHarder(
  endpoint: ChatEndpoint,
  [harder, easier]: readonly [string, string],
  signal: AbortSignal,
): Promise<Dropped | undefined> {
  const judge = createLlmJudge(endpoint, { comparisonPrompt: difficultyPrompt })
  const judgement = await judge.compare({ prompt: '', answerA: harder, answerB: easier }, signal)
  if (judgement.kind !== 'judged') return droppedOf(judgement)
  return judgement.winner === 'a' ? undefined : { kind: 'rejected' }
}

function droppedOf(unjudged: Unjudged): Dropped {
  switch (unjudged.kind) {
    case 'unparsable':
      return { kind: 'unparsable' }
    case 'refused':
      return { kind: 'refused', reason: unjudged.reason }
    case 'over-budget':
      return { kind: 'overBudget' }
  }
}
