// The result tables of README.md and docs/evaluation.md, made of benchmarks/results/evaluation.json. A test holds the page to them.

/** APGR as published (arXiv 2406.18665, tables 1 to 3): trained on arena battles alone, and with the data added that helped most. */
const paper = [
  { router: 'MF', mmlu: ['.524', '.597'], gsm8k: ['.475', '.565'], 'mt-bench': ['.580', '.802'] },
  { router: 'SW ranking', mmlu: ['.473', '.603'], gsm8k: ['.475', '.568'], 'mt-bench': ['.610', '.759'] },
  { router: 'BERT', mmlu: ['.502', '.572'], gsm8k: ['.438', '.531'], 'mt-bench': ['.391', '.751'] },
  { router: 'causal LLM', mmlu: ['.499', '.600'], gsm8k: ['.461', '.622'], 'mt-bench': ['.573', '.679'] },
]

export const titles = { mmlu: 'MMLU', gsm8k: 'GSM8K', 'mt-bench': 'MT-Bench' }

export const resultMarkers = ['<!-- results: node benchmarks/quality/evaluation.mjs -->', '<!-- /results -->']

/**
 * What stands between the markers.
 *
 * @param results what benchmarks/results/evaluation.json holds.
 * @param reportMarkdown of src/learning/evaluation/reports/report-table.ts.
 */
export function resultsMarkdown(results, reportMarkdown) {
  return [
    overview(results),
    ...results.evaluations.map((evaluation) => detail(evaluation, reportMarkdown)),
  ].join('\n\n')
}

/** The text between the markers of a page. */
export function betweenMarkers(page, markers = resultMarkers) {
  const [begin, end] = markers.map((marker) => page.indexOf(marker))
  if (begin < 0 || end < begin) throw new Error(`the page lacks the markers ${markers.join(' and ')}`)
  return page.slice(begin + markers[0].length, end).trim()
}

export function withBetweenMarkers(page, text, markers = resultMarkers) {
  const [begin, end] = markers
  return page
    .replace(betweenMarkers(page, markers), '')
    .replace(new RegExp(`${begin}\\s*${end}`), () => `${begin}\n\n${text}\n\n${end}`)
}

/** One row a router: ours by their mean APGR, what is always beside them, and what was published. */
export function overview({ evaluations }) {
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

/** As the paper writes them: .577 */
export function short(value) {
  return value.toFixed(3).replace(/^(-?)0\./, '$1.')
}

export function signed(value) {
  return `${value < 0 ? '−' : '+'}${short(Math.abs(value))}`
}

/** Markdown, numbers to the right of the first column. */
export function table(headings, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const rule = headings.map((_, column) => (column === 0 ? '---' : '---:'))
  return [headings, rule, ...rows].map(line).join('\n')
}
