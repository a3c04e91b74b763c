import { formatFixed } from '../../../base/text/format/format-number.ts'
import type { TextTable } from '../../../base/text/format/text-table.ts'
import type { CategoryReport } from '../category-report.ts'
import type { CommercialComparison } from '../costs/commercial.ts'
import type { CostReport } from '../costs/cost-report.ts'
import type { ResourceReport } from '../costs/resource-report.ts'
import type { Evaluation } from '../evaluation.ts'
import type { OperatingPoint } from '../metrics/gap-points.ts'

/** An evaluation with what else was asked for: what `routellm evaluate --json` prints. */
export type EvaluationReport = Evaluation & {
  /** On MT-Bench, if the data folder has the services' answers. */
  readonly commercial?: CommercialComparison
  /** With `--costs`, or if both models are in the installed list of prices. */
  readonly costs?: CostReport
  /** If the rows have at least two categories. */
  readonly categories?: CategoryReport
  /** With `--energy`. */
  readonly energy?: ResourceReport
  /** With `--latency`. */
  readonly latency?: ResourceReport
}

/** One of these additions as a table. */
export type ReportSection = {
  readonly title: string
  readonly table: TextTable
  readonly notes: readonly string[]
}

/** The additions in this order: categories, commercial routers, dollars, watt-hours, milliseconds. */
export function reportSections(report: EvaluationReport): ReportSection[] {
  const { categories, commercial, costs, energy, latency } = report
  return [
    ...(categories === undefined ? [] : [categorySection(categories, report)]),
    ...(commercial === undefined ? [] : [commercialSection(commercial)]),
    ...(costs === undefined ? [] : [costSection(costs)]),
    ...(energy === undefined ? [] : [resourceSection('Energy', 'watt-hours', energy)]),
    ...(latency === undefined ? [] : [resourceSection('Latency', 'milliseconds', latency)]),
  ]
}

export const categoriesTitle = 'Categories'

/** More categories than anybody reads are added up. */
const mostCategories = 30

function categorySection(
  { router, gapPercent, lines }: CategoryReport,
  { strong, weak }: EvaluationReport,
): ReportSection {
  const left = lines.length - mostCategories
  return {
    title: categoriesTitle,
    table: {
      headings: ['category', 'to strong', 'routed', weak.model, strong.model, 'rows'],
      rows: lines
        .slice(0, mostCategories)
        .map((line) => [
          line.category,
          `${formatFixed(line.strongCallPercent, 0)} %`,
          formatFixed(line.score, 2),
          formatFixed(line.weakScore, 2),
          formatFixed(line.strongScore, 2),
          line.rows.toLocaleString('en-US'),
        ]),
    },
    notes: [
      `Mean scores of each model alone; to strong and routed: the share of prompts that ${router} sends to ${strong.model} where it keeps ${gapPercent} % of the gap, and the score with it.`,
      ...(left > 0 ? [`${left} smaller categories are left out.`] : []),
    ],
  }
}

function commercialSection({ note, services }: CommercialComparison): ReportSection {
  const routers = services[0]?.atEqualScore.map(({ router }) => router) ?? []
  return {
    title: 'Commercial routers, and the share of strong calls at which a router here reaches their score',
    table: {
      headings: ['service', 'score', 'its strong calls', ...routers],
      rows: services.map(({ name, score, strongCalls, atEqualScore }) => [
        name,
        formatFixed(score, 3),
        strongCalls.kind === 'counted'
          ? `${formatFixed(strongCalls.percent, 1)} % counted`
          : `${strongCalls.percent} % estimated`,
        ...atEqualScore.map(({ strongCallPercent: percent }) =>
          percent === null ? 'never' : `${formatFixed(percent, 1)} %`,
        ),
      ]),
    },
    notes: [
      note,
      ...services.map(({ name, strongModel, weakModel, scoreOnAll, strongCalls }) => {
        const calls =
          strongCalls.kind === 'counted'
            ? `strong calls counted by the models its answers name (upstream states ${strongCalls.publishedPercent} %)`
            : `strong calls are ${strongCalls.reason}`
        return `${name} routes to ${strongModel} and ${weakModel}, ${formatFixed(scoreOnAll, 3)} over all 80 questions; ${calls}.`
      }),
    ],
  }
}

function costSection({ prices, tokens, unpriced, costFloor, exponent, lines }: CostReport): ReportSection {
  return {
    title: 'Cost',
    table: {
      headings: ['', 'to strong', 'USD per query', 'saved', 'quality-cost', 'benefit-cost'],
      rows: lines.map((line) => [
        lineName(line),
        `${formatFixed(line.strongCallPercent, 1)} %`,
        line.usdPerQuery === 'unpriced' ? 'unpriced' : `$${short(line.usdPerQuery)}`,
        line.savingPercent === null ? '–' : `${formatFixed(line.savingPercent, 1)} %`,
        line.qualityCostRatio === null ? '–' : short(line.qualityCostRatio),
        line.benefitCostRatio === null ? '–' : formatFixed(line.benefitCostRatio, 2),
      ]),
    },
    notes: [
      `Prices for ${prices.asOf}, from ${prices.source}.`,
      ...(unpriced.length === 0
        ? []
        : [`No price is known for ${unpriced.join(' and ')}: name it in a file, --costs prices.json.`]),
      ...(tokens.kind === 'estimated' ? [tokens.note] : ['Tokens are those of the file.']),
      'at 20 %: where it keeps 20 % of the gap. to strong: share of prompts sent to the strong model.',
      'saved: against the strong model alone. quality-cost: score per dollar of 1,000 queries.',
      `benefit-cost: share of the gap / max(share of the extra cost, ${costFloor})^${exponent}; random routing has about 1.`,
    ],
  }
}

function resourceSection(title: string, unitName: string, report: ResourceReport): ReportSection {
  const { unit, source, tokens, unknown, lines } = report
  return {
    title,
    table: {
      headings: ['', 'to strong', `${unit} per query`, `score per ${unit}`],
      rows: lines.map((line) => [
        lineName(line),
        `${formatFixed(line.strongCallPercent, 1)} %`,
        line.perQuery === null ? 'unknown' : short(line.perQuery),
        line.scorePerUnit === null ? '–' : short(line.scorePerUnit),
      ]),
    },
    notes: [
      `Source of the ${unitName}: ${source}.`,
      ...(unknown.length === 0 ? [] : [`No figure is given for ${unknown.join(' and ')}.`]),
      ...(tokens?.kind === 'estimated' ? [tokens.note] : []),
    ],
  }
}

function lineName({ name, gapPercent }: OperatingPoint): string {
  return gapPercent === null ? `${name} alone` : `${name} at ${gapPercent} %`
}

function short(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(4)))
}
