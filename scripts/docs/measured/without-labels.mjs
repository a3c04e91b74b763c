// The tables of docs/routers/README.md and docs/routers/mf.md: routers that need no labels, beside prompt length, rules and the
// default of before.
import { short, table, titles } from '../markdown.mjs'
import {
  askedFitSeconds,
  askedMilliseconds,
  askedOnBenchmarks,
  askedOnEverydayPrompts,
  differenceText,
  figureText,
  rangeText,
  routerTitle,
} from './asked.mjs'

const others = ['old default', 'length', 'rules']

/**
 * @param everyday contents of benchmarks/results/everyday.json
 * @param quality contents of benchmarks/results/builtin-quality.json
 */
export function withoutLabelsMarkdown(everyday, quality) {
  const rows = [...askedOnEverydayPrompts(everyday), ...askedOnBenchmarks(quality.benchmarks)]
  return [
    table(
      ['prompts, router', 'asked', 'measured', '', ...others, ...others.map((other) => `minus ${other}`)],
      rows.map(askedRow),
    ),
    missedSentence(rows),
    ...(everyday.everyday_tiers === undefined
      ? []
      : [languagesTable('everyday tiers: AUC', everyday.everyday_tiers)]),
    ...(everyday.corpus === undefined
      ? []
      : [languagesTable('corpus, each language left out: AUC', everyday.corpus)]),
    ...(everyday.real === undefined
      ? []
      : [sharesTable(everyday.real), packagesTable(everyday.real.otherPackages)]),
  ].join('\n\n')
}

/**
 * The table of README.md: AUC of hard against easy prompts, a line for each data set.
 *
 * @param everyday contents of benchmarks/results/everyday.json
 */
export function everydayOverviewMarkdown(everyday) {
  const routers = ['mf', 'encoder tier', ...others].filter((router) =>
    Object.values(everyday).some(({ all }) => all.routers[router] !== undefined),
  )
  const lines = [
    ['hand-written prompts, length balanced', everyday.hand_written?.all],
    ['its training prompts, 5 folds by family', everyday.corpus?.all],
    ['everyday tiers', everyday.everyday_tiers?.all],
    ...Object.entries(everyday.real?.groups ?? {}).map(([band, group]) => [
      `real prompts, ${band} characters`,
      group,
    ]),
  ].filter(([, group]) => group !== undefined)
  return table(
    ['AUC (95 % interval)', ...routers.map(nameOf)],
    lines.map(([what, group]) => [
      what,
      ...routers.map((router) =>
        group.routers[router] === undefined ? '—' : figureText(group.routers[router]),
      ),
    ]),
  )
}

/** @param quality contents of benchmarks/results/builtin-quality.json */
export function builtinQualityMarkdown({ benchmarks }) {
  const names = Object.keys(benchmarks)
  if (names.length === 0) return ''
  const cells = (pick) => names.map((name) => pick(benchmarks[name].routers))
  const measured = Object.keys(benchmarks[names[0]].routers).filter(
    (router) => routerTitle(router) !== undefined,
  )
  return table(
    ['', ...names.map((name) => `${titles[name]} (${benchmarks[name].rows.toLocaleString('en-US')})`)],
    [
      ...Object.keys(benchmarks[names[0]].routers).map((router) => [
        nameOf(router),
        ...cells((routers) => figureText(routers[router])),
      ]),
      ...measured.flatMap((router) =>
        others.map((other) => [
          `${nameOf(router)} − ${other}, paired`,
          ...cells((routers) => differenceText(routers[router].minus[other])),
        ]),
      ),
    ],
  )
}

function nameOf(router) {
  const title = routerTitle(router)
  return title === undefined ? router : `**${title}**`
}

function askedRow({ what, router, asked, isMet, figures }) {
  const { minus } = figures[router]
  return [
    `${what}: ${nameOf(router)}`,
    asked,
    `**${figureText(figures[router])}**`,
    isMet ? 'met' : '**missed**',
    ...others.map((other) => (figures[other] === undefined ? '—' : short(figures[other].value))),
    ...others.map((other) => (minus[other] === undefined ? '—' : differenceText(minus[other]))),
  ]
}

function missedSentence(rows) {
  const missed = rows.filter(({ isMet }) => !isMet)
  if (missed.length === 0) return 'Every target is met.'
  return `**Targets missed:** ${missed.map(({ what, router }) => `${what.replace(/ \(.*\)$/, '')} (${routerTitle(router)})`).join('; ')}.`
}

/** Hard against easy prompts of each language. */
function languagesTable(title, { groups, all }) {
  const routers = Object.keys(all.routers)
  const mean = (router) =>
    Object.values(groups).reduce((sum, group) => sum + group.routers[router].value, 0) /
    Object.keys(groups).length
  return table(
    [title, 'hard, easy', ...routers.map(nameOf)],
    [
      ...Object.entries(groups).map(([language, group]) => [
        language,
        `${group.hard}, ${group.rows - group.hard}`,
        ...routers.map((router) => figureText(group.routers[router])),
      ]),
      ['mean of the languages', '', ...routers.map((router) => short(mean(router)))],
    ],
  )
}

/** AUC within each band of length. */
function packagesTable(bands) {
  const routers = Object.keys(Object.values(bands)[0])
  return table(
    ['real prompts: AUC of routers of other packages', ...Object.keys(bands)],
    routers.map((router) => [
      nameOf(router),
      ...Object.values(bands).map((figures) => figureText(figures[router])),
    ]),
  )
}

function sharesTable({ strongShares }) {
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(0)} %`
  return table(
    [
      'real prompts under 1,000 characters, sent to the strong model at the default threshold',
      'arena-hard',
      'lmsys',
    ],
    Object.entries(strongShares).map(([router, { hard, easy }]) => [
      nameOf(router),
      percent(hard),
      percent(easy),
    ]),
  )
}

/** @param speed contents of benchmarks/results/router-speed.json */
export function routerSpeedMarkdown(speed) {
  const { machine, characters, decisions, fit, began } = speed
  return [
    `${machine.processor}, ${machine.cores} shared cores (load ${machine.loadAverage.toFixed(1)} when it began), Node ${machine.node}, ${began.slice(0, 10)}. Medians (lowest to highest of ${fit.cpuSeconds.values.length} rounds).`,
    table(
      [
        `one decision, ${characters.toLocaleString('en-US')} characters: processor time`,
        ...['p50', 'asked', '', 'p99', 'asked', ''],
        ...['p50 on the clock', 'p99 on the clock'],
      ],
      Object.entries(decisions).map(([name, { p50Ms, p99Ms, clockP50Ms, clockP99Ms }]) => [
        name === 'mf' ? '**built-in**' : `**${name}**`,
        ...timed(p50Ms, askedMilliseconds[name].p50),
        ...timed(p99Ms, askedMilliseconds[name].p99),
        ...[clockP50Ms, clockP99Ms].map((spread) => `${rangeText(spread)} ms`),
      ]),
    ),
    `Training \`few_label\` on ${fit.labels} labels with ${fit.prompts.toLocaleString('en-US')} prompts of a log takes ${rangeText(fit.cpuSeconds)} s of processor time (asked: ≤ ${askedFitSeconds}; ${fit.cpuSeconds.median <= askedFitSeconds ? 'met' : '**missed**'}).`,
  ].join('\n\n')
}

function timed(spread, limit) {
  const measured = `${rangeText(spread)} ms`
  if (limit === undefined) return [measured, '', '']
  return [measured, `≤ ${limit} ms`, spread.median <= limit ? 'met' : '**missed**']
}
