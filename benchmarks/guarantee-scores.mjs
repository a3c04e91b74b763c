// Where benchmarks/guarantee.mjs gets its win rates from. Needs the build: npm run build.
import { loadRouter, promptFromText } from '../dist/index.js'

/**
 * How a router scores the rows of a benchmark where some of them are its labels. `score(labels, seed)` gives the win
 * rates of all rows, and those to calibrate on, one for each label: the same for a router that was made before, and
 * leave-one-out ones for a router that is trained on the labels.
 *
 * @typedef {{ all: Float64Array, labels: Float64Array }} Scores
 * @typedef {{ trained: boolean, score(labels: Uint32Array, seed: number): Scores | Promise<Scores> }} Scorer
 * @type {Readonly<Record<string, (rows: readonly import('../dist/evaluation/benchmark.js').BenchmarkRow[]) => Promise<Scorer>>>}
 */
export const scorers = {
  mf: (rows) => made('mf', rows),
  length: (rows) => made('length', rows),
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
