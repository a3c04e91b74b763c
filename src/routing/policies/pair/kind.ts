import { z } from 'zod'
import type { SettingProblem } from '../../../base/settings/problem.ts'
import { isModelScoringRouter } from '../../routers/model-scoring-router.ts'
import { definePolicyKind } from '../policy-kind.ts'
import { checkPairRoles } from '../quality/pair-roles.ts'
import { createPairPolicies } from './policy.ts'
import { findThreshold, formatThreshold, toThresholdRule } from './threshold.ts'

export const pair = definePolicyKind({
  kind: 'pair',
  summary: 'One router chooses between two models.',
  settings: z.strictObject({
    strong: z
      .string()
      .describe(
        'Answers at a win rate at or above the threshold: a key of `models`, or `provider/upstream name`.',
      ),
    weak: z.string().describe('Answers below the threshold.'),
    router: z.string().describe('The router that scores the prompt: a key of `routers`, such as `mf`.'),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .exactOptional()
      .describe('Win rate from which the strong model answers.'),
    strongPercent: z
      .number()
      .min(0)
      .max(100)
      .exactOptional()
      .describe(
        "Percent of prompts for the strong model, by the router's calibration. Default without `threshold`: 50, or the threshold 0.5 for a router without calibration.",
      ),
  }),
  references: ({ strong, weak, router }) => ({
    models: [
      { path: ['strong'], name: strong },
      { path: ['weak'], name: weak },
    ],
    routers: [{ path: ['router'], name: router }],
  }),
  check({ strong, weak, threshold, strongPercent }) {
    const problems: SettingProblem[] = []
    if (strong === weak)
      problems.push({
        path: ['weak'],
        message: `"${weak}" is the strong model too; a pair needs two models`,
      })
    if (threshold !== undefined && strongPercent !== undefined)
      problems.push({
        path: ['strongPercent'],
        message: 'a threshold is given already; keep one of threshold and strongPercent',
      })
    return problems
  },
  withLearned: ({ strong, weak }, { router, threshold }) => ({ strong, weak, router, threshold }),
  threshold: {
    measure: 'threshold',
    find: ({ threshold }) => threshold ?? null,
    findShare: ({ strongPercent }) => (strongPercent === undefined ? null : strongPercent / 100),
    set: ({ strong, weak, router }, threshold) => ({ strong, weak, router, threshold }),
    // A request is lost only if the weak model answers it, and at a lower threshold it answers fewer of the same requests.
    keepsPromise: (promised, now) => now <= promised,
  },
  describe: (settings) =>
    `${settings.strong} or ${settings.weak}, by ${settings.router} at ${formatThreshold(toThresholdRule(settings))}`,
  create(settings, { name, findModel, findRouter, routerTimeoutMs }) {
    const [strong, weak] = [findModel(settings.strong), findModel(settings.weak)]
    const router = findRouter(settings.router)
    if (isModelScoringRouter(router))
      checkPairRoles(
        { strong, weak },
        {
          what: `The router "${router.name}"`,
          models: router.models,
          pair: router.pair,
          remedy:
            'Name its pair, set scoringStrongModel and scoringWeakModel of the router if it has them, or let a policy of the kind cheapest-good-enough ask it for each model.',
        },
      )
    const createPairPolicy = createPairPolicies({ strong, weak, routerTimeoutMs })
    return createPairPolicy({
      policy: name,
      router,
      threshold: findThreshold(router, toThresholdRule(settings)),
    })
  },
})
