import { z } from 'zod'
import { findPriorProblems, outputTokensSetting } from '../observations/prior-settings.ts'
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
    outputTokens: outputTokensSetting,
  }),
  references: findReferences,
  check: (settings) => [...findQualityProblems(settings), ...findPriorProblems(settings)],
  describe: (settings) =>
    `the cheapest of ${settings.candidates.join(', ')} within ${settings.tolerance} of the best, ${describeQuality(settings)}`,
  async create(settings, parts) {
    const [{ createCheapestGoodEnoughPolicy }, { toObservedCandidates }] = await Promise.all([
      import('./policy.ts'),
      import('../observations/observed-candidates.ts'),
    ])
    const models = settings.candidates.map((name) => parts.findModel(name))
    const estimate = createQualityEstimate(settings, models, parts)
    return createCheapestGoodEnoughPolicy({
      name: parts.name,
      candidates: toObservedCandidates(settings, models, parts.observed),
      safest: findSafest(models, estimate),
      estimate,
      tolerance: settings.tolerance,
      routerTimeoutMs: parts.routerTimeoutMs,
    })
  },
})
