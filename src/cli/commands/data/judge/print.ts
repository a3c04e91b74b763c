import { formatFixed } from '../../../../base/text/format/format-number.ts'
import { formatDollars } from '../../../../jobs/chat/cost.ts'
import type { EndpointUsage } from '../../../../learning/labels/chat/chat-endpoint.ts'
import type { PairwiseReport, Share } from '../../../../learning/labels/judge/pairwise-report.ts'
import type { ScoreReport } from '../../../../learning/labels/judge/score-report.ts'

export function formatUsage(usage: EndpointUsage, model: string): string[] {
  const { replies, cachedReplies, repeated, inputTokens, outputTokens, paidUsd, cachedUsd, lostUsd } = usage
  const earlier =
    cachedUsd === null ? 'whose cost is unknown' : `that cost ${formatDollars(cachedUsd)} before`
  return [
    `Cost: ${paidUsd === null ? `unknown, as ${model} has no price (--price)` : formatDollars(paidUsd)} for ${replies} replies of ${model}, ${inputTokens} tokens in, ${outputTokens} out`,
    ...(cachedReplies > 0 ? [`  and ${cachedReplies} replies from the cache ${earlier}`] : []),
    ...(repeated > 0 ? [`  ${repeated} calls were repeated after a failure`] : []),
    ...(lostUsd > 0
      ? [`  up to ${formatDollars(lostUsd)} may have been paid for replies that never came`]
      : []),
  ]
}

export function formatPairwiseReport(report: PairwiseReport): string[] {
  const { pairs, judged, ties, identical, orderAgreement, positionBias, decidedByPosition, longerWins } =
    report
  return [
    `${judged} of ${pairs} pairs judged, ${ties} ties${identical > 0 ? ` (${identical} of answers of the same text)` : ''}${missing(report)}`,
    ...report.models.flatMap(
      ({ modelA, modelB, winsA, winsB, ties: even, winRateA, winRateInterval, lengthControlled }) => [
        `  ${modelA} against ${modelB}: ${winsA} won, ${winsB} lost, ${even} tied; win rate ${percent(winRateA)} (95 % ${range(winRateInterval)})`,
        lengthControlled === null
          ? '    at equal length: cannot be told from these lengths'
          : `    at equal length: ${percent(lengthControlled.winRate)} (95 % ${range(lengthControlled.interval)})${lengthControlled.isExtrapolated ? ', extrapolated: one model is always the longer one' : ''}`,
      ],
    ),
    shareLine('Both orders agree', orderAgreement, 'of samples'),
    shareLine('The answer shown first wins', positionBias, 'of verdicts; 50 % is no bias'),
    ...(decidedByPosition.first + decidedByPosition.second > 0
      ? [
          `  the place decided ${decidedByPosition.first + decidedByPosition.second} times (first ${decidedByPosition.first}, second ${decidedByPosition.second}); these are ties`,
        ]
      : []),
    shareLine('The longer answer wins', longerWins, 'of pairs with a winner; merit is in this too'),
  ]
}

export function formatScoreReport({ rows, models, lengthCorrelation }: ScoreReport): string[] {
  return [
    `${rows} rows`,
    ...models.map((model) => {
      const { mean, meanInterval } = model
      const interval =
        meanInterval === null
          ? ''
          : ` (95 % ${formatFixed(meanInterval[0], 3)} to ${formatFixed(meanInterval[1], 3)})`
      return `  ${model.model}: mean ${mean === null ? 'none' : `${formatFixed(mean, 3)}${interval}`} of ${model.scored} answers${missing(model)}`
    }),
    ...(lengthCorrelation === null
      ? []
      : [
          `Score and length within a prompt: correlation ${formatFixed(lengthCorrelation.correlation, 2)}${lengthCorrelation.interval === null ? '' : ` (95 % ${formatFixed(lengthCorrelation.interval[0], 2)} to ${formatFixed(lengthCorrelation.interval[1], 2)})`}; merit is in this too`,
        ]),
  ]
}

type Missing = { readonly unparsable: number; readonly refused: number; readonly overBudget: number }

function missing({ unparsable, refused, overBudget }: Missing): string {
  return [
    unparsable > 0 ? `, ${unparsable} unparsable` : '',
    refused > 0 ? `, ${refused} refused by the endpoint` : '',
    overBudget > 0 ? `, ${overBudget} left out at the cost cap` : '',
  ].join('')
}

function shareLine(what: string, share: Share, of: string): string {
  return share === null
    ? `${what}: nothing to tell from`
    : `${what}: ${percent(share.share)} (95 % ${range(share.interval)}) ${of}`
}

function percent(share: number): string {
  return `${formatFixed(100 * share, 1)} %`
}

function range([low, high]: readonly [number, number]): string {
  return `${formatFixed(100 * low, 1)} to ${formatFixed(100 * high, 1)} %`
}
