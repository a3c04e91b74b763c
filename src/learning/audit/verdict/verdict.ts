import { shownText } from '../../../base/text/display.ts'
import {
  formatCount,
  formatPercent,
  formatRange,
  formatRatio,
  formatUsd,
} from '../../../base/text/format/format-number.ts'
import type { ThresholdLine } from '../savings/threshold-lines.ts'
import type { AuditedPair, NoPair } from './audited-pair.ts'

/** Should you route at all? Each rule with the numbers that it looked at. */
export type AuditVerdict = {
  readonly answer: 'yes' | 'measure-first' | 'no' | 'unknown'
  readonly summary: string
  readonly rules: readonly VerdictRule[]
}

export type VerdictRule = {
  readonly rule: VerdictRuleName
  /** `against`: routing is advised against, or cannot be judged, for this reason alone. */
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

export type VerdictFacts = {
  readonly models: Pick<AuditedPair, 'kind' | 'strong' | 'weak' | 'priceRatio'> | NoPair
  /** Whether the weak model has a price. */
  readonly isWeakPriced: boolean
  readonly routable: number
  readonly routedRequests: number
  readonly routedPaidUsd: number
  readonly paidUsd: number
  /** At the chosen threshold; undefined where there is none because the labels support no threshold. */
  readonly chosen: Pick<ThresholdLine, 'threshold' | 'savedUsd' | 'savedUsdInterval' | 'savedShare'>
  /** Months in the log; null where it has no times, or spans less than a day. */
  readonly months: number | null
  /** Dollars a month below which nobody should bother. */
  readonly worthUsdPerMonth: number
  readonly risk:
    | { readonly kind: 'unknown' }
    | {
        readonly kind: 'measured'
        readonly labels: number
        readonly maxLoss: number
        readonly confidence: number
        readonly isPossible: boolean
        readonly labelsNeeded: number | null
        readonly weakLossShare: number
      }
}

/** The limits of the rules; docs/adopting.md says why they are where they are. */
export const verdictLimits = {
  requests: 100,
  paidShare: 0.1,
  priceRatio: 2,
} as const

/**
 * The verdict by fixed rules. No price of the weak model: unknown. Any rule against: no. All for, and labels that
 * support the guarantee: yes. All for without labels: measure first.
 */
export function verdictOf(facts: VerdictFacts): AuditVerdict {
  const { models } = facts
  if (models.kind === 'no-prices')
    return cannotSay(
      'No model of the log has a price, so nothing can be said of a saving. Give prices: --prices.',
    )
  if (models.kind === 'no-cheaper-model') return withoutWeakModel(models)
  const names = { strong: shownText(models.strong), weak: shownText(models.weak) }
  if (!facts.isWeakPriced)
    return cannotSay(
      `The weak model ${names.weak} has no price, so nothing can be said of a saving. Give prices: --prices.`,
    )
  const rules = [
    enoughRequests(facts),
    moneyToRoute(facts, names.weak),
    priceGap(models.priceRatio, names),
    savingClear(facts),
    worthIt(facts),
    riskKnown(facts),
  ]
  const against = rules.filter(({ outcome }) => outcome === 'against')
  const saving = `${formatUsd(facts.chosen.savedUsd)}${facts.chosen.savedShare === null ? '' : ` (${formatPercent(facts.chosen.savedShare)} of what was paid)`}`
  if (against.length > 0)
    return { answer: 'no', summary: `Not worth routing. ${against.map(({ text }) => text).join(' ')}`, rules }
  if (facts.risk.kind === 'unknown')
    return {
      answer: 'measure-first',
      summary: `It would have saved ${saving}; what it risks is unknown without labels. Label a few hundred prompts, then decide.`,
      rules,
    }
  return {
    answer: 'yes',
    summary: `Route: it would have saved ${saving}, with at most ${formatPercent(facts.risk.maxLoss)} of the requests made worse (${formatPercent(facts.risk.confidence)} confidence).`,
    rules,
  }
}

function cannotSay(text: string): AuditVerdict {
  return { answer: 'unknown', summary: text, rules: [{ rule: 'prices-known', outcome: 'open', text }] }
}

function withoutWeakModel({ strong, isCheap }: NoPair & { kind: 'no-cheaper-model' }): AuditVerdict {
  const name = shownText(strong)
  if (!isCheap)
    return cannotSay(
      `No model cheaper than ${name} is known here; name one with --weak-model (and --prices).`,
    )
  const text = `The dearest model of the log, ${name}, is a cheap one already.`
  return {
    answer: 'no',
    summary: `Not worth routing. ${text}`,
    rules: [{ rule: 'money-to-route', outcome: 'against', text }],
  }
}

function enoughRequests({ routable }: VerdictFacts): VerdictRule {
  const { requests } = verdictLimits
  const text = `${formatCount(routable)} requests that a router could decide on`
  return routable >= requests
    ? { rule: 'enough-requests', outcome: 'for', text: `${text}: enough to look at.` }
    : {
        rule: 'enough-requests',
        outcome: 'against',
        text: `${text}, and fewer than ${requests} say too little.`,
      }
}

function moneyToRoute({ routedPaidUsd, paidUsd, routedRequests }: VerdictFacts, weak: string): VerdictRule {
  const share = paidUsd === 0 ? 0 : routedPaidUsd / paidUsd
  const text =
    routedRequests === 0
      ? `No request was answered by a model dearer than ${weak}: the log is already cheap.`
      : `${formatPercent(share)} of what was paid went to models dearer than ${weak}`
  if (share >= verdictLimits.paidShare) return { rule: 'money-to-route', outcome: 'for', text: `${text}.` }
  return {
    rule: 'money-to-route',
    outcome: 'against',
    text:
      routedRequests === 0
        ? text
        : `${text}, and below ${formatPercent(verdictLimits.paidShare)} the log is already cheap.`,
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
  const text = `${strong} costs ${formatRatio(priceRatio)} times what ${weak} does on these tokens`
  return priceRatio >= verdictLimits.priceRatio
    ? { rule: 'price-gap', outcome: 'for', text: `${text}.` }
    : {
        rule: 'price-gap',
        outcome: 'against',
        text: `${text}; below ${verdictLimits.priceRatio} times the gap is too small.`,
      }
}

function savingClear({ chosen, routedRequests }: VerdictFacts): VerdictRule {
  const text = `The saving at threshold ${chosen.threshold} is ${formatUsd(chosen.savedUsd)}, 95 % interval ${formatRange(chosen.savedUsdInterval, formatUsd)}`
  if (routedRequests === 0)
    return { rule: 'saving-clear', outcome: 'against', text: 'There is nothing to save.' }
  return chosen.savedUsdInterval[0] > 0
    ? { rule: 'saving-clear', outcome: 'for', text: `${text}.` }
    : { rule: 'saving-clear', outcome: 'against', text: `${text}, which does not leave 0 out.` }
}

function worthIt({ chosen, months, worthUsdPerMonth }: VerdictFacts): VerdictRule {
  if (months === null)
    return {
      rule: 'worth-it',
      outcome: 'open',
      text: 'The log has no times (or less than a day of them), so that dollars a month are not known.',
    }
  const [low, high] = [chosen.savedUsdInterval[0] / months, chosen.savedUsdInterval[1] / months]
  const text = `A month would save ${formatUsd(chosen.savedUsd / months)} (${formatRange([low, high], formatUsd)})`
  return high >= worthUsdPerMonth
    ? { rule: 'worth-it', outcome: 'for', text: `${text}.` }
    : {
        rule: 'worth-it',
        outcome: 'against',
        text: `${text}, less than the ${formatUsd(worthUsdPerMonth)} that are worth the work (--worth).`,
      }
}

function riskKnown({ risk }: VerdictFacts): VerdictRule {
  if (risk.kind === 'unknown')
    return {
      rule: 'risk',
      outcome: 'open',
      text: 'Without labels nobody knows how often the weak model would fail where the strong one did not.',
    }
  const { labels, maxLoss, confidence, isPossible, labelsNeeded, weakLossShare } = risk
  const text = `On ${formatCount(labels)} labels the weak model loses ${formatPercent(weakLossShare)}`
  if (isPossible)
    return {
      rule: 'risk',
      outcome: 'for',
      text: `${text}; with this threshold at most ${formatPercent(maxLoss)} of the requests are lost, with ${formatPercent(confidence)} confidence.`,
    }
  const more =
    labelsNeeded === null
      ? 'and the router does not tell which, so that no number of labels like these would do'
      : `and about ${formatCount(labelsNeeded)} labels are needed to promise that`
  return {
    rule: 'risk',
    outcome: 'against',
    text: `${text}; no threshold keeps the loss at ${formatPercent(maxLoss)} with ${formatPercent(confidence)} confidence, ${more}.`,
  }
}
