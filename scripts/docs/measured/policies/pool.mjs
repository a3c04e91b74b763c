// The tables of docs/routers/few_label.md about many models.
import { short, signed, table } from '../../markdown.mjs'

/** @param {any} results contents of benchmarks/results/pool.json */
export function poolMarkdown({ paretobandit, effort, tools }) {
  return [
    `**Dollars.** ParetoBandit's rows: ${paretobandit.labels} labels, the other ${Math.round(paretobandit.scored)} prompts with outcomes of all models scored, ${draws(paretobandit)}. ${modelsSentence(paretobandit)}`,
    dollars(paretobandit),
    ratios(paretobandit),
    chosenByLabels(paretobandit),
    `**Effort.** LiveCodeBench, ${effort[0].labels} labels, the other ${effort[0].prompts - effort[0].labels} problems scored, ${draws(effort[0])}. Low against high effort; APGR, 0.5 is random.`,
    gaps(effort),
    ceilings(effort),
    ...(tools === undefined ? [] : toolCalls(tools)),
  ].join('\n\n')
}

function ceilings(effort) {
  const sentences = effort.map(
    ({ weak, ceilings: { strongBetter, weakBetter } }) =>
      `${weak.model.replace(/ \(.*/, '')} ${percent(strongBetter)} and ${percent(weakBetter)}`,
  )
  return [
    `High effort passes where low effort fails, and fails where it passes, in this part of all ${effort[0].prompts} problems: ${sentences.join(', ')}. What rankings by things that no router knows have more in APGR than prompt length, on all of them:`,
    table(
      ['problems ranked by', ...effort.map(({ weak }) => weak.model.replace(/ \(.*/, ''))],
      effort[0].ceilings.rankings.map(({ name }, place) => [
        name,
        ...effort.map(({ ceilings: { rankings } }) => {
          const { overLength, overLengthInterval } = rankings[place]
          return `${signed(overLength)} (${range(overLengthInterval, signed)})`
        }),
      ]),
    ),
  ].join('\n\n')
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`
}

/** What the tools add to the router, paired. */
function toolDifferences(all) {
  const names = Object.keys(all[0].apgr).filter((name) => name.startsWith('few_label with'))
  return table(
    ['APGR above `few_label` without the tools (95 %)', ...names],
    all.map(({ weak, strong, apgr }) => [
      `${weak.model}, ${strong.model}`,
      ...names.map(
        (name) => `${signed(apgr[name].overFewLabel)} (${range(apgr[name].overFewLabelInterval, signed)})`,
      ),
    ]),
  )
}

function toolCalls(tools) {
  return [
    `**Tool calls.** BFCL, ${tools.gaps[0].labels} labels, the other ${tools.gaps[0].prompts - tools.gaps[0].labels} prompts scored, ${draws(tools.gaps[0])}. A gateway knows how many tools a request has and how long they are; the last two columns give both to the router.`,
    gaps(tools.gaps),
    toolDifferences(tools.gaps),
    `Five of these models by list prices of 2024, a token taken for four characters and a call for 60 tokens of output. ${modelsSentence(tools.pool)}`,
    dollars(tools.pool),
  ]
}

function draws({ draws: count }) {
  return `mean over ${count} draws`
}

function modelsSentence({ models }) {
  const shown = models
    .toSorted((one, other) => one.usd - other.usd)
    .map(({ model, score, usd }) => `${model} ${short(score)} for ${perThousand(usd)}`)
  return `Mean score and dollars per 1,000 requests of each model: ${shown.join(', ')}.`
}

function dollars({ policies }) {
  return table(
    [
      'dollars per 1,000 requests',
      'for 95 % of the best model’s score',
      'for 99 %',
      'RouterArena’s score',
      'AIQ',
    ],
    policies.map(({ name, usd95, usd99, routerArena, aiq }) => [
      name,
      `${perThousand(usd95.mean)} (${range(usd95.interval, perThousand)})`,
      `${perThousand(usd99.mean)} (${range(usd99.interval, perThousand)})`,
      `${routerArena.mean.toFixed(2)} (${range(routerArena.interval, (value) => value.toFixed(2))})`,
      `${short(aiq.mean)} (${range(aiq.interval, short)})`,
    ]),
  )
}

function ratios({ ratios: all }) {
  const rows = [...new Set(all.map(({ one, other }) => JSON.stringify([one, other])))].map((pair) => {
    const [one, other] = JSON.parse(pair)
    const of = (statistic) =>
      all.find((each) => each.one === one && each.other === other && each.statistic === statistic)
    const cells = ({ ratio, interval, medianOfDraws, drawsAtMost }) => [
      `${ratio.toFixed(2)} (${range(interval, (value) => value.toFixed(2))})`,
      `${medianOfDraws.toFixed(2)}, ${drawsAtMost}`,
    ]
    return [one, other, ...cells(of('usd95')), ...cells(of('usd99'))]
  })
  return table(
    [
      'dollars of',
      'divided by those of',
      'for 95 %',
      'median, draws of at most 1',
      'for 99 %',
      'median, draws of at most 1',
    ],
    rows,
    { leftColumns: 2 },
  )
}

function chosenByLabels({ chosenByLabels: all }) {
  const rows = all.map(({ name, share, reached, usd, missed }) => [
    name,
    `${100 * share} %`,
    `${(100 * reached).toFixed(1)} %`,
    perThousand(usd),
    `${Math.round(100 * missed)} %`,
  ])
  return [
    'The same with the tolerance or weight that is cheapest on the left-out labels, without a margin: what it then reaches on the other prompts.',
    table(['', 'asked', 'reached on average', 'dollars per 1,000 requests', 'draws that reach less'], rows),
  ].join('\n\n')
}

function gaps(all) {
  const names = Object.keys(all[0].apgr)
  return table(
    ['APGR (95 % interval)', ...names, '`few_label` minus length'],
    all.map(({ weak, strong, apgr }) => [
      `${weak.model} ${short(weak.score)}, ${strong.model} ${short(strong.score)}`,
      ...names.map((name) => `${short(apgr[name].mean)} (${range(apgr[name].interval, short)})`),
      `${signed(apgr.few_label.overLength)} (${range(apgr.few_label.overLengthInterval, signed)})`,
    ]),
  )
}

function range([low, high], format) {
  return `${low === null ? 'never' : format(low)} to ${high === null ? 'never' : format(high)}`
}

/** Dollars per 1,000 requests. */
function perThousand(usd) {
  return usd === null ? 'never' : `$${Number((1000 * usd).toPrecision(3))}`
}
