import { z } from 'zod'
import { StoreError } from '../../errors.ts'
import { openExistingStore } from '../../store/open-existing.ts'
import { storePaths } from '../../store/paths.ts'
import type { Job } from '../job.ts'
import { readSessionQuality } from '../learn/canary/session-quality.ts'
import { feedbackTrust } from '../learn/dataset/feedback-trust.ts'
import { readJudged } from '../learn/dataset/read-dataset.ts'
import { type EvaluatedCertificate, evaluateCertificate } from './certificates/evaluate-certificate.ts'
import { type EvaluatedCanary, evaluateCanary } from './evaluate-canary.ts'
import { type EvaluatedExperiment, evaluateExperiment } from './evaluate-experiment.ts'

const payload = z.strictObject({
  /** ISO 8601: sessions that began an hour before are counted. */
  time: z.iso.datetime(),
  /** Removes a canary from the lock file if a guard speaks against it. */
  enforce: z.boolean().default(false),
  /** Says what was known after each part of the sessions too. */
  history: z.boolean().default(false),
})

export type ExperimentsResult = {
  readonly experiments: readonly EvaluatedExperiment[]
  readonly canaries: readonly EvaluatedCanary[]
  /** Of the routers that the lock file has in service. */
  readonly certificates: readonly EvaluatedCertificate[]
}

/**
 * What the sessions of the store show of the experiments of the configuration, and of the canaries and certificates of the lock file.
 *
 * Throws StoreError `store-off`, `store-missing`; InvalidRequestError `invalid-experiment` for rules that cannot be tested.
 */
export const experimentsJob: Job<z.output<typeof payload>, ExperimentsResult> = {
  name: 'experiments',
  payload,
  async run({ time, enforce, history }, context) {
    const { config } = context.workspace
    if (config.store === null)
      throw new StoreError(
        'store-off',
        `${config.source} says \`store: off\`, so there are no sessions to compare.`,
      )
    const { folder } = config.store
    const db = await openExistingStore(folder)
    try {
      const judged = readJudged(
        db,
        { since: 0, textFolder: storePaths(folder).texts, onMissingText: () => {} },
        context,
      )
      const qualityOf = await readSessionQuality(judged, {
        pair: config.policy,
        trust: feedbackTrust(config),
      })
      const options = { now: Date.parse(time), qualityOf, signal: context.signal, history }
      const experiments: EvaluatedExperiment[] = []
      for (const experiment of config.experiments)
        experiments.push(await evaluateExperiment(db, experiment, options))
      const canaries: EvaluatedCanary[] = []
      const { lock } = config
      for (const route of lock?.routes ?? [])
        if (route.canary !== null)
          canaries.push(
            await evaluateCanary(db, lock!, route, route.canary, {
              enforce,
              ...options,
              config,
              context,
            }),
          )
      const certificates: EvaluatedCertificate[] = []
      for (const route of lock?.routes ?? []) {
        if (route.serving === null) continue
        const found = { now: options.now, since: null, config, context }
        const evaluated = await evaluateCertificate(db, lock!, route, route.serving, found)
        if (evaluated !== null) certificates.push(evaluated)
      }
      return { experiments, canaries, certificates }
    } finally {
      await db.destroy()
    }
  },
}
