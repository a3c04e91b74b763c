import { z } from 'zod'
import { findPriorProblems, priorSettings } from '../observations/prior-settings.ts'
import { definePolicyKind } from '../policy-kind.ts'
import {
  describeQuality,
  findQualityProblems,
  findReferences,
  findSafestName,
  qualitySettings,
} from '../quality/quality-settings.ts'

const weight = z.number().min(0)

export const utility = definePolicyKind({
  kind: 'utility',
  summary:
    'The candidate with the highest utility: predicted quality less dollars and seconds, each by its weight.',
  settings: z.strictObject({
    ...qualitySettings,
    weights: z
      .strictObject({
        quality: weight
          .default(1)
          .describe("Weight of one unit of quality, the unit of the router's labels or of the table."),
        usd: weight.default(0).describe('Weight of one dollar of the request.'),
        firstTokenSeconds: weight.default(0).describe('Weight of one second until the first token.'),
        secondsPerOutputToken: weight
          .default(0)
          .describe('Weight of one second per token of the reply after the first.'),
      })
      .describe('Utility = quality · its weight − dollars · theirs − seconds · theirs.'),
    maxUsdPerRequest: z
      .number()
      .min(0)
      .exactOptional()
      .describe(
        'A candidate whose call is expected to cost more is excluded, and so is one without a price. Default: no limit.',
      ),
    latencyPercentile: z
      .number()
      .min(0)
      .max(100)
      .default(50)
      .describe('Which percentile of the latencies of the last hour is expected.'),
    ...priorSettings,
  }),
  references: findReferences,
  safest: findSafestName,
  check: (settings) => [...findQualityProblems(settings), ...findPriorProblems(settings)],
  describe: (settings) => {
    const { quality, usd, firstTokenSeconds, secondsPerOutputToken } = settings.weights
    const terms = [
      `${quality} · quality`,
      ...(usd > 0 ? [`${usd} · dollars`] : []),
      ...(firstTokenSeconds > 0 ? [`${firstTokenSeconds} · seconds to the first token`] : []),
      ...(secondsPerOutputToken > 0 ? [`${secondsPerOutputToken} · seconds per token`] : []),
    ]
    return `the highest utility of ${settings.candidates.join(', ')} (${terms.join(' − ')}), ${describeQuality(settings)}`
  },
  async create(settings, parts) {
    const [{ createUtilityPolicy }, { toQualityOptions }] = await Promise.all([
      import('./policy.ts'),
      import('../quality/quality-policy.ts'),
    ])
    const { weights, maxUsdPerRequest = null, latencyPercentile } = settings
    return createUtilityPolicy(toQualityOptions(settings, parts), {
      weights,
      maxUsdPerRequest,
      latencyPercentile,
    })
  },
})
