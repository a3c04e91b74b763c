import { InvalidRequestError } from '../../../errors.ts'
import type { CalibrateFlags } from './run.ts'

/** What the threshold is looked for. */
export type CalibrationTarget =
  | { readonly kind: 'share'; readonly strongModelPct: number }
  | { readonly kind: 'loss'; readonly maxLoss: number; readonly labels: string }
  | { readonly kind: 'quality'; readonly minQuality: number; readonly labels: string }
  | { readonly kind: 'budget'; readonly usdPerRequest: number; readonly prompts: string }

type Flag = keyof CalibrateFlags

const optionOf = {
  strongModelPct: '--strong-model-pct',
  maxLoss: '--max-loss',
  minQuality: '--min-quality',
  usdPerRequest: '--usd-per-request',
  labels: '--labels',
  confidence: '--confidence',
  nextRequests: '--next-requests',
  lossMargin: '--loss-margin',
  prompts: '--prompts',
  costs: '--costs',
  meanInputTokens: '--mean-input-tokens',
  meanOutputTokens: '--mean-output-tokens',
  strongModel: '--strong-model',
  weakModel: '--weak-model',
  seed: '--seed',
} as const satisfies Partial<Record<Flag, string>>

type TargetFlag = 'strongModelPct' | 'maxLoss' | 'minQuality' | 'usdPerRequest'

/** Which other options say something to each target; the rest would be passed over in silence. */
const usedBy: Readonly<Record<TargetFlag, readonly (keyof typeof optionOf)[]>> = {
  strongModelPct: ['prompts'],
  maxLoss: ['labels', 'confidence', 'nextRequests', 'lossMargin', 'prompts', 'strongModel', 'weakModel'],
  minQuality: ['labels', 'confidence', 'seed', 'prompts', 'strongModel', 'weakModel'],
  usdPerRequest: ['prompts', 'costs', 'meanInputTokens', 'meanOutputTokens', 'strongModel', 'weakModel'],
}
const targetFlags: readonly TargetFlag[] = ['strongModelPct', 'maxLoss', 'minQuality', 'usdPerRequest']

/**
 * Throws `InvalidRequestError`: `calibration-target` unless there is just one, `option-without-use`, and `missing-file`
 * where the target needs labels or prompts.
 */
export function calibrationTarget(flags: CalibrateFlags): CalibrationTarget {
  const [target, ...more] = targetFlags.filter((flag) => flags[flag] !== undefined)
  if (target === undefined || more.length > 0)
    throw new InvalidRequestError(
      'calibration-target',
      `say what the threshold is for, with ${target === undefined ? 'one' : 'only one'} of ${targetFlags.map((flag) => optionOf[flag]).join(', ')}${
        target === undefined ? '' : `; got ${[target, ...more].map((flag) => optionOf[flag]).join(' and ')}`
      }`,
      { param: optionOf[more[0] ?? 'strongModelPct'] },
    )
  checkAllUsed(target, flags)
  const { strongModelPct, maxLoss, minQuality, usdPerRequest } = flags
  if (strongModelPct !== undefined) return { kind: 'share', strongModelPct }
  if (maxLoss !== undefined) return { kind: 'loss', maxLoss, labels: needed('labels', target, flags) }
  if (minQuality !== undefined)
    return { kind: 'quality', minQuality, labels: needed('labels', target, flags) }
  return {
    kind: 'budget',
    usdPerRequest: usdPerRequest ?? Number.NaN,
    prompts: needed('prompts', target, flags),
  }
}

function checkAllUsed(target: TargetFlag, flags: CalibrateFlags): void {
  for (const flag of new Set(targetFlags.flatMap((each) => usedBy[each]))) {
    if (flags[flag] === undefined || usedBy[target].includes(flag)) continue
    throw new InvalidRequestError(
      'option-without-use',
      `${optionOf[flag]} says nothing to ${optionOf[target]}; leave it out, or give ${targetFlags
        .filter((other) => usedBy[other].includes(flag))
        .map((other) => optionOf[other])
        .join(' or ')} instead`,
      { param: optionOf[flag] },
    )
  }
}

function needed(file: 'labels' | 'prompts', target: TargetFlag, flags: CalibrateFlags): string {
  const given = flags[file]
  if (given !== undefined) return given
  const content =
    file === 'labels'
      ? 'labels.jsonl, outcomes ({"prompt", "scores"}) or battles of your own, one a line'
      : 'prompts.jsonl, {"prompt"} a line: what is spent depends on them'
  throw new InvalidRequestError('missing-file', `${optionOf[target]} needs ${optionOf[file]} ${content}`, {
    param: optionOf[file],
  })
}
