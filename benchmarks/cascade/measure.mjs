import { runAtOnce } from '../../dist/base/concurrency/run-steps.js'
import { drawAscending } from '../../dist/base/math/draw.js'
import { createRandom } from '../../dist/base/math/random.js'
import { exactApgr } from '../../dist/learning/evaluation/metrics/apgr.js'
import { answerExamplesOf, trainAnswerSpace } from '../../dist/learning/training/cascade/answer-examples.js'
import { answerSeparation } from '../../dist/learning/training/cascade/answer-separation.js'
import { learnCascades } from '../../dist/learning/training/cascade/learning.js'
import { examplesOf, selectExamples } from '../../dist/learning/training/few_label/examples.js'
import { learnFewLabel } from '../../dist/learning/training/few_label/learning.js'
import { loadPriorRouter } from '../../dist/learning/training/few_label/prior.js'
import { createScorer } from '../../dist/learning/training/few_label/score-examples.js'
import { trainPromptSpace } from '../../dist/learning/training/few_label/space/space-training.js'
import { loadBuiltinEmbedder } from '../../dist/routing/embedding/builtin/embedder.js'
import { createPromptReader } from '../../dist/routing/routers/few_label/prompt-space.js'
import { answerScore } from '../../dist/routing/verifiers/create-verifier.js'
import { measureAnswer } from '../../dist/routing/verifiers/reading/answer-features.js'
import { shareForRecovery } from './dollars.mjs'
import { costOfRoutes, routeRatios, winRatesOf } from './routes.mjs'

/** Rows that are scored in one draw, at most. */
const mostScored = 800
const levels = [0.5, 0.8, 0.95]

/**
 * Draws labels by seed, fits the verifier and the prompt-only router `few_label` on them, and scores rows that are left. The space
 * of the prompts is learned from all prompts without their labels, as from a request log, for both.
 *
 * @param rows with answers and scores. @param models a weak model and the strong ones to measure it with.
 * @returns one pair for each strong model.
 */
export async function measurePairs(rows, models, { labels, draws, say }) {
  const { weak, strong: all } = models
  const complete = rows.filter(({ scores }) => [weak, ...all].every((model) => model in scores))
  const domain = await readDomain(complete, weak)
  const runs = all.map(() => [])
  for (let seed = 1; seed <= draws; seed++) {
    for (const [place, run] of oneDraw(domain, models, labels, seed).entries()) runs[place].push(run)
    say(`${weak}, draw ${seed} of ${draws}: ${JSON.stringify(runs.map((each) => each.at(-1).apgr))}`)
  }
  return all.map((strong, place) => ({
    strong,
    weak,
    rows: complete.length,
    strongScore: meanOf(complete.map(({ scores }) => scores[strong])),
    weakScore: meanOf(complete.map(({ scores }) => scores[weak])),
    labels,
    draws,
    ...summaryOf(runs[place]),
  }))
}

async function readDomain(rows, weak) {
  const embedder = await loadBuiltinEmbedder()
  const prior = await loadPriorRouter()
  const prompts = rows.map(({ prompt }) => prompt)
  const space = await trainPromptSpace([...new Set(prompts)], embedder, prior.direction)
  const read = createPromptReader(space, embedder)
  return {
    rows,
    examples: runAtOnce(examplesOf(prompts, read, space.vocabulary.hashes.length)),
    answers: rows.map(({ prompt, answers }) => measureAnswer({ prompt, answer: answers[weak] })),
  }
}

function oneDraw({ rows, examples, answers }, { weak, strong: all }, count, seed) {
  const labelled = drawAscending(rows.length, count, createRandom(seed))
  const isLabelled = new Set(labelled)
  const left = rows.map((_, row) => row).filter((row) => !isLabelled.has(row))
  const scored = Array.from(
    drawAscending(left.length, mostScored, createRandom(seed)),
    (place) => left[place],
  )
  const own = selectExamples(examples, Int32Array.from(labelled))
  const ownAnswers = Array.from(labelled, (row) => answers[row])
  const space = runAtOnce(trainAnswerSpace(ownAnswers))
  const outcomes = all.map((strong) => outcomesOf(rows, labelled, strong, weak))
  const learned = runAtOnce(learnCascades(own, runAtOnce(answerExamplesOf(ownAnswers, space)), outcomes))
  const placed = runAtOnce(
    answerExamplesOf(
      scored.map((row) => answers[row]),
      space,
    ),
  )
  const scorePrompt = createScorer(examples)
  return all.map((strong, pair) => {
    const { weights, answerWeights } = learned[pair]
    const alone = learnFewLabel(own, outcomes[pair], { seed })
    const { strongScores, weakScores } = outcomesOf(rows, scored, strong, weak)
    const scores = {
      cascade: scored.map(
        (row, place) =>
          scorePrompt(weights, row) + answerScore(answerWeights, answerAt(placed, place, scored.length)),
      ),
      'prompt-only': scored.map((row) => scorePrompt(alone.weights, row)),
      length: scored.map((row) => rows[row].prompt.length),
      'answer length': scored.map((row) => rows[row].answers[weak].length),
    }
    const each = (measure) =>
      Object.fromEntries(Object.entries(scores).map(([name, values]) => [name, measure(values)]))
    const separation = answerSeparation(learned[pair], alone, outcomes[pair])
    const losses = scored.map((_, row) => (strongScores[row] > weakScores[row] ? 1 : 0))
    return {
      separation,
      routes: costOfRoutes({
        promptRates: winRatesOf(scores['prompt-only'], alone.scale),
        answerRates: winRatesOf(scores.cascade, learned[pair].scale),
        separation,
        losses,
      }),
      apgr: each((values) => exactApgr(values, strongScores, weakScores)),
      shares: each((values) =>
        levels.map((level) => shareForRecovery(values, strongScores, weakScores, level)),
      ),
    }
  })
}

function outcomesOf(rows, some, strong, weak) {
  const strongScores = Float64Array.from(some, (row) => rows[row].scores[strong])
  const weakScores = Float64Array.from(some, (row) => rows[row].scores[weak])
  return {
    strongScores,
    weakScores,
    wins: strongScores.map((score, row) => (score > weakScores[row] ? 1 : 0)),
    weights: new Float64Array(some.length).fill(1),
  }
}

function answerAt({ features, terms }, row, count) {
  const size = features.length / count
  const [begin, end] = [terms.starts[row], terms.starts[row + 1]]
  return {
    features: features.subarray(row * size, (row + 1) * size),
    terms: {
      count: end - begin,
      terms: terms.indices.subarray(begin, end),
      values: terms.values.subarray(begin, end),
    },
  }
}

/** Means over draws, with their standard deviations, and 95 % intervals of the differences, paired over draws. */
function summaryOf(runs) {
  const names = Object.keys(runs[0].apgr)
  const of = (name) => runs.map(({ apgr }) => apgr[name])
  return {
    routers: Object.fromEntries(
      names.map((name) => [
        name,
        {
          apgr: spreadOf(of(name)),
          shares: levels.map((level, place) => ({
            recovered: level,
            strongCalls: spreadOf(runs.map(({ shares }) => shares[name][place])),
          })),
        },
      ]),
    ),
    separation: spreadOf(runs.map(({ separation }) => separation)),
    routes: routeRatios.map((ratio, place) => ({
      ratio,
      ...Object.fromEntries(
        ['prompt-only', 'cascade', 'decided', 'cascadeShare'].map((name) => [
          name,
          spreadOf(runs.map(({ routes }) => routes[place][name])),
        ]),
      ),
    })),
    cascadeMinus: Object.fromEntries(
      names
        .filter((name) => name !== 'cascade')
        .map((name) => [name, spreadOf(runs.map(({ apgr }) => apgr.cascade - apgr[name]))]),
    ),
  }
}

/** 97.5 % quantiles of Student's t for one degree of freedom less than draws; 2.1 is close enough for 13 to 20. */
const studentT = { 6: 2.571, 12: 2.201 }

export function spreadOf(values) {
  const mean = meanOf(values)
  const deviation = Math.sqrt(
    meanOf(values.map((value) => (value - mean) ** 2)) * (values.length / Math.max(1, values.length - 1)),
  )
  const reach = ((studentT[values.length] ?? 2.1) * deviation) / Math.sqrt(values.length)
  return { mean, deviation, interval: [mean - reach, mean + reach] }
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
