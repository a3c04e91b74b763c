import { runUntilAborted } from '../../../../base/concurrency/run-steps.ts'
import {
  asBaseEmbedder,
  createPromptReader,
  type PromptSpace,
} from '../../../../routing/routers/few_label/prompt-space.ts'
import { embedTexts } from '../../embed-prompts.ts'
import { examplesOf } from '../examples.ts'
import type { FewLabelTraining } from '../few-label-training.ts'
import type { FewLabelExamples } from '../fit.ts'
import { trainPromptSpace } from './space-training.ts'

export type ReadExamples = {
  readonly space: PromptSpace
  /** One for each labelled prompt. */
  readonly examples: FewLabelExamples
  /** The prompts that the space was learned from: those without labels, then the labelled ones. */
  readonly prompts: readonly string[]
}

/** Learns the space of all prompts, and reads the labelled ones in it. */
export async function readExamples(
  labelled: readonly string[],
  unlabelled: ReadonlySet<string>,
  { embedder, prior, other, signal, onProgress }: FewLabelTraining,
): Promise<ReadExamples> {
  const hooks = signal === undefined ? {} : { signal }
  const base = asBaseEmbedder(embedder)
  const prompts = [...new Set([...unlabelled, ...labelled])]
  const further =
    other === undefined
      ? undefined
      : { vectors: await embedTexts(labelled, other, hooks), size: other.dimensions }
  const onRead = (done: number, total: number) => onProgress?.({ stage: 'embed', done, total, loss: null })
  const space = await trainPromptSpace(prompts, base, prior.direction, { ...hooks, onRead }, further)
  const examples = await runUntilAborted(
    examplesOf(labelled, createPromptReader(space, base), space.vocabulary.hashes.length, (label) =>
      further?.vectors.subarray(label * further.size, (label + 1) * further.size),
    ),
    signal,
  )
  return { space, examples, prompts }
}
