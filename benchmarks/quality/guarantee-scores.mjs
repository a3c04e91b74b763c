// Where benchmarks/quality/guarantee.mjs gets its win rates from. Needs the build: npm run build.

import { sigmoid } from '../../dist/base/math/sigmoid.js'
import { loadRouter, promptFromText } from '../../dist/index.js'
import { learnFewLabel } from '../../dist/learning/training/few_label/learning.js'
import { scoreOf } from '../../dist/routing/routers/few_label/score.js'
import { labelsOf, readDomain } from './own-labels/measure.mjs'

/**
 * How a router scores the rows of a benchmark where some of them are its labels. `score(labels, seed)` gives the win
 * rates of all rows, and those to calibrate on, one for each label: the same for a router that was made before, and
 * leave-one-out ones for a router that is trained on the labels.
 *
 * @typedef {{ all: Float64Array, labels: Float64Array }} Scores
 * @typedef {{ trained: boolean, score(labels: Uint32Array, seed: number): Scores | Promise<Scores> }} Scorer
 * @type {Readonly<Record<string, (rows: readonly import('../../dist/learning/evaluation/benchmark.js').BenchmarkRow[]) => Promise<Scorer>>>}
 */
export const scorers = {
  mf: (rows) => made('mf', rows),
  length: (rows) => made('length', rows),
  few_label: fewLabel,
}

/** A router that was made before and has never seen the labels. */
async function made(kind, rows) {
  const router = await loadRouter({ name: kind, kind }, { embedderOptions: {}, hub: {} })
  const all = new Float64Array(rows.length)
  for (const [row, { prompt }] of rows.entries())
    all[row] = await router.strongWinRate(promptFromText(prompt))
  return {
    trained: false,
    score: (labels) => ({ all, labels: Float64Array.from(labels, (row) => all[row]) }),
  }
}

/** The few-label router, trained on the labels; all prompts of the benchmark serve it as a log. */
async function fewLabel(rows) {
  const domain = await readDomain(rows)
  return {
    trained: true,
    score(drawn) {
      const labels = labelsOf(domain, drawn)
      const { weights, scale, leftOutScores } = learnFewLabel(domain.numbersOf(labels.prompts), labels)
      const winRate = (score) => sigmoid(scale.slope * score + scale.offset)
      return {
        all: Float64Array.from(domain.places, (place) => winRate(scoreOf(weights, place))),
        labels: leftOutScores.map(winRate),
      }
    },
  }
}
