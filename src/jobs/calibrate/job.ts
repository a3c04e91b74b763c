import { askedPair } from '../../learning/training/model-pair.ts'
import type { ModelPair } from '../../routing/catalogue/model.ts'
import { resolveEmbedderPath } from '../../routing/embedding/registry.ts'
import { builtinRouterKinds, loadRouter, type RouterSpec } from '../../routing/routers/registry.ts'
import { isClosableRouter } from '../../routing/routers/router.ts'
import { loadVerifier } from '../../routing/verifiers/load.ts'
import type { Job, JobContext } from '../job.ts'
import { findRouter } from '../named-routers.ts'
import { createAnswerRouterKind, readAnswersByPrompt, verifierFolder } from '../scoring/answer-scoring.ts'
import { findDataFile } from '../workspace.ts'
import { type BudgetCalibration, calibrateBudget } from './budget.ts'
import { calibrateLoss, type LossCalibration } from './loss.ts'
import { type CalibratePayload, type CalibrationTarget, calibratePayload } from './payload.ts'
import { calibratePolicy } from './policy/calibrate-policy.ts'
import type { PolicyCalibration } from './policy/calibration.ts'
import { calibrateQuality, type QualityCalibration } from './quality.ts'
import type { CalibrationRun } from './run.ts'
import { calibrateShare, type RoundedShare } from './share.ts'

/** A threshold or a tolerance with its effect, or the reason why there is none. */
export type CalibrateResult = Calibrated & {
  /** For the verifier of a cascade, whose threshold a policy takes: its pair. */
  readonly readsAnswers?: ModelPair
}

type Calibrated =
  | ({ readonly kind: 'share' } & RoundedShare)
  | { readonly kind: 'loss'; readonly calibration: LossCalibration }
  | { readonly kind: 'quality'; readonly calibration: QualityCalibration }
  | { readonly kind: 'budget'; readonly calibration: BudgetCalibration }
  | { readonly kind: 'policy'; readonly calibration: PolicyCalibration }

/**
 * Finds the threshold of a router for a share of strong calls, a guaranteed loss, a quality to keep, or dollars per request;
 * or the tolerance of a policy for one of the last three.
 */
export const calibrateJob: Job<CalibratePayload, CalibrateResult> = {
  name: 'calibrate',
  payload: calibratePayload,
  async run(given, context) {
    const { workspace } = context
    if (given.policy !== undefined)
      return {
        kind: 'policy',
        calibration: await calibratePolicy(
          { name: given.policy, reference: given.strongModel },
          given.target,
          context,
        ),
      }
    const named = findRouter(given.router, workspace)
    const spec =
      given.embedder === undefined
        ? named
        : { ...named, embedder: resolveEmbedderPath(given.embedder, workspace.folder) }
    const { own, verified } = await withAnswers(spec, given.target, context)
    const router = await loadRouter(spec, own.workspace.dependencies)
    try {
      const result = await calibrate({ router, spec, pair: askedPair(given), context: own }, given.target)
      return verified === null ? result : { ...result, readsAnswers: verified }
    } finally {
      if (isClosableRouter(router)) await router.close()
    }
  },
}

/** For a verifier, a context in which it is a router that finds the answers in the target's files, and its pair. */
async function withAnswers(
  spec: RouterSpec,
  target: CalibrationTarget,
  context: JobContext,
): Promise<{ readonly own: JobContext; readonly verified: ModelPair | null }> {
  const { dependencies } = context.workspace
  const folder = await verifierFolder(spec, dependencies)
  if (folder === undefined) return { own: context, verified: null }
  const verifier = await loadVerifier({ name: spec.name, artifact: folder }, dependencies)
  const names = [...('labels' in target ? [target.labels].flat() : []), target.prompts ?? []].flat()
  const files = await Promise.all(names.map((name) => findDataFile(name, context.workspace)))
  const answerOf = await readAnswersByPrompt(files, verifier, context)
  const { kinds = builtinRouterKinds } = dependencies
  const workspace = {
    ...context.workspace,
    dependencies: { ...dependencies, kinds: [...kinds, createAnswerRouterKind(verifier, answerOf)] },
  }
  return { own: { ...context, workspace }, verified: verifier.pair }
}

async function calibrate(run: CalibrationRun, target: CalibrationTarget): Promise<Calibrated> {
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
