import { formatFixed } from '../../../base/text/format/format-number.ts'
import type { Evaluation, RouterEvaluation } from '../evaluation.ts'
import type { EvaluationReport } from './report-sections.ts'
import { standingNote } from './router-standing.ts'

/** What the evaluation says, for a reader who does not know its measures. */
export type EvaluationVerdict = {
  /** The router with the highest APGR; null if there is none. */
  readonly router: string | null
  /** One to three sentences; the first is the answer. */
  readonly sentences: readonly string[]
}

/** Undefined for metrics of the reference, which have no intervals to judge by, and without routers. */
export function evaluationVerdict(report: EvaluationReport): EvaluationVerdict | undefined {
  const { strong, weak, routers, noIntervals } = report
  const best = bestRouter(report)
  if (noIntervals === 'reference-metrics' || best === undefined) return undefined
  if (noIntervals === 'gap-within-chance')
    return {
      router: best.name,
      sentences: [
        `These rows cannot say which router is better: the difference between ${strong.model} and ${weak.model} on them is within chance.`,
        'More rows are needed.',
      ],
    }
  if (noIntervals === 'gap-uncertain')
    return {
      router: best.name,
      sentences: [
        `These rows cannot say how much ${best.name} recovers of the difference between ${strong.model} and ${weak.model}: it is small and uncertain on them.`,
        'More rows are needed.',
      ],
    }
  const standing = standingNote(best, report)
  const better =
    best.name === 'length'
      ? `length orders these prompts better than chance.`
      : `${best.name} orders these prompts better than chance and better than their length does.`
  const first = routers.length === 1 ? [] : [`${best.name} is first of the ${routers.length} routers here.`]
  const isBetterThanChance = best.apgrInterval !== null && best.apgrInterval[0] > 0.5
  return {
    router: best.name,
    sentences: [standing ?? better, ...first, ...(isBetterThanChance ? costOfQuality(best, report) : [])],
  }
}

/** The router with the highest APGR. */
export function bestRouter({ routers }: Evaluation): RouterEvaluation | undefined {
  return routers.length === 0
    ? undefined
    : routers.reduce((one, other) => (other.apgr > one.apgr ? other : one))
}

/** What it takes to keep most of the strong model's advantage, and what that costs. */
function costOfQuality(best: RouterEvaluation, { strong, weak, costs }: EvaluationReport): string[] {
  const calls = best.cpt['80']
  const sentence = `To keep 80 % of what ${strong.model} adds over ${weak.model}, it sends ${formatFixed(calls, 0)} % of the prompts to ${strong.model}; a random choice would send 80 %.`
  const line = costs?.lines.find(({ name, gapPercent }) => name === best.name && gapPercent === 80)
  const alone = costs?.lines.find(({ name, gapPercent }) => name === strong.model && gapPercent === null)
  if (line === undefined || alone === undefined) return [sentence]
  if (line.usdPerQuery === 'unpriced' || alone.usdPerQuery === 'unpriced' || line.savingPercent === null)
    return [sentence]
  const saved = line.savingPercent
  return [
    sentence,
    `That costs ${formatPerThousand(line.usdPerQuery)} for 1,000 prompts instead of ${formatPerThousand(alone.usdPerQuery)}: ${Math.abs(saved).toFixed(0)} % ${saved < 0 ? 'more' : 'less'}.`,
  ]
}

/** Dollars of 1,000 queries. */
export function formatPerThousand(usdPerQuery: number): string {
  const usd = 1000 * usdPerQuery
  return `$${usd >= 0.1 || usd === 0 ? formatFixed(usd, 2) : usd.toPrecision(2)}`
}
