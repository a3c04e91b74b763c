import { toCommandLineText } from '../../../base/text/format/command-line-text.ts'
import { formatPercent } from '../../../base/text/format/format-number.ts'
import type { BudgetCalibration } from '../../../jobs/calibrate/budget.ts'
import type { CalibrateResult } from '../../../jobs/calibrate/job.ts'
import type { LossCalibration } from '../../../jobs/calibrate/loss.ts'
import type { QualityCalibration } from '../../../jobs/calibrate/quality.ts'
import type { RoundedShare } from '../../../jobs/calibrate/share.ts'
import type { TokenBasis } from '../../../learning/evaluation/costs/token-counts.ts'
import { separationSentence } from '../../../learning/evaluation/metrics/separation.ts'
import type { LabelPopulation } from '../../../learning/rows/label-counts.ts'
import type { ModelPair } from '../../../routing/catalogue/model.ts'
import type { LabelBasis } from '../../../routing/routers/trained-prompts/label-origins.ts'
import type { Colors } from '../../terminal/terminal.ts'
import { formatPolicyCalibration } from './print-policy.ts'

/** How the command named its router and configuration. */
export type CalibratedAs = {
  readonly router?: string
  readonly config?: string
  readonly labels?: readonly string[]
}

/**
 * The threshold that was found, its effect and the next step, or the reason why there is none. A router that is worse than
 * chance on the labels is not recommended.
 */
export function formatCalibration(result: CalibrateResult, colors: Colors, named: CalibratedAs): string[] {
  if (result.kind === 'policy') return formatPolicyCalibration(result.calibration, colors)
  const { calibration } = result
  const { readsAnswers } = result
  const describe = readsAnswers === undefined ? formatThreshold : formatAnswerThreshold
  const lines = formatTarget(result, describe, colors)
  const next = (threshold: number) =>
    readsAnswers === undefined ? nextSteps(threshold, named) : nextPolicy(threshold, named, readsAnswers)
  if (result.kind === 'share') return [...lines, ...next(result.rounded)]
  if ('separation' in calibration && calibration.separation?.kind === 'worse-than-chance')
    return [...lines, ...otherRouters(named)]
  if ('possible' in calibration && calibration.possible) return [...lines, ...next(calibration.threshold)]
  return lines
}

/** Commands that use the threshold: they name the router and the configuration as this command did. */
function nextSteps(threshold: number, { router = 'mf', config }: CalibratedAs): string[] {
  const ofFile = config === undefined ? [] : ['--config', config]
  const at = ['--threshold', plainDecimal(threshold), ...ofFile]
  return [
    'Next:',
    `  ${toCommandLineText(['routellm', 'route', 'One of your prompts', '--router', router, ...at])}`,
    `  ${toCommandLineText(['routellm', 'serve', '--routers', router, ...at])}`,
  ]
}

/** The policy that uses the threshold of a verifier. */
function nextPolicy(threshold: number, { router = '' }: CalibratedAs, { strong, weak }: ModelPair): string[] {
  return [
    'Next, in routellm.yaml:',
    `  policies: { checked: { kind: cascade, strong: ${strong}, weak: ${weak}, verifier: ${router}, threshold: ${plainDecimal(threshold)} } }`,
  ]
}

/** A comparison of the routers that need no training, on the same labels. */
function otherRouters({ labels }: CalibratedAs): string[] {
  if (labels === undefined) return []
  return [
    'Next, see which router is of use on these labels:',
    `  ${toCommandLineText(['routellm', 'evaluate', '--benchmark', ...labels, '--routers', 'mf,rules,length'])}`,
  ]
}

function formatTarget(
  result: Exclude<CalibrateResult, { kind: 'policy' }>,
  describe: DescribeThreshold,
  colors: Colors,
): string[] {
  switch (result.kind) {
    case 'share':
      return formatShare(result, describe, colors)
    case 'loss':
      return formatLoss(result.calibration, colors, describe)
    case 'quality':
      return formatQuality(result.calibration, describe, colors)
    case 'budget':
      return formatBudget(result.calibration, describe, colors)
  }
}

function formatShare(
  { calibration, rounded }: RoundedShare,
  describe: DescribeThreshold,
  colors: Colors,
): string[] {
  const { router, strongModelPct, prompts, basis, strongCallFraction } = calibration
  const asked = formatPercent(strongModelPct, 1)
  const got = formatPercent(strongCallFraction, 1)
  const strongPercent = basis === 'recorded' ? Number((strongModelPct * 100).toPrecision(12)) : undefined
  const recorded = prompts === 0 ? 'any prompts' : `the ${prompts} prompts that the router was calibrated on`
  return [
    ...describe(router, rounded, colors, strongPercent),
    basis === 'prompts'
      ? `It sends ${got} of the ${prompts} prompts given to the strong model, and about as many of others like them.`
      : `It would send ${got} of ${recorded} to the strong model. Your prompts differ: --prompts finds the threshold for them.`,
    ...(got === asked
      ? []
      : [`You asked for ${asked}: prompts that share the win rate at the threshold all go the same way.`]),
  ]
}

/** A threshold with a guaranteed loss, or why no threshold has it. */
export function formatLoss(
  result: LossCalibration,
  colors: Colors,
  describe: DescribeThreshold = formatThreshold,
): string[] {
  const { router, confidence, pair, labels, basis, crossFittedLabels, requests, about } = result
  if (!result.possible) return [...formatImpossibleLoss(result), ...formatSeparation(result)]
  const { threshold, bound, losses, strongCallFraction, prompts } = result
  const counted = prompts === undefined ? formatLabels(result) : `${prompts} prompts given`
  return [
    ...describe(router, threshold, colors),
    `With ${formatPercent(confidence, 1)} confidence, at most ${formatPercentUp(bound)} of ${formatPopulation(result)} go to ${pair.weak} and fail where ${pair.strong} would not. Of the ${formatLabels(result)}, ${losses} do (${formatPercent(losses / requests, 1)}).`,
    `It sends ${formatPercent(strongCallFraction, 1)} of the ${counted} to the strong model.`,
    ...formatSeparation(result),
    ...formatBasis(router, basis, crossFittedLabels, labels, about),
  ]
}

/** What the promise is about. Labels that do not say how often each prompt is asked are no sample of requests. */
function formatPopulation({ about, nextRequests }: LossCalibration): string {
  const next = nextRequests === undefined ? '' : `the next ${nextRequests} `
  if (about === 'distinct-prompts') return `${next}distinct prompts like these labels`
  return nextRequests === undefined ? 'all requests' : `${next}requests`
}

function formatLabels({ labels, requests, about }: LossCalibration): string {
  return about === 'requests'
    ? `${requests} requests that the ${labels} labels stand for`
    : `${labels} labels`
}

function formatImpossibleLoss(result: Extract<LossCalibration, { possible: false }>): string[] {
  const { reason, requests, independentLabels, labelsNeeded, maxLoss, confidence, pair } = result
  const asked = `a loss of at most ${formatPercent(maxLoss, 1)} with ${formatPercent(confidence, 1)} confidence`
  const repeats = independentLabels < requests
  switch (reason) {
    case 'too-few-labels':
      return [
        `These ${formatLabels(result)}${repeats ? `, ${independentLabels} of them independent,` : ''} cannot support ${asked}: not even a threshold that sends the least to ${pair.weak} passes.`,
        `About ${labelsNeeded} ${result.about === 'requests' ? 'sampled requests' : 'labels'}${repeats ? ' of distinct prompts' : ''} would, if they come out like these (${(labelsNeeded ?? 0) - independentLabels} more). A higher --max-loss or a lower --confidence needs fewer.`,
      ]
    case 'router':
      return [
        `No number of labels would support ${asked}: even among the requests with the lowest win rate ${pair.weak} fails too often, and this router does not separate these.`,
        'Use a router that does, such as one trained on your own labels, or allow a higher --max-loss.',
      ]
  }
}

function formatQuality(result: QualityCalibration, describe: DescribeThreshold, colors: Colors): string[] {
  const { router, minQuality, labels, pair, basis, crossFittedLabels, about } = result
  if (!result.possible)
    return [
      `No threshold keeps ${formatPercent(minQuality, 1)} of ${pair.strong}'s score: sending only the requests with the lowest win rate to ${pair.weak} leaves ${formatPercent(result.quality, 1)} already.`,
      'Use a router that separates them, or a lower --min-quality.',
      ...formatSeparation(result),
    ]
  const { threshold, quality, qualityInterval, confidence, prompts, strongCallFraction } = result
  const [low, high] = qualityInterval
  const counted = prompts === undefined ? `${labels} labels` : `${prompts} prompts given`
  return [
    ...describe(router, threshold, colors),
    `On the ${labels} labels it keeps ${formatPercent(quality, 1)} of ${pair.strong}'s score; ${formatPercent(confidence, 1)} interval ${formatPercent(low, 1)} to ${formatPercent(high, 1)}.`,
    `It sends ${formatPercent(strongCallFraction, 1)} of the ${counted} to the strong model.`,
    ...(low < minQuality
      ? [
          `Less than ${formatPercent(minQuality, 1)} is within chance. Ask for more to be safer, or guarantee what fails: --max-loss.`,
        ]
      : []),
    ...formatSeparation(result),
    ...formatBasis(router, basis, crossFittedLabels, labels, about),
  ]
}

function formatBudget(result: BudgetCalibration, describe: DescribeThreshold, colors: Colors): string[] {
  const { router, pair, prompts, prices, tokens, budgetUsdPerRequest } = result
  const basis = `Prices: ${prices.source} (${prices.asOf}).${formatTokenBasis(tokens)}`
  if (!result.possible)
    return [
      `No threshold stays within ${formatDollars(budgetUsdPerRequest)} per request: the least that the ${prompts} prompts cost is ${formatDollars(result.leastUsdPerRequest)} each.`,
      basis,
    ]
  return [
    ...describe(router, result.threshold, colors),
    `It sends ${formatPercent(result.strongCallFraction, 1)} of the ${prompts} prompts given to ${pair.strong} and costs ${formatDollars(result.usdPerRequest)} per request; others like them about as much.`,
    basis,
  ]
}

function formatTokenBasis(basis: TokenBasis): string {
  return basis.kind === 'counted' ? '' : ` ${basis.note}`
}

/** A warning if the router does not tell the prompts apart that the weak model fails on. */
function formatSeparation({
  separation,
  router,
  pair,
}: Pick<LossCalibration, 'separation' | 'router' | 'pair'>): string[] {
  const sentence = separationSentence(separation ?? undefined, router, pair.weak)
  return sentence === undefined ? [] : [sentence]
}

/** Rounded up, because the printed value must still be a bound. */
function formatPercentUp(fraction: number): string {
  return `${Math.ceil(Number((fraction * 10_000).toFixed(6))) / 100} %`
}

/** The data behind the numbers, and the requests that they apply to. */
function formatBasis(
  router: string,
  basis: LabelBasis,
  crossFittedLabels: number,
  labels: number,
  about: LabelPopulation,
): string[] {
  const population =
    about === 'requests'
      ? 'This is about requests of the log that the labels were sampled from: label new requests when your traffic changes.'
      : 'This is about distinct prompts like the labels, as if these were a random sample of them; how often each prompt is asked is unknown. For a promise about requests, label a sample by routellm audit --sample-to-label.'
  switch (basis) {
    case 'independent':
      return [`${population} The router must not have been trained on them.`]
    case 'cross-fitted':
    case 'mixed': {
      const which = basis === 'mixed' ? `${crossFittedLabels} of the ${labels} labels` : 'these labels'
      return [
        population,
        `The router was trained on ${which}; each of them was scored by a fit without it (cross-fitted). Experiments support this (docs/calibration.md), but only labels that the router has not seen make it a theorem: routellm data split.`,
      ]
    }
    case 'suspect':
      return [
        `Do not rely on this: ${router} may have learned from some of these labels; its win rates then flatter it on them (see the warning). Labels of other requests, or a router that scores each label without it (few_label), give numbers that hold.`,
      ]
  }
}

/** The effect of a threshold. */
type DescribeThreshold = (
  router: string,
  threshold: number,
  colors: Colors,
  strongPercent?: number,
) => readonly string[]

/** And the model name that uses it. */
const formatThreshold: DescribeThreshold = (router, threshold, colors, strongPercent) => {
  const written = plainDecimal(threshold)
  const byShare = strongPercent === undefined ? '' : `, or router-${router}-${strongPercent}pct`
  return [
    `Threshold ${colors.bold(written)}: prompts with a win rate of at least that go to the strong model, all others to the weak one.`,
    `Ask for the model ${colors.bold(`router-${router}-${written}`)}${byShare}.`,
  ]
}

/** Of a verifier, which only a policy asks. */
const formatAnswerThreshold: DescribeThreshold = (_router, threshold, colors) => [
  `Threshold ${colors.bold(plainDecimal(threshold))}: the strong model replaces answers of the weak one with a win rate of at least that; all others are kept.`,
]

/** Dollars with the digits that small sums need. */
function formatDollars(usd: number): string {
  return `$${Number(usd.toPrecision(4))}`
}

/** The form for model names: no exponent, and enough digits to distinguish two win rates. */
function plainDecimal(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text
}
