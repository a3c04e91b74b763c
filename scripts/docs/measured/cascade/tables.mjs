// The tables of docs/cascade.md.
import { dollarsOf, priceRatios } from '../../../../benchmarks/cascade/dollars.mjs'
import { short, signed, table } from '../../markdown.mjs'

const names = { gsm8k: 'GSM8K', 'mmlu-pro': 'MMLU-Pro', 'cruxeval-o': 'CRUXEval-O', math: 'MATH, level 5' }
/** Task → least mean APGR, or least mean over the prompt-only router. */
const leastApgr = { gsm8k: 0.78 }
const leastGain = 0.03
const leastOfPair = -0.01
/** Seconds of a weak answer that is complete, of its first token, and of the strong model's first token. */
const seconds = { weakAnswer: 4, weakFirst: 0.4, strongFirst: 0.8 }

/** @param results contents of benchmarks/results/cascade.json */
export function cascadeMarkdown({ began, tasks }) {
  return [
    `**How well it orders answers.** APGR on rows that are not labels (1 recovers the whole gap, random is .500), means over the pairs of models and over 12 draws of labels. Prompt only is the router \`few_label\` on the same labels.`,
    orderTable(tasks),
    targetSentence(tasks),
    ...formSection(tasks),
    `**Dollars for equal quality**, per request in calls of the strong model, to recover a part of the gap: prompt-only routing → cascade. The cascade pays the weak call always.`,
    dollarsTable(tasks),
    `**Time to the first token** at 80 % of the gap. Assumed: the weak model's answer is complete after ${seconds.weakAnswer} s and begins after ${seconds.weakFirst} s, the strong model's begins after ${seconds.strongFirst} s. Without a verdict nothing streams, so each answer waits for the whole weak one.`,
    timeTable(tasks),
    `**Whether a request takes the cascade**, decided by its prompt. Cost per request in calls of the strong model, a wrong answer that the strong model would not have given being worth 1 / .3 calls; means over pairs and draws. The win rates of the prompt come from \`few_label\`.`,
    routesTable(tasks),
    `Each pair: mean ± standard deviation over draws; the interval is that of the mean difference to prompt-only, paired over draws (the draws share rows, so it is somewhat too narrow).`,
    pairsTable(tasks),
    `Measured ${began.slice(0, 10)} with benchmarks/cascade/cascade.mjs.`,
  ].join('\n\n')
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
const gainsOf = ({ pairs }) => pairs.map(({ cascadeMinus }) => cascadeMinus['prompt-only'].mean)
const apgrOf = ({ pairs }, name) => mean(pairs.map(({ routers }) => routers[name].apgr.mean))
const shareOf = (pair, name, recovered) =>
  pair.routers[name].shares.find((share) => share.recovered === recovered).strongCalls.mean

function orderTable(tasks) {
  return table(
    [
      'task',
      'pairs',
      'labels',
      '**cascade**',
      'prompt only',
      'length of the prompt',
      'length of the answer',
      'cascade minus prompt only',
      'lowest pair',
    ],
    tasks.map((task) => [
      names[task.task],
      task.pairs.length,
      task.pairs[0].labels,
      `**${short(apgrOf(task, 'cascade'))}**`,
      ...['prompt-only', 'length', 'answer length'].map((name) => short(apgrOf(task, name))),
      signed(mean(gainsOf(task))),
      signed(Math.min(...gainsOf(task))),
    ]),
  )
}

function targetSentence(tasks) {
  const all = tasks.flatMap(gainsOf)
  const lower = all.filter((gain) => gain < leastOfPair).length
  const verdict = (holds) => (holds ? 'reached' : '**not reached**')
  const own = tasks
    .filter(({ task }) => leastApgr[task] !== undefined)
    .map(
      (task) =>
        `${names[task.task]} ≥ ${short(leastApgr[task.task])}: ${verdict(apgrOf(task, 'cascade') >= leastApgr[task.task])}`,
    )
  const crux = tasks.find(({ task }) => task === 'cruxeval-o')
  return [
    `Targets: ${own.join('; ')}`,
    `mean over all ${all.length} pairs ≥ ${signed(leastGain)} over prompt only: ${verdict(mean(all) >= leastGain)} (${signed(mean(all))})`,
    ...(crux === undefined
      ? []
      : [`CRUXEval-O ≥ ${signed(leastGain)}: ${verdict(mean(gainsOf(crux)) >= leastGain)}`]),
    `no pair below ${signed(leastOfPair)}: ${verdict(lower === 0)}${lower === 0 ? '' : ` (${lower} of ${all.length})`}.`,
  ].join('; ')
}

function formSection(tasks) {
  const formed = tasks.filter(({ pairsOfForm }) => pairsOfForm?.length > 0)
  if (formed.length === 0) return []
  return [
    'Without the answers that lack the form that the prompt asks for, which alone tells that they are graded wrong:',
    table(
      [
        'task',
        'form',
        'pairs',
        'rows',
        '**cascade**',
        'prompt only',
        'cascade minus prompt only',
        'lowest pair',
      ],
      formed.map((task) => {
        const pairs = { pairs: task.pairsOfForm }
        return [
          names[task.task],
          task.form,
          task.pairsOfForm.length,
          `${Math.min(...task.pairsOfForm.map(({ rows }) => rows))} to ${Math.max(...task.pairsOfForm.map(({ rows }) => rows))}`,
          `**${short(apgrOf(pairs, 'cascade'))}**`,
          short(apgrOf(pairs, 'prompt-only')),
          signed(mean(gainsOf(pairs))),
          signed(Math.min(...gainsOf(pairs))),
        ]
      }),
      { leftColumns: 2 },
    ),
  ]
}

function dollarsTable(tasks) {
  const rows = tasks.flatMap((task) =>
    [0.5, 0.8, 0.95].map((recovered) => [
      names[task.task],
      `${100 * recovered} %`,
      ...priceRatios.map((ratio) => {
        const each = task.pairs.map((pair) =>
          dollarsOf(
            {
              cascade: shareOf(pair, 'cascade', recovered),
              promptOnly: shareOf(pair, 'prompt-only', recovered),
            },
            ratio,
          ),
        )
        const [alone, cascade] = ['prompt-only', 'cascade'].map((name) =>
          mean(each.map((dollars) => dollars[name])),
        )
        return `${alone.toFixed(2)} → ${cascade < alone ? `**${cascade.toFixed(2)}**` : cascade.toFixed(2)}`
      }),
    ]),
  )
  return table(['task', 'of the gap', ...priceRatios.map((ratio) => `prices 1 : ${ratio}`)], rows)
}

function timeTable(tasks) {
  const { weakAnswer, weakFirst, strongFirst } = seconds
  return table(
    [
      'task',
      'strong calls, prompt only',
      'escalated, cascade',
      'seconds, prompt only',
      'seconds, cascade',
      'added',
    ],
    tasks.map((task) => {
      const alone = mean(task.pairs.map((pair) => shareOf(pair, 'prompt-only', 0.8)))
      const escalated = mean(task.pairs.map((pair) => shareOf(pair, 'cascade', 0.8)))
      const before = alone * strongFirst + (1 - alone) * weakFirst
      const after = weakAnswer + escalated * strongFirst
      return [
        names[task.task],
        `${Math.round(100 * alone)} %`,
        `${Math.round(100 * escalated)} %`,
        before.toFixed(1),
        after.toFixed(1),
        (after - before).toFixed(1),
      ]
    }),
  )
}

function routesTable(tasks) {
  const pairs = tasks.flatMap((task) => task.pairs)
  return table(
    ['prices', 'prompt only', 'always the cascade', '**decided**', 'requests that take the cascade'],
    pairs[0].routes.map(({ ratio }, place) => {
      const of = (name) => mean(pairs.map(({ routes }) => routes[place][name].mean))
      return [
        `1 : ${ratio}`,
        of('prompt-only').toFixed(3),
        of('cascade').toFixed(3),
        `**${of('decided').toFixed(3)}**`,
        `${Math.round(100 * of('cascadeShare'))} %`,
      ]
    }),
  )
}

function pairsTable(tasks) {
  const apgr = ({ mean: value, deviation }) => `${short(value)} ± ${short(deviation)}`
  return table(
    ['task', 'weak', 'strong', 'gap', 'cascade', 'prompt only', 'length', 'difference (95 %)'],
    tasks.flatMap(({ task, pairs }) =>
      pairs.map(({ weak, strong, strongScore, weakScore, routers, cascadeMinus }) => {
        const { mean: gain, interval } = cascadeMinus['prompt-only']
        return [
          names[task],
          weak.replace(/^.*\//, ''),
          strong,
          short(strongScore - weakScore),
          apgr(routers.cascade.apgr),
          apgr(routers['prompt-only'].apgr),
          short(routers.length.apgr.mean),
          `${signed(gain)} (${signed(interval[0])} to ${signed(interval[1])})`,
        ]
      }),
    ),
    { leftColumns: 3 },
  )
}
