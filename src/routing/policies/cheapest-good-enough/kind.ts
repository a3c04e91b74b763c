import { z } from 'zod'
import { formatSetting } from '../../../base/text/format/format-setting.ts'
import { findPriorProblems, outputTokensSetting } from '../observations/prior-settings.ts'
import { definePolicyKind } from '../policy-kind.ts'
import {
  describeQuality,
  findQualityProblems,
  findReferences,
  findSafestName,
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
  safest: findSafestName,
  check: (settings) => [...findQualityProblems(settings), ...findPriorProblems(settings)],
  withLearned: ({ quality: _, ...settings }, { router, threshold }) => ({
    ...settings,
    router,
    tolerance: threshold,
  }),
  threshold: {
    measure: 'tolerance',
    find: ({ tolerance }) => tolerance,
    set: (settings, tolerance) => ({ ...settings, tolerance }),
    // A smaller tolerance chooses a model that is predicted to be better, which need not be one that answers better.
    keepsPromise: (promised, now) => now === promised,
  },
  describe: (settings) =>
    `the cheapest of ${settings.candidates.join(', ')} within ${formatSetting(settings.tolerance)} of the best, ${describeQuality(settings)}`,
  async create(settings, parts) {
    const [{ createCheapestGoodEnoughPolicy }, { toQualityOptions }] = await Promise.all([
      import('./policy.ts'),
      import('../quality/quality-policy.ts'),
    ])
    return createCheapestGoodEnoughPolicy(toQualityOptions(settings, parts), settings.tolerance)
  },
})
