import { textTable } from '../../../base/text/format/text-table.ts'
import type { PoolResult } from '../../../jobs/pool/job.ts'
import type { UsdForQuality } from '../../../learning/evaluation/pool/measure.ts'
import type { PoolReport } from '../../../learning/evaluation/pool/pool-report.ts'

/** The result of `routellm pool --outcomes`. */
export function formatMeasure({ prompts, models, best, policies }: PoolResult): string {
  const shares = policies[0]?.usdFor.map(({ share }) => share) ?? []
  const table = textTable({
    headings: ['', ...shares.map((share) => `$ for ${short(100 * share)} %`), 'best RouterArena', 'AIQ'],
    rows: policies.map(({ name, usdFor, routerArena, routerArenaInterval, aiq, aiqInterval }) => [
      name,
      ...usdFor.map(dollars),
      routerArena === null || routerArenaInterval === null
        ? '–'
        : `${routerArena.toFixed(2)} (${routerArenaInterval.map((end) => end.toFixed(2)).join(' to ')})`,
      `${short(aiq)} (${aiqInterval.map(short).join(' to ')})`,
    ]),
  })
  return [
    ...models.map(
      ({ model, score, usd }) => `${model}: ${short(score)} on average, $${short(usd)} per request`,
    ),
    '',
    table.heading,
    table.rule,
    ...table.lines,
    '',
    `${prompts} prompts. $ for 95 %: dollars per request at the cheapest setting, or mix of two settings, that reaches 95 % of the mean score of ${best}. 95 % bootstrap intervals over the prompts.`,
    'A setting is chosen with these prompts in sight, for all alike; one that was chosen on other prompts reaches a little less.',
  ].join('\n')
}

function dollars({ usd, interval: [low, high] }: UsdForQuality): string {
  const shown = (value: number | null) => (value === null ? 'never' : short(value))
  return `${shown(usd)} (${shown(low)} to ${shown(high)})`
}

/** The result of `routellm pool --points`. */
export function formatPoints({ minCostUsd, maxCostUsd, zeroRouter, members }: PoolReport): string {
  const { heading, rule, lines } = textTable({
    headings: ['', 'kind', 'points', 'AIQ', 'above zero router', 'best RouterArena'],
    rows: [
      ...members.map(({ name, kind, points, aiq, aiqAboveZeroRouter: above }) => {
        const arena = points.flatMap(({ routerArena }) => (routerArena === null ? [] : [routerArena]))
        return [
          name,
          kind,
          String(points.length),
          short(aiq),
          above === null ? '–' : signed(above),
          arena.length === 0 ? '–' : Math.max(...arena).toFixed(2),
        ]
      }),
      ...(zeroRouter === null
        ? []
        : [
            ['zero router', 'mix of models', String(zeroRouter.hull.length), short(zeroRouter.aiq), '–', '–'],
          ]),
    ],
  })
  return [
    heading,
    rule,
    ...lines,
    '',
    `AIQ: mean quality of the non-decreasing hull from $${minCostUsd} to $${maxCostUsd} per query; below its cheapest point it counts as 0.`,
    'zero router: the hull of the single models, which mixing them at random reaches. A useful router is above it.',
  ].join('\n')
}

/** A difference; what is left of rounding is none. */
function signed(value: number): string {
  const rounded = Math.abs(value) < 1e-12 ? 0 : value
  return `${rounded < 0 ? '−' : '+'}${short(Math.abs(rounded))}`
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}
