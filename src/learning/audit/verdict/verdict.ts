import { toDisplayText } from '../../../base/text/display.ts'
import {
  formatCount,
  formatFixed,
  formatPercent,
  formatRange,
  formatRatio,
  formatUsd,
} from '../../../base/text/format/format-number.ts'
import { type Separation, separationSentence } from '../../evaluation/metrics/separation.ts'
import type { LabelPopulation } from '../../rows/label-counts.ts'
import type { Resampled } from '../savings/savings-curve.ts'
import type { ThresholdLine } from '../savings/threshold-lines.ts'
import type { AuditedPair, NoPair } from './audited-pair.ts'

/** Whether routing pays. Each rule states the numbers that it looked at. */
export type AuditVerdict = {
  readonly answer: 'yes' | 'measure-first' | 'no' | 'unknown'
  readonly summary: string
  readonly rules: readonly VerdictRule[]
}

export type VerdictRule = {
  readonly rule: VerdictRuleName
  /** One rule `against` is enough to advise against routing. `open`: the rule cannot be judged. */
  readonly outcome: 'for' | 'against' | 'open'
  readonly text: string
}

export type VerdictRuleName =
  | 'prices-known'
  | 'enough-requests'
  | 'money-to-route'
  | 'price-gap'
  | 'saving-clear'
  | 'worth-it'
  | 'risk'
  | 'router-order'

export type VerdictFacts = {
  readonly models: Pick<AuditedPair, 'kind' | 'strong' | 'weak' | 'priceRatio'> | NoPair
  /** Whether the weak model has a price. */
  readonly isWeakPriced: boolean
  readonly routable: number
  readonly routedRequests: number
  readonly routedPaidUsd: number
  readonly paidUsd: number
  /** Whether the cost of any request that a router could decide is known. */
  readonly isCostKnown: boolean
  /** Whether a router decided the log's requests. Dollars are then those of the strong model answering all of them. */
  readonly isRoutedAlready: boolean
  /** The chosen threshold and what it saves. */
  readonly chosen: Pick<ThresholdLine, 'threshold' | 'savedUsd' | 'savedUsdInterval' | 'savedShare'>
  /** Months in the log. Null if it has no times or spans less than a day. */
  readonly months: number | null
  readonly router: string
  /** What the intervals resample. */
  readonly resampled: Resampled
  /** Minimum saving in dollars a month to recommend routing. */
  readonly worthUsdPerMonth: number
  readonly risk:
    | { readonly kind: 'unknown' }
    | {
        readonly kind: 'measured'
        readonly labels: number
        readonly about: LabelPopulation
        readonly separation: Separation | null
        readonly maxLoss: number
        readonly confidence: number
        readonly isPossible: boolean
        readonly labelsNeeded: number | null
        readonly weakLossShare: number
      }
}

/** The limits of the rules. docs/adopting.md gives the reason for each. */
export const verdictLimits = {
  requests: 100,
  paidShare: 0.1,
  priceRatio: 2,
} as const

/**
 * Applies the rules. Without a request to route, a cost, or a price of the weak model the answer is `unknown`. If any rule is against, it is `no`. If
 * none is, it is `yes` with labels that support the guarantee, and `measure-first` without labels.
 */
export function verdictOf(facts: VerdictFacts): AuditVerdict {
  const { models } = facts
  if (facts.routable === 0)
    return cannotSay('The log has no request that a router could decide, so the saving is unknown.')
  if (!facts.isCostKnown && models.kind === 'pair')
    return cannotSay(
      'The log has neither costs nor tokens of its requests, so the saving is unknown. Log the usage of replies, too.',
    )
  if (models.kind === 'no-prices')
    return cannotSay('No model of the log has a price, so the saving is unknown. Give prices: --prices.')
  if (models.kind === 'no-cheaper-model') return withoutWeakModel(models)
  const names = { strong: toDisplayText(models.strong), weak: toDisplayText(models.weak) }
  if (!facts.isWeakPriced)
    return cannotSay(
      `The weak model ${names.weak} has no price, so the saving is unknown. Give prices: --prices.`,
    )
  const rules = [
    enoughRequests(facts),
    moneyToRoute(facts, names.weak),
    priceGap(models.priceRatio, names),
    savingClear(facts),
    worthIt(facts),
    riskKnown(facts),
    ...routerOrder(facts, names.weak),
  ]
  const against = rules.filter(({ outcome }) => outcome === 'against')
  const { savedUsd, savedShare } = facts.chosen
  const share = savedShare === null ? '' : ` (${formatPercent(savedShare)} of ${wholeCost(facts)})`
  const saving = `${facts.isRoutedAlready ? 'saves' : 'would have saved'} ${formatUsd(savedUsd)}${share}${perMonth(facts)}`
  const fromTo = `from ${names.strong} to ${names.weak}`
  if (against.length > 0)
    return {
      answer: 'no',
      summary: `Not worth routing ${fromTo}. ${against.map(({ text }) => text).join(' ')}`,
      rules,
    }
  if (facts.risk.kind === 'unknown')
    return {
      answer: 'measure-first',
      summary: `Routing simple requests ${fromTo} ${saving}. How often an answer gets worse is unknown without labels: label a few hundred prompts, then decide.`,
      rules,
    }
  return {
    answer: 'yes',
    summary: `Route ${fromTo}: it ${saving}, and makes at most ${formatPercent(facts.risk.maxLoss)} of ${populationLabels[facts.risk.about]} worse (${formatPercent(facts.risk.confidence)} confidence).`,
    rules,
  }
}

/** What a promise is about. Labels that do not say how often each prompt is asked are no sample of requests. */
export const populationLabels: Readonly<Record<LabelPopulation, string>> = {
  requests: 'the requests',
  'distinct-prompts': 'distinct prompts like these labels',
}

/** Single requests show nothing of other users or days. */
function intervalName(resampled: Resampled): string {
  return resampled === 'requests' ? '95 % interval for this traffic only' : '95 % interval'
}

function perMonth({ chosen, months, resampled }: VerdictFacts): string {
  if (months === null) return ''
  const [low, high] = chosen.savedUsdInterval
  return `, about ${formatUsd(chosen.savedUsd / months)} a month (${intervalName(resampled)} ${formatRange([low / months, high / months], formatUsd)})`
}

/** What shares are of. */
function wholeCost({ isRoutedAlready }: VerdictFacts): string {
  return isRoutedAlready ? 'what the strong model alone would have cost' : 'what was paid'
}

function cannotSay(text: string): AuditVerdict {
  return { answer: 'unknown', summary: text, rules: [{ rule: 'prices-known', outcome: 'open', text }] }
}

function withoutWeakModel({ strong, isCheap }: NoPair & { kind: 'no-cheaper-model' }): AuditVerdict {
  const name = toDisplayText(strong)
  if (!isCheap)
    return cannotSay(
      `No model cheaper than ${name} is known. Name one with --weak-model, and its price with --prices.`,
    )
  const text = `The most expensive model of the log, ${name}, is already a cheap one.`
  return {
    answer: 'no',
    summary: `Not worth routing. ${text}`,
    rules: [{ rule: 'money-to-route', outcome: 'against', text }],
  }
}

function enoughRequests({ routable }: VerdictFacts): VerdictRule {
  const { requests } = verdictLimits
  const text = `A router could decide ${formatCount(routable)} requests`
  return routable >= requests
    ? { rule: 'enough-requests', outcome: 'for', text: `${text}, which is enough.` }
    : {
        rule: 'enough-requests',
        outcome: 'against',
        text: `${text}. Fewer than ${requests} are too few to judge.`,
      }
}

function moneyToRoute(facts: VerdictFacts, weak: string): VerdictRule {
  const { routedPaidUsd, paidUsd, routedRequests } = facts
  const share = paidUsd === 0 ? 0 : routedPaidUsd / paidUsd
  const text =
    routedRequests === 0
      ? `No model more expensive than ${weak} answered any request: the log is already cheap.`
      : `${formatPercent(share)} of ${wholeCost(facts)} is for requests that could go to ${weak} instead`
  if (share >= verdictLimits.paidShare) return { rule: 'money-to-route', outcome: 'for', text: `${text}.` }
  return {
    rule: 'money-to-route',
    outcome: 'against',
    text:
      routedRequests === 0
        ? text
        : `${text}. Below ${formatPercent(verdictLimits.paidShare)} the log is already cheap.`,
  }
}

function priceGap(
  priceRatio: number | null,
  { strong, weak }: { readonly strong: string; readonly weak: string },
): VerdictRule {
  if (priceRatio === null)
    return {
      rule: 'price-gap',
      outcome: 'open',
      text: `${strong} has no list price to compare with that of ${weak}.`,
    }
  const text = `At the tokens of this log ${strong} costs ${formatRatio(priceRatio)} times as much as ${weak}`
  return priceRatio >= verdictLimits.priceRatio
    ? { rule: 'price-gap', outcome: 'for', text: `${text}.` }
    : {
        rule: 'price-gap',
        outcome: 'against',
        text: `${text}. Below ${verdictLimits.priceRatio} times the gap is too small.`,
      }
}

function savingClear({ chosen, routedRequests, resampled }: VerdictFacts): VerdictRule {
  if (routedRequests === 0)
    return { rule: 'saving-clear', outcome: 'against', text: 'There is nothing to save.' }
  const text = `The saving at threshold ${chosen.threshold} is ${formatUsd(chosen.savedUsd)}, ${intervalName(resampled)} ${formatRange(chosen.savedUsdInterval, formatUsd)}`
  return chosen.savedUsdInterval[0] > 0
    ? { rule: 'saving-clear', outcome: 'for', text: `${text}.` }
    : { rule: 'saving-clear', outcome: 'against', text: `${text}, which is not clearly above 0.` }
}

function worthIt({ chosen, months, worthUsdPerMonth }: VerdictFacts): VerdictRule {
  if (months === null)
    return {
      rule: 'worth-it',
      outcome: 'open',
      text: 'The log has no times, or spans less than a day, so the saving a month is unknown.',
    }
  const [low, high] = [chosen.savedUsdInterval[0] / months, chosen.savedUsdInterval[1] / months]
  const text = `The saving a month is ${formatUsd(chosen.savedUsd / months)} (${formatRange([low, high], formatUsd)})`
  return high >= worthUsdPerMonth
    ? { rule: 'worth-it', outcome: 'for', text: `${text}.` }
    : {
        rule: 'worth-it',
        outcome: 'against',
        text: `${text}, below the minimum of ${formatUsd(worthUsdPerMonth)} (--worth).`,
      }
}

function riskKnown({ risk }: VerdictFacts): VerdictRule {
  if (risk.kind === 'unknown')
    return {
      rule: 'risk',
      outcome: 'open',
      text: 'Without labels it is unknown how often the weak model fails where the strong one does not.',
    }
  const { labels, about, maxLoss, confidence, isPossible, labelsNeeded, weakLossShare } = risk
  const text = `On ${formatCount(labels)} labels the weak model loses ${formatPercent(weakLossShare)}`
  if (isPossible)
    return {
      rule: 'risk',
      outcome: 'for',
      text: `${text}. At this threshold at most ${formatPercent(maxLoss)} of ${populationLabels[about]} are lost, with ${formatPercent(confidence)} confidence.`,
    }
  const more =
    labelsNeeded === null
      ? 'The router does not separate the harmless requests, so more labels like these would not help.'
      : `About ${formatCount(labelsNeeded)} labels are needed to guarantee that.`
  return {
    rule: 'risk',
    outcome: 'against',
    text: `${text}. No threshold keeps the loss at ${formatPercent(maxLoss)} with ${formatPercent(confidence)} confidence. ${more}`,
  }
}

/** Whether the router finds the requests that the weak model loses, as far as labels show it. */
function routerOrder({ risk, router }: VerdictFacts, weak: string): VerdictRule[] {
  if (risk.kind === 'unknown' || risk.separation === null) return []
  const text = separationSentence(risk.separation, router, weak)
  if (text === undefined) {
    const { auc } = risk.separation
    return [
      {
        rule: 'router-order',
        outcome: 'for',
        text: `On the labels ${router} finds the prompts that ${weak} fails on better than chance and prompt length do (AUC ${formatFixed(auc, 2)}; 0.5 is chance).`,
      },
    ]
  }
  const outcome = risk.separation.kind === 'worse-than-chance' ? 'against' : 'open'
  return [{ rule: 'router-order', outcome, text }]
}
