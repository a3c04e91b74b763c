import { runAtOnce } from '../../../dist/base/concurrency/run-steps.js'
import { selectExamples } from '../../../dist/learning/training/few_label/examples.js'
import { learnModelScores } from '../../../dist/learning/training/few_label/models/learning.js'
import { createModelScorer } from '../../../dist/routing/routers/few_label/models/model-scores.js'
import { toReplyTokens } from '../../../dist/routing/routers/few_label/models/reply-lengths.js'

/** The labels of some rows, as the trainer reads them. */
export function labelsOf({ prompts, models, scores, outputTokens }, drawn) {
  const cells = (values) =>
    Float64Array.from(Array.from(drawn).flatMap((row) => [...cellsOf(values, models, row)]))
  return {
    prompts: Array.from(drawn, (row) => prompts[row]),
    models,
    scores: cells(scores),
    outputTokens: cells(outputTokens ?? new Float64Array(scores.length).fill(Number.NaN)),
    weights: new Float64Array(drawn.length).fill(1),
    rowsUsed: [drawn.length],
  }
}

export function cellsOf(values, models, row) {
  return values.subarray(row * models.length, (row + 1) * models.length)
}

/**
 * The scores that `few_label` predicts for the rest, and for each label by a fit without it, and likewise the tokens of the replies
 * if the domain has them. [prompts, models]
 */
export function predictFewLabel(domain, drawn, rest) {
  const { examples } = domain
  const learning = runAtOnce(learnModelScores(selectExamples(examples, drawn), labelsOf(domain, drawn)))
  const score = createModelScorer(learning.models)
  const place = placesOf(examples)
  const { replyLengths } = learning
  return {
    rest: Float64Array.from(rest.flatMap((row) => [...score(place(row))])),
    labels: learning.leftOutScores,
    kept: learning.kept,
    tokens: replyLengths && {
      rest: tokensOf(replyLengths.lengths, rest.map(place)),
      labels: replyLengths.leftOutTokens,
      explained: replyLengths.explained,
    },
  }
}

function tokensOf(lengths, places) {
  const logarithm = createModelScorer(lengths.models)
  return Float64Array.from(
    places.flatMap((place) => [
      ...logarithm(place).map((value, model) => toReplyTokens(value, lengths, model)),
    ]),
  )
}

/** A row in the form in which the router scores. */
export function placesOf({ count, priors, named, meanings, inputs, terms }) {
  const part = (values, row) => {
    const size = values.length / count
    return values.subarray(row * size, (row + 1) * size)
  }
  return (row) => {
    const [begin, end] = [terms.starts[row], terms.starts[row + 1]]
    return {
      prior: priors[row],
      named: part(named, row),
      meaning: part(meanings, row),
      inputs: part(inputs, row),
      terms: {
        count: end - begin,
        terms: terms.indices.subarray(begin, end),
        values: terms.values.subarray(begin, end),
      },
    }
  }
}

const neighbourCounts = [5, 10, 20, 40, 80, 160]
/** Weight of the mean, in neighbours of similarity 1. */
const meanWeights = [0, 2, 10]

/**
 * Nearest neighbours with the same labels: each model's mean score on the k most similar labelled prompts, drawn towards its mean,
 * and its mean dollars on the same ones.
 * Vectors, k and the weight of the mean are those with the least squared error of the differences between models on labels that
 * are left out.
 */
export function predictNeighbours(domain, drawn, rest) {
  const { models, similarities } = domain
  const { scores } = labelsOf(domain, drawn)
  const meansOf = (values) =>
    models.map((_, model) =>
      meanOf(Array.from(drawn, (_, label) => values[label * models.length + model]).filter(isNumber)),
    )
  const means = meansOf(scores)
  let best
  for (const kind of Object.keys(similarities)) {
    const ordered = neighboursOf(similarities[kind], drawn, drawn)
    for (const k of neighbourCounts) {
      for (const weight of meanWeights) {
        const labels = averages(ordered, scores, means, k, weight)
        const error = differenceError(labels, scores, models.length)
        if (best === undefined || error < best.error) best = { kind, k, weight, error, labels }
      }
    }
  }
  const ordered = neighboursOf(similarities[best.kind], rest, drawn, best.k)
  const usd = Float64Array.from(Array.from(drawn).flatMap((row) => [...cellsOf(domain.usd, models, row)]))
  const usdOf = (neighbours) =>
    averages(
      neighbours,
      usd,
      meansOf(usd).map((mean) => (Number.isNaN(mean) ? 0 : mean)),
      best.k,
      best.weight,
    )
  return {
    rest: averages(ordered, scores, means, best.k, best.weight),
    labels: best.labels,
    usd: { rest: usdOf(ordered), labels: usdOf(neighboursOf(similarities[best.kind], drawn, drawn, best.k)) },
    chosen: { vectors: best.kind, k: best.k, meanWeight: best.weight },
  }
}

/** For each row the labels by descending similarity, without the row itself. */
function neighboursOf(similarities, rows, drawn, most = Math.max(...neighbourCounts)) {
  const count = Math.sqrt(similarities.length)
  return Array.from(rows, (row) => {
    const order = Array.from(drawn.keys()).filter((label) => drawn[label] !== row)
    order.sort(
      (one, other) => similarities[row * count + drawn[other]] - similarities[row * count + drawn[one]],
    )
    return order
      .slice(0, most)
      .map((label) => ({ label, similarity: Math.max(0, similarities[row * count + drawn[label]]) }))
  })
}

function averages(ordered, scores, means, k, weight) {
  const models = means.length
  const result = new Float64Array(ordered.length * models)
  ordered.forEach((neighbours, row) => {
    for (let model = 0; model < models; model++) {
      let [sum, total] = [weight * means[model], weight]
      for (const { label, similarity } of neighbours.slice(0, k)) {
        const score = scores[label * models + model]
        if (Number.isNaN(score)) continue
        sum += similarity * score
        total += similarity
      }
      result[row * models + model] = total === 0 ? means[model] : sum / total
    }
  })
  return result
}

function differenceError(predicted, scores, models) {
  let error = 0
  for (let from = 0; from < scores.length; from += models) {
    const errors = Array.from(
      { length: models },
      (_, model) => scores[from + model] - predicted[from + model],
    ).filter(isNumber)
    const centre = meanOf(errors)
    for (const each of errors) error += (each - centre) ** 2
  }
  return error
}

function isNumber(value) {
  return !Number.isNaN(value)
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
