import { drawAscending } from '../../../dist/base/math/draw.js'
import { createRandom } from '../../../dist/base/math/random.js'
import { createResampledApgr } from '../../../dist/learning/evaluation/metrics/apgr.js'
import { selectExamples } from '../../../dist/learning/training/few_label/examples.js'
import { learnFewLabel } from '../../../dist/learning/training/few_label/learning.js'
import { createScorer } from '../../../dist/learning/training/few_label/score-examples.js'
import { averages, middle } from './averages.mjs'
import { predictFewLabel, predictNeighbours } from './predict.mjs'

/**
 * APGR of one pair of models: `few_label` trained for the pair and on the scores of both models, nearest neighbours with the same
 * labels, the built-in router, prompt length, and the mean over draws with its interval over 1,000 resamples of the prompts.
 *
 * @param domain its models are the weak and the strong one. @param variants further domains with the same rows, by name, for the
 * pair's `few_label`. @param pool a domain with the same rows whose models include the two: `few_label` trained on all of them.
 */
export function measureGap(domain, { labels, draws }, { variants = {}, pool } = {}) {
  const { prompts, scores, examples } = domain
  const weak = Float64Array.from(prompts, (_, row) => scores[2 * row])
  const strong = Float64Array.from(prompts, (_, row) => scores[2 * row + 1])
  const runs = Array.from({ length: draws }, (_, index) => {
    const drawn = drawAscending(prompts.length, labels, createRandom(index + 1))
    const isLabel = new Set(drawn)
    const rest = prompts.flatMap((_, row) => (isLabel.has(row) ? [] : [row]))
    const difference = ({ rest: predicted }) =>
      Float64Array.from(rest, (_, place) => predicted[2 * place + 1] - predicted[2 * place])
    const rankings = {
      few_label: pairScores(examples, drawn, rest, { weak, strong, seed: index }),
      'few_label of both models': difference(predictFewLabel(domain, drawn, rest)),
      knn: difference(predictNeighbours(domain, drawn, rest)),
      'built-in mf': Float64Array.from(rest, (row) => examples.priors[row]),
      length: Float64Array.from(rest, (row) => prompts[row].length),
    }
    if (pool !== undefined)
      rankings['few_label of all models'] = poolDifference(pool, domain.models, drawn, rest)
    for (const [name, variant] of Object.entries(variants))
      rankings[`few_label ${name}`] = pairScores(variant.examples, drawn, rest, { weak, strong, seed: index })
    return { rest, rankings }
  })
  const names = Object.keys(runs[0].rankings)
  const valuesOf = runs.map(({ rest, rankings }) => {
    const pick = (values) => Float64Array.from(rest, (row) => values[row])
    const apgrOf = names.map((name) => createResampledApgr(rankings[name], pick(strong), pick(weak)))
    return (counts) => {
      const own = pick(counts)
      return apgrOf.map((compute) => compute(own))
    }
  })
  const { mean, drawn, perDraw, withoutValue } = averages(valuesOf, prompts.length, {
    resamples: 1000,
    seed: 1,
  })
  const round = (value) => Number(value.toFixed(4))
  return {
    weak: { model: domain.models[0], score: round(meanOf(weak)) },
    strong: { model: domain.models[1], score: round(meanOf(strong)) },
    prompts: prompts.length,
    labels,
    draws,
    resamplesWithoutGap: withoutValue,
    apgr: Object.fromEntries(
      names.map((name, place) => [
        name,
        {
          mean: round(mean[place]),
          sdOfDraws: round(deviation(perDraw.map((values) => values[place]))),
          interval: middle(drawn.map((values) => values[place])).map(round),
          overLength: round(mean[place] - mean[names.indexOf('length')]),
          overLengthInterval: middle(
            drawn.map((values) => values[place] - values[names.indexOf('length')]),
          ).map(round),
          ...(name.startsWith('few_label ') && {
            overFewLabel: round(mean[place] - mean[names.indexOf('few_label')]),
            overFewLabelInterval: middle(
              drawn.map((values) => values[place] - values[names.indexOf('few_label')]),
            ).map(round),
          }),
        },
      ]),
    ),
  }
}

/**
 * What rankings that no router can have are worth, on all prompts: APGR, and how far it is above prompt length.
 *
 * @param domain its models are the weak and the strong one. @param rankings by name: [prompts], higher needs the strong model more.
 */
export function measureCeilings({ prompts, scores }, rankings) {
  const weak = Float64Array.from(prompts, (_, row) => scores[2 * row])
  const strong = Float64Array.from(prompts, (_, row) => scores[2 * row + 1])
  const length = createResampledApgr(
    Float64Array.from(prompts, (prompt) => prompt.length),
    strong,
    weak,
  )
  const named = Object.entries(rankings)
  const apgrOf = named.map(([, ranking]) => createResampledApgr(Float64Array.from(ranking), strong, weak))
  const valuesOf = (counts) => [...apgrOf, length].map((compute) => compute(counts))
  const { mean, drawn } = averages([valuesOf], prompts.length, { resamples: 1000, seed: 1 })
  const round = (value) => Number(value.toFixed(4))
  const share = (isCounted) =>
    round(meanOf(prompts.map((_, row) => Number(isCounted(strong[row] - weak[row])))))
  return {
    strongBetter: share((gain) => gain > 0),
    weakBetter: share((gain) => gain < 0),
    rankings: named.map(([name], place) => ({
      name,
      apgr: round(mean[place]),
      overLength: round(mean[place] - mean.at(-1)),
      overLengthInterval: middle(drawn.map((values) => values[place] - values.at(-1))).map(round),
    })),
  }
}

function poolDifference(pool, [weak, strong], drawn, rest) {
  const { rest: predicted } = predictFewLabel(pool, drawn, rest)
  const count = pool.models.length
  const at = (model, place) => predicted[place * count + pool.models.indexOf(model)]
  return Float64Array.from(rest, (_, place) => at(strong, place) - at(weak, place))
}

function pairScores(examples, drawn, rest, { weak, strong, seed }) {
  const pick = (values) => Float64Array.from(drawn, (row) => values[row])
  const [weakScores, strongScores] = [pick(weak), pick(strong)]
  const labels = {
    strongScores,
    weakScores,
    wins: Float64Array.from(strongScores, (score, label) => (score > weakScores[label] ? 1 : 0)),
    weights: new Float64Array(drawn.length).fill(1),
  }
  const { weights } = learnFewLabel(selectExamples(examples, drawn), labels, { seed })
  const score = createScorer(examples)
  return Float64Array.from(rest, (row) => score(weights, row))
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function deviation(values) {
  const mean = meanOf(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}
