// The result tables of README.md and docs/evaluation.md.
import { short, signed, table, titles } from '../markdown.mjs'

/** Published APGR (arXiv 2406.18665, tables 1 to 3): trained on arena battles alone, and with the best added data. */
const paper = [
  { router: 'MF', mmlu: ['.524', '.597'], gsm8k: ['.475', '.565'], 'mt-bench': ['.580', '.802'] },
  { router: 'SW ranking', mmlu: ['.473', '.603'], gsm8k: ['.475', '.568'], 'mt-bench': ['.610', '.759'] },
  { router: 'BERT', mmlu: ['.502', '.572'], gsm8k: ['.438', '.531'], 'mt-bench': ['.391', '.751'] },
  { router: 'causal LLM', mmlu: ['.499', '.600'], gsm8k: ['.461', '.622'], 'mt-bench': ['.573', '.679'] },
]

/**
 * The results section of docs/evaluation.md.
 *
 * @param results contents of benchmarks/results/evaluation.json
 * @param reportMarkdown from src/learning/evaluation/reports/report-table.ts
 */
export function resultsMarkdown(results, reportMarkdown) {
  return [
    overviewMarkdown(results),
    ...results.evaluations.map((evaluation) => detail(evaluation, reportMarkdown)),
  ].join('\n\n')
}

/** The table of README.md: our routers by their mean APGR, the baselines, and the published routers. */
export function overviewMarkdown({ evaluations }) {
  const names = evaluations[0].routers.map(({ name }) => name)
  const meanApgr = (name) =>
    evaluations.reduce((sum, { routers }) => sum + routers.find((router) => router.name === name).apgr, 0)
  const ranked = names.toSorted((one, other) => meanApgr(other) - meanApgr(one))
  const cells = (pick) => evaluations.map((evaluation) => apgrText(pick(evaluation)))
  const published = (index) =>
    paper.map(({ router, ...apgr }) => [
      `*paper: ${router}, ${index === 0 ? 'arena data' : 'augmented'}*`,
      ...evaluations.map(({ benchmark }) => apgr[benchmark][index]),
    ])
  return table(
    ['APGR (95 % interval)', ...evaluations.map(({ benchmark }) => titles[benchmark])],
    [
      ...ranked.map((name) => [
        `**${name}**`,
        ...cells(({ routers }) => routers.find((router) => router.name === name)),
      ]),
      ['prompt length', ...cells(({ baselines }) => baselines.length)],
      ['random', ...cells(({ baselines }) => baselines.random)],
      ['answer oracle', ...cells(({ oracle }) => oracle)],
      ...published(0),
      ...published(1),
    ],
  )
}

function detail(evaluation, reportMarkdown) {
  const { benchmark, rows, strong, weak, comparisons, bootstrap } = evaluation
  const digits = evaluation.unit === 'percent' ? 2 : 3
  const beyond = comparisons.filter(
    ({ against, interval: [low, high] }) => against === 'length' && (low > 0 || high < 0),
  )
  const sentence =
    beyond.length === 0
      ? 'No router differs from prompt length by more than chance.'
      : `More than chance, against prompt length: ${beyond
          .map(({ router, apgrDifference }) => `${router} ${signed(apgrDifference)}`)
          .join(', ')}.`
  return [
    `### ${titles[benchmark]}`,
    `${rows.toLocaleString('en-US')} rows (${bootstrap.distinctPrompts.toLocaleString('en-US')} distinct prompts), ` +
      `strong ${strong.score.toFixed(digits)}, weak ${weak.score.toFixed(digits)}. ${sentence}`,
    `![Score against the share of strong calls on ${titles[benchmark]}](images/${benchmark}.svg)`,
    reportMarkdown(evaluation),
  ].join('\n\n')
}

function apgrText({ apgr, apgrInterval }) {
  const [low, high] = apgrInterval.map(short)
  return `${short(apgr)} (${low} to ${high})`
}
