// The table and the picture of docs/policies.md.
import { table } from '../../markdown.mjs'

/** @param results contents of benchmarks/results/policies.json */
export function policiesMarkdown({ rows, labels, promise, draws }) {
  const best = draws[0].models.toSorted((one, other) => other.score - one.score)[0].name
  const ofModels = draws[0].models.map(({ name }) => [
    `${name} alone`,
    figuresOf(draws.map(({ models }) => models.find((model) => model.name === name))),
  ])
  const ofPolicies = draws[0].policies.map(({ name }) => [
    name,
    figuresOf(draws.map(({ policies }) => policies.find((policy) => policy.name === name))),
  ])
  const guaranteed = draws.map(({ policies }) => policies.find(({ name }) => name === 'guaranteed loss'))
  const kept = guaranteed.filter(({ failing }) => failing !== undefined)
  const broken = kept.filter(({ failing }) => failing > promise.maxLoss)
  return [
    `Means over ${draws.length} draws of ${labels} labels (± standard deviation between draws), measured on the other ${(rows - labels).toLocaleString('en-US')} rows. Dollars are those of the calls, per 1,000 requests.`,
    table(
      ['', 'dollars', 'mean score', 'loss', 'gain over random', 'gain over length'],
      [...ofPolicies, ...ofModels, ['oracle', figuresOf(draws.map(({ oracle }) => oracle))]].map(
        ([name, figures]) => [
          name,
          spread(figures.usd, (usd) => `$${(1000 * usd).toFixed(2)}`),
          spread(figures.score, (score) => score.toFixed(3)),
          spread(figures.loss, signed),
          spread(figures.gainOverRandom, signed),
          spread(figures.gainOverLength, signed),
        ],
      ),
    ),
    `Loss: against ${best}, the best model alone. The promise of the guaranteed policy (with ${100 * promise.confidence} % confidence, at most ${100 * promise.maxLoss} % of the requests score more than ${promise.lossMargin} below ${best}) is broken on the other rows in ${broken.length} of ${kept.length} draws; ${mean(kept.map(({ failing }) => 100 * failing)).toFixed(1)} % of the rows fail on average.`,
  ].join('\n\n')
}

/**
 * @param results contents of benchmarks/results/policies.json
 * @param costQualitySvg of learning/evaluation/reports/cost-quality-svg
 */
export function policiesPicture({ draws }, costQualitySvg) {
  const meanOf = (pick) => mean(draws.map(pick))
  const points = [
    ...draws[0].models.map(({ name }) => ({
      name,
      isModel: true,
      of: ({ models }) => models.find((each) => each.name === name),
    })),
    ...draws[0].policies.map(({ name }) => ({
      name,
      isModel: false,
      of: ({ policies }) => policies.find((each) => each.name === name),
    })),
  ].flatMap(({ name, isModel, of }) => {
    const found = draws.map(of).filter(({ usd }) => usd !== undefined)
    if (found.length === 0) return []
    return [
      { name, isModel, usd: mean(found.map(({ usd }) => usd)), score: mean(found.map(({ score }) => score)) },
    ]
  })
  const swept = draws[0].curve.map(({ tolerance }, place) => ({
    tolerance,
    usd: meanOf(({ curve }) => curve[place].usd),
    score: meanOf(({ curve }) => curve[place].score),
  }))
  return `${costQualitySvg({
    heading: 'Mean score against dollars per request, four models',
    points,
    curves: [{ name: 'any tolerance, 0 to 0.3', points: swept }],
  })}\n`
}

function figuresOf(rows) {
  const names = ['usd', 'score', 'loss', 'gainOverRandom', 'gainOverLength']
  return Object.fromEntries(
    names.map((name) => [
      name,
      rows.map((row) => row?.[name]).filter((value) => value !== null && value !== undefined),
    ]),
  )
}

/** `$1.69 ± 0.20`; a dash if nothing was measured. */
function spread(values, format) {
  if (values.length === 0) return '–'
  const middle = mean(values)
  const deviation = Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
  const shown = format(deviation).replace(/^[+$]/, '')
  return Number(shown) === 0 ? format(middle) : `${format(middle)} ± ${shown}`
}

function signed(value) {
  const text = value.toFixed(3)
  if (Number(text) === 0) return '0.000'
  return value < 0 ? text.replace('-', '−') : `+${text}`
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
