import { drawAscending } from '../../../dist/base/math/draw.js'
import { createRandom } from '../../../dist/base/math/random.js'
import {
  lengthChoices,
  oracleChoices,
  singleModelChoices,
  sweepTolerances,
  sweepUsdWeights,
} from '../../../dist/learning/evaluation/pool/choices.js'
import { poolPoints } from '../../../dist/learning/evaluation/pool/curve.js'
import { createPoolValues } from '../../../dist/learning/evaluation/pool/measure.js'
import { averages, middle } from './averages.mjs'
import { cellsOf, labelsOf, predictFewLabel, predictNeighbours } from './predict.mjs'

export const shares = [0.95, 0.99]
const settings = 51
const withoutLengths = ' without lengths'

/**
 * Draws labels by seed, and measures policies over many models on the rows that are left and have outcomes of every model: the mean
 * over the draws, and its interval over 300 resamples of the prompts, the same for all draws and policies.
 */
export function measureDollars(domain, { labels, draws }, say) {
  const runs = Array.from({ length: draws }, (_, index) => {
    const run = oneDraw(domain, labels, index + 1)
    say(`draw ${index + 1} of ${draws}`)
    return run
  })
  const names = runs[0].policies.map(({ name }) => name)
  const statistics = ['aiq', 'routerArena', 'usd95', 'usd99']
  const valuesOf = runs.map(({ outcomes, policies, rest }) => {
    const compute = createPoolValues(outcomes, policies, shares)
    return (counts) => {
      const values = compute(Float64Array.from(rest, (row) => counts[row]))
      return names.flatMap((_, policy) => {
        const { aiq, routerArena, usd } = values[policy]
        return [
          aiq,
          routerArena,
          ...usd.map((each) => (Number.isNaN(each) ? Number.POSITIVE_INFINITY : each)),
        ]
      })
    }
  })
  const { mean, drawn, perDraw } = averages(valuesOf, domain.prompts.length, { resamples: 300, seed: 1 })
  const at = (name, statistic) => names.indexOf(name) * statistics.length + statistics.indexOf(statistic)
  const figure = (place) => ({
    mean: finite(mean[place]),
    interval: middle(drawn.map((values) => values[place])).map(finite),
    sdOfDraws: finite(deviation(perDraw.map((values) => values[place]))),
    medianOfDraws: finite(medianOf(perDraw.map((values) => values[place]))),
  })
  const ratio = (one, other, statistic) => {
    // Divided by a cost that is never reached it is no number.
    const of = (values) => {
      const [dividend, divisor] = [values[at(one, statistic)], values[at(other, statistic)]]
      return Number.isFinite(divisor) ? dividend / divisor : Number.POSITIVE_INFINITY
    }
    return {
      ratio: finite(of(mean)),
      interval: middle(drawn.map(of)).map(finite),
      medianOfDraws: finite(medianOf(perDraw.map(of))),
      drawsAtMost: perDraw.filter((values) => of(values) <= 1).length,
    }
  }
  const routers = names.filter((name) => name.startsWith('few_label') && !name.includes(withoutLengths))
  return {
    prompts: domain.prompts.length,
    scored: meanOf(runs.map(({ rest }) => rest.length)),
    labels,
    draws,
    models: domain.models.map((model, index) => ({
      model,
      score: meanOf(
        runs.map(({ outcomes }) => meanOf(columnOf(outcomes.scores, domain.models.length, index))),
      ),
      usd: meanOf(runs.map(({ outcomes }) => meanOf(columnOf(outcomes.usd, domain.models.length, index)))),
    })),
    policies: names.map((name) => ({
      name,
      ...Object.fromEntries(statistics.map((statistic) => [statistic, figure(at(name, statistic))])),
    })),
    ratios: routers.flatMap((one) =>
      ['best single model', 'random mix', 'length', ...othersOf(one, names)].flatMap((other) =>
        ['usd95', 'usd99'].map((statistic) => ({ one, other, statistic, ...ratio(one, other, statistic) })),
      ),
    ),
    chosenByLabels: names
      .filter((name) => runs[0].byLabels[name] !== undefined)
      .flatMap((name) =>
        shares.map((share, place) => ({
          name,
          share,
          reached: meanOf(runs.map(({ byLabels }) => byLabels[name][place].reached)),
          usd: meanOf(runs.map(({ byLabels }) => byLabels[name][place].usd)),
          missed: runs.filter(({ byLabels }) => byLabels[name][place].reached < share).length / draws,
        })),
      ),
    neighbours: runs.map(({ chosen }) => chosen),
    kept: runs.map(({ kept }) => kept),
    lengthsExplained: runs.map(({ explained }) => explained),
  }
}

/** The nearest neighbours under the same policy: with their own dollars, and with each model's mean. */
function othersOf(name, names) {
  const kind = name.split(', ').at(-1)
  return [`knn, ${kind}`, `knn${withoutLengths}, ${kind}`].filter((other) => names.includes(other))
}

function oneDraw(domain, count, seed) {
  const { prompts, models, scores, usd } = domain
  const drawn = drawAscending(prompts.length, count, createRandom(seed))
  const isLabel = new Set(drawn)
  const isWhole = (row) => cellsOf(scores, models, row).every((score) => !Number.isNaN(score))
  const rest = prompts.flatMap((_, row) => (!isLabel.has(row) && isWhole(row) ? [row] : []))
  const outcomes = outcomesOf(domain, rest)
  const whole = Array.from(drawn.keys()).filter((label) => isWhole(drawn[label]))
  const ofLabels = outcomesOf(
    domain,
    whole.map((label) => drawn[label]),
  )
  // What a policy expects a model to cost if nothing predicts the lengths of replies: its mean on the labels.
  const meanUsd = models.map((_, model) =>
    meanOf(
      Array.from(drawn, (row) => usd[row * models.length + model]).filter((each) => !Number.isNaN(each)),
    ),
  )
  const meanScores = models.map((_, model) =>
    meanOf(
      Array.from(drawn, (row) => scores[row * models.length + model]).filter((each) => !Number.isNaN(each)),
    ),
  )
  const averageUsd = (predicted) => Float64Array.from(predicted, (_, cell) => meanUsd[cell % models.length])
  const expected = (predicted, dollars = averageUsd(predicted)) => ({
    models: models.length,
    scores: predicted,
    usd: dollars,
  })
  const fewLabel = predictFewLabel(domain, drawn, rest)
  const knn = predictNeighbours(domain, drawn, rest)
  const { tokens } = fewLabel
  const usdOf = (predicted) =>
    predicted.map((count, cell) => (count * domain.usdPerMillionTokens[cell % models.length]) / 1e6)
  const singles = models.flatMap((_, model) => singleModelChoices(rest.length, model))
  /** What each router expects of the rest, and of the labels by fits without them. */
  const routers = {
    few_label: {
      rest: expected(fewLabel.rest, tokens ? usdOf(tokens.rest) : undefined),
      labels: expected(
        wholeRows(fewLabel.labels, whole, models.length),
        tokens ? wholeRows(usdOf(tokens.labels), whole, models.length) : undefined,
      ),
    },
    knn: {
      rest: expected(knn.rest, tokens ? knn.usd.rest : undefined),
      labels: expected(
        wholeRows(knn.labels, whole, models.length),
        tokens ? wholeRows(knn.usd.labels, whole, models.length) : undefined,
      ),
    },
    ...(tokens && {
      [`few_label${withoutLengths}`]: { rest: expected(fewLabel.rest) },
      [`knn${withoutLengths}`]: { rest: expected(knn.rest) },
    }),
  }
  const sweeps = Object.fromEntries(
    Object.entries(routers).map(([name, { rest: ofRest }]) => [name, sweepsOf(ofRest)]),
  )
  const policies = [
    { name: 'best single model', settings: singles, mixes: false },
    { name: 'random mix', settings: singles, mixes: true },
    {
      name: 'length',
      settings: lengthChoices(
        outcomes.prompts,
        models.map((_, model) => ({ cost: meanUsd[model], quality: meanScores[model] })),
        settings,
      ),
      mixes: true,
    },
    ...Object.entries(sweeps).flatMap(([router, { tolerance, utility }]) => [
      { name: `${router}, tolerance`, settings: tolerance, mixes: true },
      { name: `${router}, utility`, settings: utility, mixes: true },
    ]),
    { name: 'oracle', settings: oracleChoices(outcomes), mixes: true },
  ]
  const byLabels = Object.fromEntries(
    ['few_label', 'knn'].flatMap((router) => {
      const onLabels = sweepsOf(routers[router].labels)
      return ['tolerance', 'utility'].map((kind) => [
        `${router}, ${kind}`,
        shares.map((share) =>
          chooseByLabels(
            { outcomes: ofLabels, sweep: onLabels[kind] },
            { outcomes, predicted: routers[router].rest },
            kind === 'tolerance' ? sweepTolerances : sweepUsdWeights,
            share,
          ),
        ),
      ])
    }),
  )
  return {
    outcomes,
    policies,
    rest,
    byLabels,
    chosen: knn.chosen,
    kept: fewLabel.kept,
    explained: tokens?.explained ?? null,
  }
}

function sweepsOf(expected) {
  return {
    tolerance: every(sweepTolerances(expected)),
    utility: every(sweepUsdWeights(expected)),
  }
}

/** Half of a sweep's settings, the first and the last among them. */
function every(sweep) {
  return sweep.filter((_, place) => place % 2 === 0 || place === sweep.length - 1)
}

/** The cheapest setting that reaches the share on left-out labels, applied to the rest. */
function chooseByLabels({ outcomes: labels, sweep }, { outcomes, predicted }, choose, share) {
  const best = (given) =>
    Math.max(
      ...poolPoints(
        given,
        given.models.flatMap((_, model) => singleModelChoices(given.prompts.length, model)),
      ).map(({ quality }) => quality),
    )
  const target = share * best(labels)
  const points = poolPoints(labels, sweep)
  const reaching = points
    .map((point, place) => ({ ...point, place }))
    .filter(({ quality }) => quality >= target)
  const { place } = (
    reaching.length > 0 ? reaching : points.map((point, at) => ({ ...point, place: at }))
  ).reduce((cheapest, point) => (point.cost < cheapest.cost ? point : cheapest))
  const [point] = poolPoints(outcomes, choose(predicted, [sweep[place].setting]))
  return { reached: point.quality / best(outcomes), usd: point.cost }
}

function wholeRows(values, rows, models) {
  return Float64Array.from(rows.flatMap((row) => [...values.subarray(row * models, (row + 1) * models)]))
}

function outcomesOf(domain, rows) {
  const { prompts, models, usd } = domain
  return {
    prompts: rows.map((row) => prompts[row]),
    models,
    scores: labelsOf(domain, rows).scores,
    usd: Float64Array.from(rows.flatMap((row) => [...cellsOf(usd, models, row)])),
    weights: new Float64Array(rows.length).fill(1),
  }
}

function columnOf(values, size, column) {
  return Array.from({ length: values.length / size }, (_, row) => values[row * size + column])
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function medianOf(values) {
  const sorted = values.toSorted((one, other) => one - other)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}

function deviation(values) {
  const mean = meanOf(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}

/** Six significant digits; null for a cost that is never reached. */
function finite(value) {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null
}
