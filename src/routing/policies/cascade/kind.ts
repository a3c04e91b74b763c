import { z } from 'zod'
import { milliseconds } from '../../../base/settings/schema.ts'
import { formatSetting } from '../../../base/text/format/format-setting.ts'
import { thresholdForStrongFraction } from '../../calibration/threshold.ts'
import { toObservedCandidates } from '../observations/observed-candidates.ts'
import { findPriorProblems, priorSettings } from '../observations/prior-settings.ts'
import { definePolicyKind } from '../policy-kind.ts'
import { checkPairRoles } from '../quality/pair-roles.ts'

const share = z.number().min(0).max(1)

export const cascade = definePolicyKind({
  kind: 'cascade',
  summary: 'Asks the weak model, reads its answer, and asks the strong model if the answer looks wrong.',
  settings: z.strictObject({
    strong: z
      .string()
      .describe('Answers if the answer looks wrong: a key of `models`, or `provider/upstream name`.'),
    weak: z.string().describe('Is asked first.'),
    verifier: z
      .string()
      .min(1)
      .describe('The folder that `routellm train cascade` wrote, relative to this file.'),
    threshold: share
      .exactOptional()
      .describe('From this win rate of the strong model over the answer on, the strong model answers.'),
    strongPercent: z
      .number()
      .min(0)
      .max(100)
      .exactOptional()
      .describe(
        "Percent of answers that the strong model gives instead, by the verifier's calibration. Default without `threshold`: 50.",
      ),
    router: z
      .string()
      .exactOptional()
      .describe(
        "A router that scores the prompt first, best one of the verifier's labels: the expected dollars at equal quality then decide for each prompt whether the answer is read. Default: one decision for all prompts, by what the verifier does on average.",
      ),
    hardFrom: share
      .exactOptional()
      .describe('From this win rate by the prompt on, the strong model answers at once. Default: never.'),
    easyBelow: share
      .exactOptional()
      .describe("Below this win rate by the prompt, the weak model's answer is not read. Default: never."),
    timeoutMs: milliseconds
      .default(30_000)
      .describe("Limit for the weak model's whole answer; after it the strong model is asked."),
    samples: z
      .int()
      .min(0)
      .max(8)
      .default(0)
      .describe('Further answers of the weak model to each request, which the verifier compares.'),
    maxSeconds: z
      .number()
      .min(0)
      .exactOptional()
      .describe(
        'Expected seconds until the first token of an answer that is escalated, at most; beyond that one model answers at once. Default: no limit.',
      ),
    ...priorSettings,
  }),
  references: ({ strong, weak, router }) => ({
    models: [
      { path: ['strong'], name: strong },
      { path: ['weak'], name: weak },
    ],
    routers: router === undefined ? [] : [{ path: ['router'], name: router }],
  }),
  check(settings) {
    const { strong, weak, threshold, strongPercent, router, hardFrom, easyBelow } = settings
    const problems = findPriorProblems({ ...settings, candidates: [strong, weak] })
    if (strong === weak)
      problems.push({
        path: ['weak'],
        message: `"${weak}" is the strong model too; a cascade needs two models`,
      })
    if (threshold !== undefined && strongPercent !== undefined)
      problems.push({
        path: ['strongPercent'],
        message: 'a threshold is given already; keep one of threshold and strongPercent',
      })
    const bounds = { hardFrom, easyBelow }
    for (const key of ['hardFrom', 'easyBelow'] as const)
      if (router === undefined && bounds[key] !== undefined)
        problems.push({ path: [key], message: 'needs a router, which scores the prompt' })
    if (hardFrom !== undefined && easyBelow !== undefined && easyBelow > hardFrom)
      problems.push({ path: ['easyBelow'], message: `is above hardFrom (${hardFrom})` })
    return problems
  },
  describe: ({ strong, weak, verifier, threshold, strongPercent }) =>
    `${weak}, and ${strong} if ${verifier} finds the answer wrong at ${threshold === undefined ? `the threshold for ${strongPercent ?? 50} % strong answers` : `the threshold ${formatSetting(threshold)}`}`,
  async create(settings, { name, findModel, findRouter, loadVerifier, observed, routerTimeoutMs }) {
    const models = [findModel(settings.strong), findModel(settings.weak)]
    const named = { ...settings, candidates: [settings.strong, settings.weak] }
    const [strong, weak] = toObservedCandidates(named, models, observed)
    const router = settings.router === undefined ? null : findRouter(settings.router)
    const [{ createCascadePolicy }, verifier] = await Promise.all([
      import('./policy.ts'),
      loadVerifier(settings.verifier),
    ])
    checkPairRoles(
      { strong: models[0]!, weak: models[1]! },
      {
        what: `The verifier ${settings.verifier}`,
        models: [verifier.pair.strong, verifier.pair.weak],
        pair: verifier.pair,
        remedy: 'Name its pair, or train one on answers of the weak model: routellm train cascade.',
      },
    )
    const { threshold, strongPercent = 50, hardFrom, easyBelow } = settings
    return createCascadePolicy({
      name,
      candidates: [strong!, weak!],
      verifier,
      threshold: threshold ?? thresholdForStrongFraction(verifier.winRateQuantiles, strongPercent / 100),
      router,
      hardFrom: hardFrom ?? never,
      easyBelow: easyBelow ?? 0,
      timeoutMs: settings.timeoutMs,
      samples: settings.samples,
      maxSeconds: settings.maxSeconds ?? null,
      routerTimeoutMs,
    })
  },
})

/** Above every win rate. */
const never = Number.POSITIVE_INFINITY
