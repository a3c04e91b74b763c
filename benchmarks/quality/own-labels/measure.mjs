import { runAtOnce } from '../../../dist/base/concurrency/run-steps.js'
import { drawAscending } from '../../../dist/base/math/draw.js'
import { createRandom } from '../../../dist/base/math/random.js'
import { sigmoid } from '../../../dist/base/math/sigmoid.js'
import { normalizeRows } from '../../../dist/base/math/similarity/rows.js'
import { columnsOf } from '../../../dist/learning/evaluation/benchmark.js'
import { loadBenchmark } from '../../../dist/learning/evaluation/benchmarks/registry.js'
import { exactApgr } from '../../../dist/learning/evaluation/metrics/apgr.js'
import { examplesOf } from '../../../dist/learning/training/few_label/examples.js'
import { learnFewLabel } from '../../../dist/learning/training/few_label/learning.js'
import { loadPriorRouter } from '../../../dist/learning/training/few_label/prior.js'
import { trainPromptSpace } from '../../../dist/learning/training/few_label/space/space-training.js'
import { fitNearestNeighbours } from '../../../dist/learning/training/knn/fit.js'
import { loadBuiltinEmbedder } from '../../../dist/routing/embedding/builtin/embedder.js'
import { createPromptReader } from '../../../dist/routing/routers/few_label/prompt-space.js'
import { scoreOf } from '../../../dist/routing/routers/few_label/score.js'
import { nearestNeighboursLookup } from '../../../dist/routing/routers/knn/router.js'
import { summary } from './summary.mjs'

/** What is fitted beside what ships, to see what each part is good for. */
const variants = {
  few_label: {},
  'without trees': { trees: 0 },
  'not gated': { trust: 1 },
}

/**
 * Draws labels of a benchmark by seed, fits them, and scores the prompts that are left. The space of the prompts is
 * learned from all prompts of the benchmark without their labels, as from a request log.
 *
 * @param draws label count → how many draws; each is one seed.
 */
export async function measureLabels(name, draws, dataFolder, say) {
  const { rows } = await loadBenchmark(name, dataFolder === undefined ? {} : { dataFolder })
  const domain = await readDomain(rows)
  const labels = []
  for (const [count, seeds] of Object.entries(draws).map((pair) => pair.map(Number))) {
    const runs = Array.from({ length: seeds }, (_, seed) => {
      const run = count === 0 ? unlabelled(domain) : oneDraw(domain, count, seed + 1)
      say(`${name}, ${count} labels, draw ${seed + 1} of ${seeds}: ${JSON.stringify(run.apgr)}`)
      return run
    })
    labels.push({ labels: count, draws: seeds, ...summary(runs) })
  }
  return { benchmark: name, rows: domain.rows.length, labels }
}

/** All prompts of a benchmark as the router `few_label` and the nearest neighbours see them. */
export async function readDomain(rows) {
  const embedder = await loadBuiltinEmbedder()
  const prior = await loadPriorRouter()
  const prompts = rows.map(({ prompt }) => prompt)
  const space = await trainPromptSpace([...new Set(prompts)], embedder, prior.direction)
  const numbersOf = (some) =>
    runAtOnce(examplesOf(some, createPromptReader(space, embedder), space.vocabulary.hashes.length))
  const examples = numbersOf(prompts)
  const vectors = new Float32Array(prompts.length * embedder.dimensions)
  prompts.forEach((prompt, row) => {
    vectors.set(embedder.embedNow(prompt), row * embedder.dimensions)
  })
  const unit = normalizeRows(vectors, embedder.dimensions)
  return {
    rows,
    prompts,
    ...columnsOf(rows),
    examples,
    numbersOf,
    places: placesOf(examples),
    unit,
    dimensions: embedder.dimensions,
  }
}

/** Views of the rows, in the form in which the router scores. */
function placesOf(examples) {
  const { count, named, meanings, inputs, terms } = examples
  const rowsOf = (values) => {
    const size = values.length / count
    return (row) => values.subarray(row * size, (row + 1) * size)
  }
  const [namedOf, meaningOf, inputsOf] = [named, meanings, inputs].map(rowsOf)
  return Array.from({ length: count }, (_, row) => {
    const [begin, end] = [terms.starts[row], terms.starts[row + 1]]
    return {
      prior: examples.priors[row],
      named: namedOf(row),
      meaning: meaningOf(row),
      inputs: inputsOf(row),
      terms: {
        count: end - begin,
        terms: terms.indices.subarray(begin, end),
        values: terms.values.subarray(begin, end),
      },
    }
  })
}

function unlabelled({ prompts, examples, strongScores, weakScores }) {
  const apgrOf = (scores) => exactApgr(scores, strongScores, weakScores)
  const prior = apgrOf(examples.priors)
  return { apgr: { few_label: prior, prior, length: apgrOf(prompts.map((prompt) => prompt.length)) } }
}

function oneDraw(domain, count, seed) {
  const { prompts, examples, numbersOf, places, strongScores, weakScores } = domain
  const drawn = drawAscending(prompts.length, count, createRandom(seed))
  const drawnPrompts = new Set(Array.from(drawn, (row) => prompts[row]))
  // A prompt that stands twice is not scored where one of its rows is a label.
  const rest = prompts.flatMap((prompt, row) => (drawnPrompts.has(prompt) ? [] : [row]))
  const labels = labelsOf(domain, drawn)
  const own = numbersOf(labels.prompts)
  const strongRest = rest.map((row) => strongScores[row])
  const weakRest = rest.map((row) => weakScores[row])
  const apgrOf = (scores) => exactApgr(scores, strongRest, weakRest)
  const run = { apgr: {} }
  for (const [variant, options] of Object.entries(variants)) {
    if (variant === 'not gated' && run.trust === 1) {
      run.apgr[variant] = run.apgr.few_label
      continue
    }
    const learning = learnFewLabel(own, labels, options)
    const scores = rest.map((row) => scoreOf(learning.weights, places[row]))
    run.apgr[variant] = apgrOf(scores)
    if (variant !== 'few_label') continue
    run.trust = learning.trust
    run.calibrationError = calibrationError(
      scores.map((score) => sigmoid(learning.scale.slope * score + learning.scale.offset)),
      rest.map((row) => (strongScores[row] > weakScores[row] ? 1 : 0)),
    )
  }
  run.apgr.knn = apgrOf(nearestNeighbours(domain, drawn, labels, rest))
  run.apgr.prior = apgrOf(rest.map((row) => examples.priors[row]))
  run.apgr.length = apgrOf(rest.map((row) => prompts[row].length))
  return run
}

/** The rows that are drawn, as labels to learn from. */
export function labelsOf({ prompts, strongScores, weakScores }, drawn) {
  const pick = (values) => Float64Array.from(drawn, (row) => values[row])
  return {
    prompts: Array.from(drawn, (row) => prompts[row]),
    strongScores: pick(strongScores),
    weakScores: pick(weakScores),
    wins: pick(strongScores.map((score, row) => (score > weakScores[row] ? 1 : 0))),
    weights: new Float64Array(drawn.length).fill(1),
  }
}

/** The router `knn` with its defaults, on the same labels and the vectors of the built-in embedder. */
function nearestNeighbours({ unit, dimensions }, drawn, labels, rest) {
  const values = new Float32Array(drawn.length * dimensions)
  const vectorOf = (row) => unit.subarray(row * dimensions, (row + 1) * dimensions)
  drawn.forEach((row, place) => {
    values.set(vectorOf(row), place * dimensions)
  })
  const parameters = fitNearestNeighbours(
    {
      prompts: Int32Array.from(drawn, (_, place) => place),
      strongWins: Float32Array.from(labels.strongScores, (score, place) => {
        const weakScore = labels.weakScores[place]
        return score === weakScore ? 0.5 : score > weakScore ? 1 : 0
      }),
      weights: new Float32Array(drawn.length).fill(1),
    },
    { rows: { precision: 'float32', dimensions, values }, excerpts: Array.from(drawn, () => '') },
  )
  const { index, lookup } = nearestNeighboursLookup({ parameters, pair: { strong: 'strong', weak: 'weak' } })
  const winRates = rest.map((row) => index.scanNow(vectorOf(row), lookup.strongWinRate))
  index.close()
  return winRates
}

/** Over ten groups of equally many prompts: Σ share of prompts · |mean win rate − share of wins|. */
function calibrationError(winRates, wins) {
  const order = winRates.map((_, row) => row).sort((one, other) => winRates[one] - winRates[other])
  let error = 0
  for (let group = 0; group < 10; group++) {
    const members = order.slice((group * order.length) / 10, ((group + 1) * order.length) / 10)
    error += Math.abs(members.reduce((sum, row) => sum + winRates[row] - wins[row], 0)) / order.length
  }
  return error
}
