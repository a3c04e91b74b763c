import { formatSetting } from '../../../base/text/format/format-setting.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { thresholdForStrongFraction } from '../../calibration/threshold.ts'
import { isCalibratedRouter, type Router } from '../../routers/router.ts'

/** How the threshold of a pair is given. */
export type ThresholdRule =
  /** In [0, 1]. */
  | { readonly kind: 'threshold'; readonly threshold: number }
  /** Read off the router's own calibration. `strongPercent` is 0 to 100. */
  | { readonly kind: 'strong-percent'; readonly strongPercent: number }
  /** The router's own default: 50 % strong calls by its calibration, or 0.5 if it has none. */
  | { readonly kind: 'router-default' }

/** The rule of a policy's settings. */
export function toThresholdRule(settings: { threshold?: number; strongPercent?: number }): ThresholdRule {
  const { threshold, strongPercent } = settings
  if (threshold !== undefined) return { kind: 'threshold', threshold }
  if (strongPercent !== undefined) return { kind: 'strong-percent', strongPercent }
  return { kind: 'router-default' }
}

/** @throws InvalidRequestError `no-calibration` for a percentage of a router that has no calibration. */
export function findThreshold(router: Router, rule: ThresholdRule): number {
  switch (rule.kind) {
    case 'threshold':
      return rule.threshold
    case 'strong-percent':
      return findThresholdForPercent(router, rule.strongPercent)
    case 'router-default':
      return isCalibratedRouter(router) ? findThresholdForPercent(router, 50) : 0.5
  }
}

/** The threshold in a few words: `the threshold 0.35`. */
export function formatThreshold(rule: ThresholdRule): string {
  switch (rule.kind) {
    case 'threshold':
      return `the threshold ${formatSetting(rule.threshold)}`
    case 'strong-percent':
      return `the threshold for ${rule.strongPercent} % strong calls`
    case 'router-default':
      return 'its default threshold (for 50 % strong calls, or 0.5 without calibration)'
  }
}

function findThresholdForPercent(router: Router, strongPercent: number): number {
  if (isCalibratedRouter(router)) {
    return thresholdForStrongFraction(router.winRateQuantiles, strongPercent / 100)
  }
  throw new InvalidRequestError(
    'no-calibration',
    `The router "${router.name}" has no calibration, so ${strongPercent}pct stands for no threshold. ` +
      `Name one (router-${router.name}-0.25), take its default (router-${router.name}), or find one on your own prompts: ` +
      `routellm calibrate --router ${router.name} --strong-model-pct ${strongPercent / 100} --prompts prompts.jsonl.`,
    { param: 'model' },
  )
}
