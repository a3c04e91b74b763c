import { z } from 'zod'
import { definePolicyKind } from '../policy-kind.ts'
import {
  createQualityEstimate,
  describeQuality,
  findQualityProblems,
  findReferences,
  findSafest,
  qualitySettings,
} from '../quality/quality-settings.ts'

export const cheapestGoodEnough = definePolicyKind({
  kind: 'cheapest-good-enough',
  summary: 'The cheapest candidate whose predicted loss against the best is within a tolerance.',
  settings: z.strictObject({
    ...qualitySettings,
    tolerance: z
      .number()
      .min(0)
      .describe(
        "The largest predicted loss against the best candidate, in the unit of the router's labels or of the table.",
      ),
    outputTokens: z.int().min(0).default(400).describe('Expected tokens of a reply, for expected dollars.'),
  }),
  references: findReferences,
  check: findQualityProblems,
  describe: (settings) =>
    `the cheapest of ${settings.candidates.join(', ')} within ${settings.tolerance} of the best, ${describeQuality(settings)}`,
  async create(settings, parts) {
    const { createCheapestGoodEnoughPolicy } = await import('./policy.ts')
    const models = settings.candidates.map((name) => parts.findModel(name))
    const estimate = createQualityEstimate(settings, models, parts)
    return createCheapestGoodEnoughPolicy({
      name: parts.name,
      models,
      safest: findSafest(models, estimate),
      estimate,
      tolerance: settings.tolerance,
      outputTokens: settings.outputTokens,
      routerTimeoutMs: parts.routerTimeoutMs,
    })
  },
})
