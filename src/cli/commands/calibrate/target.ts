import { InvalidRequestError } from '../../../errors.ts'
import type { CalibratePayload, CalibrationTarget } from '../../../jobs/calibrate/payload.ts'

export type CalibrateFlags = Omit<CalibratePayload, 'target'> & {
  /** Whether the router was named, and is not the default. */
  readonly isRouterAsked?: boolean
  readonly strongModelPct?: number
  readonly maxLoss?: number
  readonly minQuality?: number
  readonly usdPerRequest?: number
  readonly labels?: readonly string[]
  readonly confidence?: number
  readonly nextRequests?: number
  readonly lossMargin?: number
  readonly prompts?: string
  readonly costs?: string | true
  readonly meanInputTokens?: number
  readonly meanOutputTokens?: number
  readonly seed?: number
  readonly config?: string
  readonly json?: true
}

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

/** The other options that each target uses. Any option that it does not use is an error. */
const usedBy: Readonly<Record<TargetFlag, readonly (keyof typeof optionOf)[]>> = {
  strongModelPct: ['prompts'],
  maxLoss: ['labels', 'confidence', 'nextRequests', 'lossMargin', 'prompts', 'strongModel', 'weakModel'],
  minQuality: ['labels', 'confidence', 'seed', 'prompts', 'strongModel', 'weakModel'],
  usdPerRequest: ['prompts', 'costs', 'meanInputTokens', 'meanOutputTokens', 'strongModel', 'weakModel'],
}
const targetFlags: readonly TargetFlag[] = ['strongModelPct', 'maxLoss', 'minQuality', 'usdPerRequest']

/**
 * Throws `InvalidRequestError`: `calibration-target` unless there is exactly one, `option-without-use`, and
 * `missing-file` if the target needs labels or prompts.
 */
export function parseTarget(flags: CalibrateFlags): CalibrationTarget {
  checkPolicyFlags(flags)
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
  if (flags.policy !== undefined && flags.strongModel !== undefined && maxLoss === undefined)
    throw new InvalidRequestError(
      'option-without-use',
      '--strong-model has no effect with --policy and without --max-loss, whose failures it counts; leave it out',
      { param: '--strong-model' },
    )
  if (flags.policy !== undefined && flags.prompts !== undefined && usdPerRequest === undefined)
    throw new InvalidRequestError(
      'option-without-use',
      `--prompts has no effect with --policy and ${optionOf[target]}: the shares are those of the labels; leave it out`,
      { param: '--prompts' },
    )
  // The schema of the target keeps the options that it has; the check above has rejected the others.
  if (strongModelPct !== undefined) return { ...flags, kind: 'share', strongModelPct }
  if (maxLoss !== undefined)
    return { ...flags, kind: 'loss', maxLoss, labels: given('labels', target, flags) }
  if (minQuality !== undefined)
    return { ...flags, kind: 'quality', minQuality, labels: given('labels', target, flags) }
  return {
    ...flags,
    kind: 'budget',
    usdPerRequest: usdPerRequest ?? Number.NaN,
    prompts: given('prompts', target, flags),
  }
}

/** A policy has its models, its router and its prices from the configuration. */
function checkPolicyFlags(flags: CalibrateFlags): void {
  if (flags.policy === undefined) return
  const unused = (
    ['strongModelPct', 'costs', 'meanInputTokens', 'meanOutputTokens', 'weakModel'] as const
  ).find((flag) => flags[flag] !== undefined)
  const option =
    unused !== undefined
      ? optionOf[unused]
      : flags.embedder !== undefined
        ? '--embedder'
        : flags.isRouterAsked === true
          ? '--router'
          : undefined
  if (option === undefined) return
  throw new InvalidRequestError(
    'option-without-use',
    `${option} has no effect with --policy, which has its models, router and prices from the configuration; leave it out`,
    { param: option },
  )
}

function checkAllUsed(target: TargetFlag, flags: CalibrateFlags): void {
  for (const flag of new Set(targetFlags.flatMap((each) => usedBy[each]))) {
    if (flags[flag] === undefined || usedBy[target].includes(flag)) continue
    throw new InvalidRequestError(
      'option-without-use',
      `${optionOf[flag]} has no effect with ${optionOf[target]}; leave it out, or give ${targetFlags
        .filter((other) => usedBy[other].includes(flag))
        .map((other) => optionOf[other])
        .join(' or ')} instead`,
      { param: optionOf[flag] },
    )
  }
}

function given<File extends 'labels' | 'prompts'>(
  file: File,
  target: TargetFlag,
  flags: CalibrateFlags,
): NonNullable<CalibrateFlags[File]> {
  const files = flags[file]
  if (files !== undefined && files !== null) return files
  const content =
    file === 'labels'
      ? 'labels.jsonl, outcomes ({"prompt", "scores"}) or battles of your own, one a line'
      : 'prompts.jsonl, {"prompt"} a line: what is spent depends on them'
  throw new InvalidRequestError('missing-file', `${optionOf[target]} needs ${optionOf[file]} ${content}`, {
    param: optionOf[file],
  })
}
