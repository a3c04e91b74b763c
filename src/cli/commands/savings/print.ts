import { formatGrams, formatLess, formatWattHours } from '../../../base/text/format/format-energy.ts'
import { formatFixed } from '../../../base/text/format/format-number.ts'
import type { EnergyEstimate } from '../../../gateway/energy/estimate-energy.ts'
import type { SavingsReport } from './savings.ts'

/** A report as lines of text. */
export function formatSavings(report: SavingsReport): string[] {
  const { since, requests, usd, savedInterval, fraction, fractionInterval, policies, energy, notes } = report
  const from = since === null ? 'in the store' : `since ${since.slice(0, 16).replace('T', ' ')} UTC`
  return [
    `${requests.counted.toLocaleString('en')} routed requests ${from}`,
    `baseline  ${formatUsd(usd.baseline)}${usd.warmCaches > 0 ? ` (warm caches make it ${formatUsd(usd.warmCaches)} cheaper)` : ''}`,
    `spent     ${formatUsd(usd.spent)}`,
    ...(usd.shadow > 0 ? [`shadow    ${formatUsd(usd.shadow)} for shadow calls and judges`] : []),
    ...(usd.routers > 0 ? [`routers   ${formatUsd(usd.routers)} for embeddings, at most`] : []),
    `saved     ${formatUsd(usd.saved)}${formatInterval(savedInterval, formatUsd)}`,
    ...(fraction === null
      ? []
      : [
          `          ${formatPercent(fraction)} of the baseline${formatInterval(fractionInterval, formatPercent)}`,
        ]),
    ...policies.map(
      ({ policy, baselines, requests: count, spentUsd, baselineUsd }) =>
        `  ${policy}: ${count.toLocaleString('en')} requests, ${formatUsd(spentUsd)} against ${formatUsd(baselineUsd)} of ${baselines.join(', ')}`,
    ),
    ...(energy === null ? [] : formatEnergy(energy)),
    ...notes,
  ]
}

function formatEnergy({ wattHours, gramsCo2, saved, outputTokens, ...rest }: EnergyEstimate): string[] {
  const { countedModels, uncounted, unknownBaselines, sources } = rest
  const { counted, all } = outputTokens
  const lines = [
    ...(saved === null
      ? []
      : [
          `${formatLess(saved.wattHours, formatWattHours)} than ${saved.baselines.join(', ')} alone would have used, and ${formatLess(saved.gramsCo2, formatGrams)} CO2`,
        ]),
    ...(unknownBaselines.length === 0
      ? []
      : [
          `not compared with ${unknownBaselines.join(', ')}, which ${unknownBaselines.length === 1 ? 'has' : 'have'} no \`energy\` in the configuration`,
        ]),
    ...(uncounted.length === 0
      ? []
      : [
          `not counted: ${formatPercent(1 - counted / all)} of the completion tokens, from ${uncounted.map(({ model }) => model).join(', ')}`,
        ]),
    ...(countedModels.length === 0 ? [] : sources),
  ]
  return [
    countedModels.length === 0
      ? 'energy    not known: no model that answered has `energy` in the configuration'
      : `energy    ${formatWattHours(wattHours)}, ${formatGrams(gramsCo2)} CO2`,
    ...lines.map((line) => `          ${line}`),
  ]
}

function formatInterval(
  interval: readonly [number, number] | null,
  format: (value: number) => string,
): string {
  return interval === null ? '' : ` (95 % interval: ${format(interval[0])} to ${format(interval[1])})`
}

function formatUsd(usd: number): string {
  const digits = Math.abs(usd) >= 1 || usd === 0 ? 2 : 6
  return `${usd < 0 ? '−' : ''}$${Math.abs(usd).toFixed(digits)}`
}

function formatPercent(fraction: number): string {
  return `${formatFixed(fraction * 100, 1)} %`
}
