import { askedPair } from '../../learning/training/model-pair.ts'
import { resolveEmbedderPath } from '../../routing/embedding/registry.ts'
import { loadRouter } from '../../routing/routers/registry.ts'
import { isClosableRouter } from '../../routing/routers/router.ts'
import type { Job } from '../job.ts'
import { findRouter } from '../named-routers.ts'
import { type BudgetCalibration, calibrateBudget } from './budget.ts'
import { calibrateLoss, type LossCalibration } from './loss.ts'
import { type CalibratePayload, type CalibrationTarget, calibratePayload } from './payload.ts'
import { calibrateQuality, type QualityCalibration } from './quality.ts'
import type { CalibrationRun } from './run.ts'
import { calibrateShare, type RoundedShare } from './share.ts'

/** A threshold with its effect, or the reason why there is none. */
export type CalibrateResult =
  | ({ readonly kind: 'share' } & RoundedShare)
  | { readonly kind: 'loss'; readonly calibration: LossCalibration }
  | { readonly kind: 'quality'; readonly calibration: QualityCalibration }
  | { readonly kind: 'budget'; readonly calibration: BudgetCalibration }

/** Finds the threshold for a share of strong calls, a guaranteed loss, a quality to keep, or dollars per request. */
export const calibrateJob: Job<CalibratePayload, CalibrateResult> = {
  name: 'calibrate',
  payload: calibratePayload,
  async run(given, context) {
    const { workspace } = context
    const named = findRouter(given.router, workspace)
    const spec =
      given.embedder === undefined
        ? named
        : { ...named, embedder: resolveEmbedderPath(given.embedder, workspace.folder) }
    const router = await loadRouter(spec, workspace.dependencies)
    try {
      return await calibrate({ router, spec, pair: askedPair(given), context }, given.target)
    } finally {
      if (isClosableRouter(router)) await router.close()
    }
  },
}

async function calibrate(run: CalibrationRun, target: CalibrationTarget): Promise<CalibrateResult> {
  switch (target.kind) {
    case 'share':
      return { kind: 'share', ...(await calibrateShare(run, target)) }
    case 'loss':
      return { kind: 'loss', calibration: await calibrateLoss(run, target) }
    case 'quality':
      return { kind: 'quality', calibration: await calibrateQuality(run, target) }
    case 'budget':
      return { kind: 'budget', calibration: await calibrateBudget(run, target) }
  }
}
