import { resolve } from 'node:path'
import { z } from 'zod'
import { hearAbort, runSteps } from '../../base/concurrency/run-steps.ts'
import { lengthChoices, oracleChoices, singleModelChoices } from '../../learning/evaluation/pool/choices.ts'
import { poolPoints } from '../../learning/evaluation/pool/curve.ts'
import {
  type MeasuredPolicy,
  measurePoolInSteps,
  type PoolMeasure,
} from '../../learning/evaluation/pool/measure.ts'
import { readPoolOutcomes } from '../../learning/evaluation/pool/read-outcomes.ts'
import type { Job } from '../job.ts'
import { findRouters } from '../named-routers.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { routerPolicies } from './router-policies.ts'

const payload = z.object({
  /** Outcomes with costs, in files below the workspace's folder. */
  outcomes: z.array(z.string()).min(1).readonly(),
  /** Routers that score models: few_label trained with --models, cluster. */
  routers: z.array(z.string()).readonly().default([]),
  /** Default: all models of the rows. */
  models: z.array(z.string()).readonly().optional(),
  usdPerRequest: z.record(z.string(), z.number().min(0)).optional(),
  /** Draws the resamples of the bootstrap. */
  seed: z.number().default(0),
  samples: z.number().default(1000),
})

export type PoolPayload = z.output<typeof payload>
export type PoolResult = Omit<PoolMeasure, 'usdRatio'> & { readonly incompleteRows: number }

/** Measures routers over many models on outcomes with costs, beside the single models, a random mix, length and the oracle. */
export const poolJob: Job<PoolPayload, PoolResult> = {
  name: 'pool',
  payload,
  async run({ outcomes: files, routers, models, usdPerRequest, seed, samples }, context) {
    const { workspace, signal } = context
    const specs = findRouters(routers, workspace)
    const { outcomes, incompleteRows } = await readPoolOutcomes(
      files.map((file) => resolve(workspace.folder, file)),
      {
        ...(models !== undefined && { models }),
        ...(usdPerRequest !== undefined && { usdPerRequest }),
        signal,
        loadPickPrompt: () => loadPickPrompt(context),
      },
    )
    if (incompleteRows > 0)
      context.onWarning(
        `${incompleteRows} rows lack a score or a cost of one of the models ${outcomes.models.join(', ')}, and were left out`,
      )
    const singles = outcomes.models.flatMap((_, model) => singleModelChoices(outcomes.prompts.length, model))
    const policies: MeasuredPolicy[] = [
      { name: 'best single model', settings: singles, mixes: false },
      { name: 'random mix', settings: singles, mixes: true },
      {
        name: 'length',
        settings: lengthChoices(outcomes.prompts, poolPoints(outcomes, singles)),
        mixes: true,
      },
    ]
    for (const spec of specs) policies.push(...(await routerPolicies(spec, outcomes, context)))
    await hearAbort(signal)
    policies.push({ name: 'oracle', settings: oracleChoices(outcomes), mixes: true })
    const steps = measurePoolInSteps(outcomes, policies, { seed, resamples: samples })
    const { usdRatio: _, ...measured } = await runSteps(steps, (done) => {
      context.onProgress({ stage: 'measuring', done, total: samples, detail: '' })
      return hearAbort(signal)
    })
    context.onProgress({ stage: 'measuring', done: samples, total: samples, detail: '' })
    await hearAbort(signal)
    return { ...measured, incompleteRows }
  },
}
