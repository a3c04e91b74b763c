// The tables of docs/policies.md about bandits.
import { table } from '../../markdown.mjs'

/** @param results contents of benchmarks/results/bandit.json */
export function banditMarkdown({ streams, requests, models, ceilings, changes }) {
  const usd = (dollars) => `$${(1000 * dollars).toFixed(2)}`
  const spread = ({ mean, deviation }) => `${mean.toFixed(3)} ± ${deviation.toFixed(3)}`
  // A 95 % interval of the mean, from its standard error.
  const gain = ({ mean, deviation }) => {
    const half = (1.96 * deviation) / Math.sqrt(streams)
    return `${mean < 0 ? '−' : '+'}${Math.abs(mean).toFixed(4)} ± ${half.toFixed(4)}`
  }
  return [
    `Means over ${streams} streams of ${requests.toLocaleString('en-US')} requests (± standard deviation between streams; of regret and gains the 95 % interval of the mean). A stream is all prompts of ParetoBandit's split \`test\` in random order, each once; the constants were chosen on its split \`val\`. Dollars are per 1,000 requests. Alone, ${models.map(({ name, score, usd: dollars }) => `${name.replace(/^.*\//, '')} scores ${score.toFixed(3)} for ${usd(dollars)}`).join(', ')}.`,
    table(
      [
        'ceiling',
        'score',
        'its second half',
        'regret',
        'over random',
        'over length',
        'dollars',
        'most',
        'streams above',
      ],
      ceilings.map((row) => [
        `${row.usdPerRequest === null ? 'none' : usd(row.usdPerRequest)}, ${row.name}`,
        spread(row.score),
        spread(row.laterScore),
        gain(row.regret),
        gain(row.overRandom),
        gain(row.overLength),
        usd(row.usd.mean),
        usd(row.mostUsd),
        row.aboveCeiling ?? '–',
      ]),
    ),
    'Regret: the score of the best model alone, or under a ceiling of the best random mixture of models within it, minus the score of the stream, its beginning included. Random and length give each model the same shares, at random or with the shortest prompts to the cheapest.',
    `A change: two passes, and for the second the best model and the worst one change places. Without a ceiling, mean score:`,
    table(
      ['', 'before the change', 'the first quarter after it', 'the last half after it'],
      changes.map(({ name, before, soon, late }) => [name, spread(before), spread(soon), spread(late)]),
    ),
  ].join('\n\n')
}
