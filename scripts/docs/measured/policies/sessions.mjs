// The tables of docs/sessions.md.
import { table } from '../../markdown.mjs'

/** @param results contents of benchmarks/results/sessions.json */
export function sessionsMarkdown({ seeds, conversations, rows }) {
  const profiles = [...new Set(rows.map(({ profile }) => profile))]
  return [
    `Means over ${seeds} seeds of ${conversations} conversations each, with 95 % intervals. Prices are input and output dollars per million tokens of the two models, and what a cache write costs as a multiple of the input price; reads cost .1.`,
    ...profiles.flatMap((profile) => [`**${titleOf(profile, rows)}**`, profileTable(profile, rows)]),
  ].join('\n\n')
}

function titleOf(profile, rows) {
  const { requests } = rows.find((row) => row.profile === profile)
  return `${profile[0].toUpperCase()}${profile.slice(1)}, ${requests.mean.toFixed(0)} requests per conversation`
}

function profileTable(profile, rows) {
  return table(
    [
      'prices',
      'strategy',
      'dollars',
      'of each request alone',
      'hard turns at the strong model',
      'against each turn alone, with as many hard turns',
      'switches',
      'in tool loops',
    ],
    rows
      .filter((row) => row.profile === profile)
      .map((row) => [
        row.prices,
        row.strategy === 'sessions' ? '**sessions**' : row.strategy,
        `${row.usd.mean.toFixed(3)} (${row.usd.low.toFixed(3)} to ${row.usd.high.toFixed(3)})`,
        `${percent(row.usdAgainstAlone.mean)} %`,
        `${percent(row.hardTurnsByStrong.mean)} %`,
        `${row.usdAgainstTurns.mean.toFixed(2)} (${row.usdAgainstTurns.low.toFixed(2)} to ${row.usdAgainstTurns.high.toFixed(2)})`,
        row.switches.mean.toFixed(1),
        row.switchesInLoops.mean.toFixed(1),
      ]),
    { leftColumns: 2 },
  )
}

function percent(share) {
  return (100 * share).toFixed(0)
}
