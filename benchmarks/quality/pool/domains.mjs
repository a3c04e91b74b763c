import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { runAtOnce } from '../../../dist/base/concurrency/run-steps.js'
import { normalizeRows } from '../../../dist/base/math/similarity/rows.js'
import { examplesOf } from '../../../dist/learning/training/few_label/examples.js'
import { loadPriorRouter } from '../../../dist/learning/training/few_label/prior.js'
import { trainPromptSpace } from '../../../dist/learning/training/few_label/space/space-training.js'
import { loadBuiltinEmbedder } from '../../../dist/routing/embedding/builtin/embedder.js'
import { createPromptReader } from '../../../dist/routing/routers/few_label/prompt-space.js'

/** Rows of a data set with distinct prompts. */
export function readPoolRows(folder, file) {
  const text = gunzipSync(readFileSync(join(folder, 'pool', file))).toString('utf8')
  const seen = new Set()
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ prompt }) => !seen.has(prompt) && seen.add(prompt))
}

/**
 * The prompts of a data set as the router `few_label` and the nearest neighbours see them. The space of the prompts is learned
 * from all of them without their labels, as from a request log.
 *
 * @param models names of models. @param usdOf (row, model) → dollars; NaN where there are none.
 */
export async function readDomain(rows, models, usdOf = () => Number.NaN, promptOf = ({ prompt }) => prompt) {
  const embedder = await loadBuiltinEmbedder()
  const prior = await loadPriorRouter()
  const prompts = rows.map(promptOf)
  const space = await trainPromptSpace(prompts, embedder, prior.direction)
  const examples = runAtOnce(
    examplesOf(prompts, createPromptReader(space, embedder), space.vocabulary.hashes.length),
  )
  const cells = (numberOf) =>
    Float64Array.from(rows.flatMap((row) => models.map((model) => numberOf(row, model))))
  return {
    rows,
    prompts,
    models,
    scores: cells((row, model) => row.scores[model] ?? Number.NaN),
    usd: cells(usdOf),
    examples,
    similarities: similaritiesOf(prompts, embedder, examples),
  }
}

/** [prompts, prompts] cosines, by three kinds of vectors: the nearest neighbours choose among them. */
function similaritiesOf(prompts, embedder, { count, meanings, terms }) {
  const vectors = new Float32Array(count * embedder.dimensions)
  prompts.forEach((prompt, row) => {
    vectors.set(embedder.embedNow(prompt), row * embedder.dimensions)
  })
  return {
    embedding: products(normalizeRows(vectors, embedder.dimensions), count),
    meaning: products(normalizeRows(Float32Array.from(meanings), meanings.length / count), count),
    words: sparseProducts(terms, count),
  }
}

function products(unit, count) {
  const size = unit.length / count
  const all = new Float32Array(count * count)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = 0; k < size; k++) sum += unit[i * size + k] * unit[j * size + k]
      all[i * count + j] = sum
      all[j * count + i] = sum
    }
  }
  return all
}

function sparseProducts({ columns, starts, indices, values }, count) {
  const rowsOfTerm = Array.from({ length: columns }, () => [])
  for (let row = 0; row < count; row++)
    for (let entry = starts[row]; entry < starts[row + 1]; entry++)
      rowsOfTerm[indices[entry]].push([row, values[entry]])
  const all = new Float32Array(count * count)
  for (const members of rowsOfTerm)
    for (const [row, value] of members)
      for (const [other, second] of members) all[row * count + other] += value * second
  return all
}
