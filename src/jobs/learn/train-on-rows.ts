import type { LearnConfig } from '../../config/config.ts'
import type { CycleOptions } from '../../learning/loop/cycle/cycle-options.ts'
import type { CycleResult } from '../../learning/loop/cycle/cycle-result.ts'
import { runCycle } from '../../learning/loop/cycle/run-cycle.ts'
import type { LabelledRequest } from '../../learning/loop/labelled-request.ts'
import { loadPriorRouter } from '../../learning/training/few_label/prior.ts'
import { isClosableEmbedder } from '../../routing/embedding/embedder.ts'
import { asBaseEmbedder } from '../../routing/routers/few_label/prompt-space.ts'
import type { JobContext } from '../job.ts'
import { openEmbedder } from '../workspace.ts'
import { feedbackTrust } from './dataset/feedback-trust.ts'
import type { PolicyInService } from './in-service.ts'

/** Runs a cycle with the settings of the configuration. @param errorRate of this attempt. */
export async function trainOnRows(
  rows: readonly LabelledRequest[],
  inService: PolicyInService,
  settings: LearnConfig,
  { name, now, errorRate }: { readonly name: string; readonly now: number; readonly errorRate: number },
  { workspace, signal, onProgress }: JobContext,
): Promise<CycleResult> {
  const prior = await loadPriorRouter()
  const embedder = asBaseEmbedder(await openEmbedder('builtin', workspace))
  const { maxLoss, confidence, lossMargin, qualityMargin, validDays, seed } = settings
  const options: CycleOptions = {
    pair: inService.pair,
    name,
    now,
    embedder,
    prior,
    seed,
    maxLoss,
    confidence,
    lossMargin,
    qualityMargin,
    errorRate,
    validDays,
    ...feedbackTrust(workspace.config),
    signal,
    onProgress: ({ stage, done, total }) => onProgress({ stage, done, total, detail: '' }),
  }
  try {
    return await runCycle(rows, inService, options)
  } finally {
    if (isClosableEmbedder(embedder)) await embedder.close()
  }
}
