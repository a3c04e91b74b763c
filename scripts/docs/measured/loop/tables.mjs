// The tables of the simulated months in docs/loop.md.
import { table } from '../../markdown.mjs'

const names = {
  loop: 'the loop, with its labels',
  builtin: 'built-in router, frozen',
  length: 'by length, frozen',
  random: 'at random, frozen',
  strong: 'always the strong model',
  weak: 'always the weak model',
}

/** @param results contents of benchmarks/results/loop.json */
export function monthsMarkdown({ drifting, steady }) {
  return [
    `${drifting.months} months in which the work changes. Dollars are percent of what the strong model alone costs; lost are requests that the weak model got and failed, and the strong one did not:`,
    policiesTable(drifting),
    `Against the frozen router the loop costs ${interval(drifting.lessThanFrozen.usd)} points of dollars, and its quality differs by ${interval(drifting.lessThanFrozen.quality)} points (means and 95 % intervals over the months). **At equal quality**, that is against a policy whose threshold is the best for the whole month in hindsight and gives the loop's quality, it costs:`,
    table(
      ['in place of', 'points of dollars', 'cheaper in'],
      Object.entries(drifting.atEqualQuality).map(([name, figure]) => [
        names[name].replace(', frozen', ''),
        interval(figure),
        `${figure.months} of ${drifting.months} months`,
      ]),
    ),
    `Labels are ${percent(drifting.labelUsd)} of the dollars.${steady === undefined ? '' : ` If nothing changes (${steady.months} months), the loop costs ${interval(steady.lessThanFrozen.usd)} points, and its quality differs by ${interval(steady.lessThanFrozen.quality)}; at equal quality ${interval(steady.atEqualQuality.builtin)}. It is promoted ${steady.promotions.length} times in ${steady.attempts} attempts.`}`,
  ].join('\n\n')
}

/** @param results contents of benchmarks/results/loop.json */
export function monthPromotionsMarkdown(results) {
  const kinds = {
    drifting: 'the work changes',
    steady: 'nothing changes',
    poisoned: '5 % of the feedback hostile, keys not trusted',
    'poisoned by trusted keys': '5 % of the feedback hostile, from trusted keys',
  }
  return [
    'Promotions, and those that are wrong: worse by more than the margin on all traffic, or dearer though the router before kept the promise. On the days that the labels are from it is a wrong decision; on the week after, the work may have changed meanwhile:',
    table(
      [
        'months',
        'attempts',
        'promotions',
        'months with a wrong one',
        'with one that is wrong a week later',
        'worst quality',
      ],
      Object.entries(kinds)
        .filter(([name]) => results[name] !== undefined)
        .map(([name, title]) => promotionRow(`${results[name].months}: ${title}`, results[name])),
    ),
  ].join('\n\n')
}

/** @param results contents of benchmarks/results/loop.json */
export function attacksMarkdown(results) {
  const kinds = ['poisoned', 'poisoned by trusted keys'].flatMap((name) => results[name] ?? [])
  const rows = kinds.flatMap(({ attacks, promotions }) =>
    Object.entries(attacks).map(([attack, months]) => {
      const those = promotions.filter((each) => each.attack === attack)
      const mean = (of) => those.reduce((sum, { before }) => sum + of(before), 0) / those.length
      return [
        attack,
        months,
        those.length,
        those.filter(({ wrongBefore }) => wrongBefore).length,
        those.length === 0 ? '' : points(mean(({ quality }) => quality)),
        those.length === 0 ? '' : points(Math.min(...those.map(({ before }) => before.quality))),
        those.length === 0 ? '' : percent(mean(({ lost }) => lost)),
      ]
    }),
  )
  return table(
    ['attack', 'months', 'promotions', 'wrong', 'mean quality', 'worst quality', 'lost after them'],
    rows,
  )
}

function policiesTable({ policies }) {
  return table(
    ['', 'dollars', 'quality', 'lost', 'days with more than 5 % lost'],
    Object.entries(names).map(([name, title]) => {
      const { usd, quality, lost, broken } = policies[name]
      return [title, percent(usd), percent(quality), percent(lost), percent(broken)]
    }),
  )
}

function promotionRow(title, { months, attempts, promotions }) {
  const monthsWith = (holds) => {
    const count = new Set(promotions.filter(holds).map(({ seed }) => seed)).size
    return `${count} (at most ${percent(upperLimit(count, months))})`
  }
  return [
    title,
    attempts,
    promotions.length,
    monthsWith(({ wrongBefore }) => wrongBefore),
    monthsWith(({ wrongAfter }) => wrongAfter),
    promotions.length === 0 ? '' : points(Math.min(...promotions.map(({ before }) => before.quality))),
  ]
}

/** Clopper and Pearson's upper limit of a share, with 95 % confidence. */
function upperLimit(count, total) {
  if (count === total) return 1
  let [low, high] = [count / total, 1]
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2
    if (binomialTail(count, total, middle) > 0.05) low = middle
    else high = middle
  }
  return high
}

/** P(at most `count`). */
function binomialTail(count, total, share) {
  let term = (1 - share) ** total
  let sum = term
  for (let each = 1; each <= count; each++) {
    term *= ((total - each + 1) / each) * (share / (1 - share))
    sum += term
  }
  return sum
}

function interval({ value, interval: [low, high] }) {
  return `${points(value)} (${points(low)} to ${points(high)})`
}

function points(value) {
  return `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`
}

function percent(value) {
  return `${Number((100 * value).toFixed(1))} %`
}
