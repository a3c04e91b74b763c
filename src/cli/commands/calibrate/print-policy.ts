import { formatCount, formatPercent, formatUsd } from '../../../base/text/format/format-number.ts'
import type {
  PolicyBudgetCalibration,
  PolicyCalibration,
  PolicyLossCalibration,
  PolicyQualityCalibration,
  ToleranceEffect,
} from '../../../jobs/calibrate/policy/calibration.ts'
import type { Colors } from '../../terminal/terminal.ts'

/** The tolerance that was found, its effect, and where to write it; or the reason why there is none. */
export function formatPolicyCalibration(calibration: PolicyCalibration, colors: Colors): string[] {
  if ('maxLoss' in calibration) return formatLoss(calibration, colors)
  if ('minQuality' in calibration) return formatQuality(calibration, colors)
  return formatBudget(calibration, colors)
}

function formatLoss(result: PolicyLossCalibration, colors: Colors): string[] {
  const { policy, maxLoss, confidence, requests, labels } = result
  if (!result.possible)
    return [
      result.reason === 'too-few-labels'
        ? `These ${formatCount(labels)} labels cannot support a loss of at most ${formatPercent(maxLoss, 1)} with ${formatPercent(confidence, 1)} confidence: not even the smallest tolerance passes. About ${formatCount(result.labelsNeeded ?? 0)} would, if they come out like these. A higher --max-loss or a lower --confidence needs fewer.`
        : `No number of labels would support a loss of at most ${formatPercent(maxLoss, 1)}: even at the smallest tolerance too many requests fail where ${result.reference} would not, since the scores of ${policy} do not tell them apart.`,
    ]
  const { tolerance, bound, losses, lossesAtTolerance, reference } = result
  return [
    ...formatTolerance(policy, tolerance, colors),
    `With ${formatPercent(confidence, 1)} confidence, at most ${formatPercentUp(bound)} of ${formatPopulation(result)} fail where ${reference} would not. Of the ${formatCount(requests)} labelled requests, ${lossesAtTolerance} do, and ${losses} do at this tolerance or a lower one, which the bound counts.`,
    formatEffect(result),
    formatBasis(result),
    ...nextStep(policy, tolerance),
  ]
}

function formatQuality(result: PolicyQualityCalibration, colors: Colors): string[] {
  const { policy, minQuality, best, labels } = result
  if (!result.possible)
    return [
      `No tolerance keeps ${formatPercent(minQuality, 1)} of the score of ${best}, the best model of these labels: at tolerance 0, ${policy} keeps ${formatPercent(result.quality, 1)}.`,
      'Use a router that predicts better, or a lower --min-quality.',
    ]
  const { tolerance, quality, qualityInterval, confidence } = result
  const [low, high] = qualityInterval
  return [
    ...formatTolerance(policy, tolerance, colors),
    `On the ${formatCount(labels)} labels it keeps ${formatPercent(quality, 1)} of the score of ${best}, the best model alone; ${formatPercent(confidence, 1)} interval ${formatPercent(low, 1)} to ${formatPercent(high, 1)}.`,
    formatEffect(result),
    ...(low < minQuality
      ? [
          `Less than ${formatPercent(minQuality, 1)} is within chance. Ask for more to be safer, or guarantee what fails: --max-loss.`,
        ]
      : []),
    formatBasis(result),
    ...nextStep(policy, tolerance),
  ]
}

function formatBudget(result: PolicyBudgetCalibration, colors: Colors): string[] {
  const { policy, prompts, budgetUsdPerRequest } = result
  if (!result.possible)
    return [
      result.leastUsdPerRequest === null
        ? `No tolerance of ${policy} avoids its unpriced candidates, so that its dollars are not known. Give their prices in routellm.yaml.`
        : `No tolerance stays within ${formatUsd(budgetUsdPerRequest)} per request: the least that the ${formatCount(prompts)} prompts cost is ${formatUsd(result.leastUsdPerRequest)} each.`,
    ]
  return [
    ...formatTolerance(policy, result.tolerance, colors),
    `${formatEffect(result)} It is the smallest tolerance within ${formatUsd(budgetUsdPerRequest)} on the ${formatCount(prompts)} prompts.`,
    ...nextStep(policy, result.tolerance),
  ]
}

function formatTolerance(policy: string, tolerance: number, colors: Colors): string[] {
  return [
    `Tolerance ${colors.bold(String(tolerance))}: ${policy} takes the cheapest model whose predicted loss against the best is at most that.`,
  ]
}

function formatEffect({ usdPerRequest, shares }: ToleranceEffect): string {
  const models = Object.entries(shares).map(([model, share]) => `${model} ${formatPercent(share)}`)
  const dollars = usdPerRequest === null ? 'an unknown price' : formatUsd(usdPerRequest)
  return `It sends ${models.join(', ')}, for ${dollars} per request as the policy expects.`
}

function formatPopulation({ about, nextRequests }: PolicyLossCalibration): string {
  const next = nextRequests === undefined ? '' : `the next ${nextRequests} `
  if (about === 'distinct-prompts') return `${next}distinct prompts like these labels`
  return nextRequests === undefined ? 'all requests' : `${next}requests`
}

function formatBasis({
  basis,
  crossFittedLabels,
  learnedLabels,
}: PolicyLossCalibration | PolicyQualityCalibration): string {
  const leftOut =
    learnedLabels === 0
      ? ''
      : ` ${formatCount(learnedLabels)} labels that the router was trained on are left out.`
  const about = 'This is about requests drawn as the labels were: label new ones when your traffic changes.'
  if (basis === 'independent') return `${about} The router must not have been trained on them.${leftOut}`
  return `${about} ${formatCount(crossFittedLabels)} of the labels are scored by a fit without them (cross-fitted): experiments support that, and only labels that the router has not seen make it a theorem.${leftOut}`
}

function nextStep(policy: string, tolerance: number): string[] {
  return [`Next: write tolerance: ${tolerance} for the policy ${policy} in routellm.yaml.`]
}

/** Rounded up, because the printed value must still be a bound. */
function formatPercentUp(fraction: number): string {
  return `${Math.ceil(Number((fraction * 10_000).toFixed(6))) / 100} %`
}
