import { resolve } from 'node:path'
import { z } from 'zod'
import { hearAbort, runSteps } from '../../base/concurrency/run-steps.ts'
import { InvalidRequestError } from '../../errors.ts'
import { readLabelledRows } from '../../learning/evaluation/benchmarks/labelled.ts'
import type { Evaluation } from '../../learning/evaluation/evaluation.ts'
import { evaluateTransferInSteps, type TransferPair } from '../../learning/evaluation/transfer.ts'
import { checkTrainedLabels } from '../../routing/routers/trained-prompts/check-labels.ts'
import type { Job } from '../job.ts'
import { findRouters } from '../named-routers.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { scoreDistinctPrompts } from '../scoring/score-prompts.ts'

const payload = z.object({
  /** Outcomes: a file, or several that are read as one. */
  data: z.union([z.string(), z.array(z.string()).min(1).readonly()]),
  routers: z.array(z.string()).readonly(),
  /** `strong:weak`, two models of the file each. */
  pairs: z.array(z.string()).readonly(),
  /** Draws the resamples of the bootstrap. */
  seed: z.number().default(0),
  samples: z.number().default(1000),
})

export type TransferPayload = z.output<typeof payload>

/** One evaluation for each pair. */
export type TransferResult = { readonly evaluations: readonly Evaluation[] }

/** Measures routers on several pairs of models of one file. */
export const transferJob: Job<TransferPayload, TransferResult> = {
  name: 'transfer',
  payload,
  async run({ data, routers: names, pairs: texts, seed, samples }, context) {
    const { workspace } = context
    const specs = findRouters(names, workspace)
    const rows = await readLabelledRows(
      [data].flat().map((file) => resolve(workspace.folder, file)),
      context.signal,
      () => loadPickPrompt(context),
    )
    const models = new Set(rows.flatMap(({ scores }) => Object.keys(scores)))
    const pairs = texts.map((text) => parsePair(text, models))
    const prompts = [...new Set(rows.map(({ prompt }) => prompt))]
    const routers = []
    for (const router of specs) {
      const own = await scoreDistinctPrompts({ router, prompts }, context)
      const checked = await checkTrainedLabels(
        router,
        workspace.dependencies,
        { prompts, winRates: Array.from(own) },
        { signal: context.signal },
      )
      const { winRates, crossFittedLabels } = checked
      for (const warning of checked.warnings) context.onWarning(warning)
      if (crossFittedLabels > 0)
        context.onWarning(
          `the router ${router.name} was trained on ${crossFittedLabels} of the ${prompts.length} prompts: each of them has the win rate of a fit without it`,
        )
      routers.push({
        name: router.name,
        winRates: new Map(prompts.map((prompt, index) => [prompt, winRates[index] ?? Number.NaN])),
      })
    }
    const steps = evaluateTransferInSteps({
      name: [data].flat().join(' and '),
      rows,
      pairs,
      routers,
      seed,
      samples,
    })
    const evaluations = await runSteps(steps, (step) => {
      context.onProgress({
        stage: 'measuring',
        done: step.pairs * samples + step.resamples,
        total: pairs.length * samples,
        detail: '',
      })
      return hearAbort(context.signal)
    })
    return { evaluations }
  },
}

/** A model's name may contain a colon, so the text is split where both parts are models of the file. */
function parsePair(text: string, models: ReadonlySet<string>): TransferPair {
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    const [strong, weak] = [text.slice(0, colon), text.slice(colon + 1)]
    if (models.has(strong) && models.has(weak) && strong !== weak) return { strong, weak }
  }
  throw new InvalidRequestError(
    'bad-pair',
    `--pairs ${JSON.stringify(text)} is not strong:weak of two models of the file, which scores ${[...models].slice(0, 12).join(', ')}`,
    { param: '--pairs' },
  )
}
