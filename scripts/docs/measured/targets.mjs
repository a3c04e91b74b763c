// The table of docs/targets.md: the targets, and what was measured.
import { short, signed, table, titles } from '../markdown.mjs'
import {
  askedFitSeconds,
  askedMilliseconds,
  askedOnBenchmarks,
  askedOnEverydayPrompts,
  differenceText,
  figureText,
  routerTitle,
} from './asked.mjs'
import { pseudoDomainRows } from './pseudo-domain-targets.mjs'

/** @param results name of a file of benchmarks/results/ without `.json` → its contents */
export function targetsMarkdown(results) {
  const rows = [
    ...everydayRows(results.everyday, results['builtin-quality']),
    ...builtinRows(results.evaluation),
    ...ownRows(results['own-labels']),
    ...pseudoRows(results['pseudo-domains'], results['pseudo-domains-before']),
    ...guaranteeRows(results.guarantee),
    ...speedRows(results['router-speed']),
    ...trainingRows(results['own-labels'], results['mf-training']),
    ...auditRows(results.audit),
    ...transformerRows(results.transformers),
  ]
  return table(
    ['what', 'target', 'measured', ''],
    rows.map(([what, target, measured, isMet]) => [what, target, measured, isMet ? 'met' : '**missed**']),
  )
}

function everydayRows(everyday, { benchmarks }) {
  const rows = [...askedOnEverydayPrompts(everyday), ...askedOnBenchmarks(benchmarks)]
  return rows.map(({ what, router, asked, isMet, figures }) => [
    `${routerTitle(router)}, ${what}`,
    asked,
    asked.includes('length') ? differenceText(figures[router].minus.length) : figureText(figures[router]),
    isMet,
  ])
}

function speedRows({ characters, decisions, fit }) {
  const named = { mf: 'built-in', few_label: '`few_label`', 'encoder tier': 'encoder tier' }
  return [
    ...Object.entries(decisions).flatMap(([router, { p50Ms, p99Ms }]) =>
      Object.entries(askedMilliseconds[router]).map(([quantile, limit]) =>
        atMost(
          `${named[router]}: one decision, ${characters.toLocaleString('en-US')} characters, ${quantile}, ms`,
          limit,
          quantile === 'p50' ? p50Ms : p99Ms,
        ),
      ),
    ),
    atMost(
      `\`few_label\`, ${fit.labels} labels and ${fit.prompts.toLocaleString('en-US')} prompts: training, s of one processor`,
      askedFitSeconds,
      fit.cpuSeconds,
    ),
  ]
}

const builtinTargets = { mmlu: 0.586, gsm8k: 0.6, 'mt-bench': 0.6 }

function builtinRows({ evaluations }) {
  return Object.entries(builtinTargets).flatMap(([benchmark, least]) => {
    const { routers, comparisons } = evaluations.find((one) => one.benchmark === benchmark)
    const { apgr, apgrInterval } = routers.find(({ name }) => name === 'mf')
    const { apgrDifference, interval } = comparisons.find(
      ({ router, against }) => router === 'mf' && against === 'length',
    )
    return [
      [
        `built-in, no labels, ${titles[benchmark]}: APGR`,
        `≥ ${short(least)}`,
        `${short(apgr)} (${range(apgrInterval, short)})`,
        apgr >= least,
      ],
      [
        `the same minus prompt length, paired`,
        'not significantly below',
        `${signed(apgrDifference)} (${range(interval, signed)})`,
        interval[1] >= 0,
      ],
    ]
  })
}

const ownTargets = [
  ['mmlu', 500, 0.63],
  ['mmlu', 1500, 0.66],
  ['gsm8k', 500, 0.66],
]

function ownRows({ benchmarks }) {
  const of = (benchmark, count) =>
    benchmarks.find((one) => one.benchmark === benchmark).labels.find(({ labels }) => labels === count)
  const quality = ownTargets.map(([benchmark, count, least]) => {
    const { draws, routers } = of(benchmark, count)
    const { mean, deviation } = routers.few_label.apgr
    return [
      `\`few_label\`, ${count.toLocaleString('en-US')} labels, ${titles[benchmark]}: mean APGR of ${draws} draws`,
      `≥ ${short(least)}`,
      `${short(mean)} ± ${short(deviation)}`,
      mean >= least,
    ]
  })
  const few = ['mmlu', 'gsm8k'].map((benchmark) => {
    const { draws, routers } = of(benchmark, 50)
    const { mean, interval } = routers.few_label.minusPrior
    return [
      `\`few_label\`, 50 labels, ${titles[benchmark]}, minus built-in, ${draws} draws`,
      'not significantly below',
      `${signed(mean)} (${range(interval, signed)})`,
      interval[1] >= 0,
    ]
  })
  return [...quality, ...few]
}

function pseudoRows(now, before) {
  return pseudoDomainRows(now, before).map(({ what, asked, measured, isMet }) => [
    what,
    asked,
    measured,
    isMet,
  ])
}

/**
 * The rows of labels of one's own, for docs/routers/README.md.
 *
 * @param results as of `targetsMarkdown`
 */
export function labelsMarkdown(results) {
  const rows = [
    ...ownRows(results['own-labels']),
    ...pseudoRows(results['pseudo-domains'], results['pseudo-domains-before']),
  ]
  return table(
    ['with labels of your own', 'asked', 'measured', ''],
    rows.map(([what, asked, measured, isMet]) => [what, asked, measured, isMet ? 'met' : '**missed**']),
  )
}

function guaranteeRows({ measurements }) {
  const worst = (of) => measurements.reduce((one, other) => (of(other) > of(one) ? other : one))
  const named = ({ router, benchmark, maxLoss }) => `${router}, ${titles[benchmark]}, ${maxLoss}`
  const onAll = worst(({ longRun }) => longRun.violations.share)
  const onNext = worst(({ nextRequests }) => nextRequests.violationsOnRest.share)
  const dearest = worst(({ longRun }) => longRun.timesDirect)
  return [
    [
      `guarantee at 95 %, ${measurements.length} settings: largest share of splits that exceed the loss, all rows`,
      '≤ 5 %',
      `${percent(onAll.longRun.violations.share)} (${named(onAll)})`,
      onAll.longRun.violations.share <= 0.05,
    ],
    [
      'the same with `--next-requests`, on the rows that were not drawn',
      '≤ 5 %',
      `${percent(onNext.nextRequests.violationsOnRest.share)} (${named(onNext)})`,
      onNext.nextRequests.violationsOnRest.share <= 0.05,
    ],
    [
      'its strong calls, times those of direct Clopper–Pearson, at most',
      '≤ 1.05',
      `${dearest.longRun.timesDirect.toFixed(2)} (${named(dearest)})`,
      dearest.longRun.timesDirect <= 1.05,
    ],
  ]
}

function trainingRows({ times }, mf) {
  return [
    atMost('`few_label`, 500 labels and 10,000 prompts: training, s of one processor', 2, times.trainSeconds),
    atMost('`few_label`: scoring a prompt, ms', 0.3, times.scoreMilliseconds),
    atMost(
      `\`mf\`, ${mf.battles.toLocaleString('en-US')} battles × ${mf.dimensions} dimensions, ${mf.epochs} epochs: s`,
      60,
      mf.seconds,
    ),
  ]
}

function auditRows({ logs }) {
  const of = (requests) => logs.find((log) => log.requests === requests)
  const [small, large] = [of(10_000), of(100_000)]
  return [
    atMost('`audit`, 100,000 requests: s', 60, large.seconds),
    [
      'its memory: peak for 100,000 requests, times that for 10,000',
      'constant',
      `${(large.peakMegabytes.median / small.peakMegabytes.median).toFixed(2)} (${large.peakMegabytes.median.toFixed(0)} and ${small.peakMegabytes.median.toFixed(0)} MB)`,
      large.peakMegabytes.median <= 1.5 * small.peakMegabytes.median,
    ],
  ]
}

function transformerRows({ models }) {
  const [base, small] = Object.values(models)
  const share = Math.min(
    ...[base, small].flatMap(({ float32 }) =>
      Object.values(float32.batches).map(({ shareOfMatmulRate }) => shareOfMatmulRate.median),
    ),
  )
  return [
    atMost('XLM-R base, int8, 32 tokens: p50, ms', 35, base.int8.milliseconds['32']),
    atMost('XLM-R base, int8, 128 tokens: p50, ms', 85, base.int8.milliseconds['128']),
    atMost('MiniLM, int8, 64 tokens: p50, ms', 8, small.int8.milliseconds['64']),
    ['batches in fp32, share of the measured matmul rate, least', '≥ 60 %', percent(share), share >= 0.6],
    ...[base.int8, base.float32].map(({ worstStallMs }, index) => [
      `worst stall of the event loop under 50 requests, XLM-R base, ${['int8', 'fp32'][index]}, ms`,
      '≤ 5',
      `${worstStallMs.under50Requests} (idle: ${worstStallMs.idle})`,
      worstStallMs.under50Requests <= 5,
    ]),
    [
      'XLM-R base, fp32: resident memory, MB',
      '≤ 600',
      `${base.float32.residentMegabytes.loaded}, ${base.float32.residentMegabytes.afterwards} after use`,
      base.float32.residentMegabytes.loaded <= 600,
    ],
  ]
}

function atMost(what, limit, { median, min, max }) {
  return [what, `≤ ${limit}`, `${median} (${min} to ${max})`, median <= limit]
}

function range([low, high], shown) {
  return `${shown(low)} to ${shown(high)}`
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`
}
