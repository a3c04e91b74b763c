// The table of docs/performance.md about second calls of late streams.
import { table } from './markdown.mjs'

/** @param results contents of benchmarks/results/stragglers.json */
export function stragglersMarkdown({ requests, seeds, promptTokens, replyTokens, prices, scenarios }) {
  const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = prices
  return [
    `Simulated: ${requests.toLocaleString('en')} requests for each of ${seeds} seeds, ${promptTokens.toLocaleString('en')} tokens of prompt and ${replyTokens} of reply at ${input} and ${output} USD per million. Seconds until the first byte: means over the seeds, in brackets their 95 % interval.`,
    ...scenarios.map(({ scenario, ways }) =>
      table(
        [scenario, 'p50', 'p95', 'p99', 'p99.9', 'second calls', 'times dollars'],
        ways.map(({ way, p50, p95, p99, p999, secondCallPercent, timesDollars }) => [
          way,
          p50.mean.toFixed(2),
          seconds(p95),
          seconds(p99),
          seconds(p999),
          `${secondCallPercent.mean.toFixed(1)} %`,
          timesDollars.mean.toFixed(3),
        ]),
      ),
    ),
  ].join('\n\n')
}

function seconds({ mean, interval: [low, high] }) {
  const digits = mean < 10 ? 2 : 1
  return `${mean.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`
}
