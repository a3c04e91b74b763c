import { z } from 'zod'
import type { SettingProblem } from '../../../base/settings/problem.ts'
import { formatUsd } from '../../../base/text/format/format-number.ts'
import { findPriorProblems, outputTokensSetting } from '../observations/prior-settings.ts'
import { definePolicyKind } from '../policy-kind.ts'
import { findQualityProblems, findReferences, qualitySettings } from '../quality/quality-settings.ts'

export const bandit = definePolicyKind({
  kind: 'bandit',
  summary:
    'Learns from feedback which candidate answers well, and draws the model of each request; dollars are kept to a ceiling.',
  settings: z.strictObject({
    ...qualitySettings,
    router: qualitySettings.router.describe(
      'The router whose predictions are expected before feedback comes. It has to score vectors of the built-in embedder: `mf`, `cluster`. Default: `quality`.',
    ),
    quality: qualitySettings.quality.describe(
      'Candidate → the quality, 0 to 1, that is expected of it before feedback comes. Default: 0.5 of each.',
    ),
    usdPerRequest: z
      .number()
      .gt(0)
      .exactOptional()
      .describe(
        'Dollars that a request may cost on average. Each candidate needs a price then. Default: dollars do not matter.',
      ),
    halfLife: z
      .number()
      .min(10)
      .default(2000)
      .describe('After so many further requests with feedback, one counts half.'),
    explorationFloor: z
      .number()
      .gt(0)
      .max(1)
      .default(0.02)
      .describe('Share of the requests whose model is drawn whatever is expected of it.'),
    trustedKeys: z
      .array(z.string())
      .default([])
      .describe(
        'Names of `keys` whose feedback is learnt from. Feedback without a key, on a gateway without keys, always is.',
      ),
    seed: z.int().default(0).describe('Another seed draws other models.'),
    outputTokens: outputTokensSetting,
  }),
  references: findReferences,
  check: (settings) => [
    ...findQualityProblems({
      ...settings,
      ...(isPriorless(settings) && { quality: evenPrior(settings.candidates) }),
    }),
    ...findRangeProblems(settings.quality),
    ...findPriorProblems(settings),
  ],
  describe: ({ candidates, usdPerRequest }) =>
    `learns from feedback which of ${candidates.join(', ')} to draw${usdPerRequest === undefined ? '' : `, at most ${formatUsd(usdPerRequest)} a request on average`}`,
  async create(settings, parts) {
    const { createConfiguredBandit } = await import('./create.ts')
    return createConfiguredBandit(
      { ...settings, quality: settings.quality ?? evenPrior(settings.candidates) },
      parts,
    )
  },
})

function isPriorless({ router, quality }: { readonly router?: string; readonly quality?: object }): boolean {
  return router === undefined && quality === undefined
}

function evenPrior(candidates: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(candidates.map((name) => [name, 0.5]))
}

function findRangeProblems(quality: Readonly<Record<string, number>> = {}): SettingProblem[] {
  return Object.entries(quality).flatMap(([name, value]) =>
    value >= 0 && value <= 1
      ? []
      : [{ path: ['quality', name], message: `${value} is not between 0 and 1, as scores of feedback are` }],
  )
}
