// Writes src/routing/routers/length/calibration.ts: how long public prompts are.
//
//   node recipes/length/calibrate-length.mjs <folder with train_pool.jsonl.gz>
//
// Reads the rows whose published terms allow them to shape what is shipped, counts each prompt once, and keeps 201
// quantiles of the lengths: no text. The same data gives the same file.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** By `dataset`: Apache-2.0 or MIT, or permissive or attribution terms. Everything else is left out. */
const permitted = new Set([
  ...['mmlu_pro', 'cruxeval-o', 'MATH_level5_test', 'zebra-grid', 'numersense-v2', 'arena_bench_v1'],
  ...['ulab_llmrouter_mix', 'bbh', 'arc_easy', 'arc_challenge', 'routerbench_arc_challenge', 'winogrande'],
  ...['routerbench_winogrande', 'mbpp', 'routerbench_mbpp', 'svamp', 'MATH_prealgebra', 'math_hard_test'],
  ...['ifeval', 'agieval', 'social_iqa', 'piqa', 'truthfulqa', 'openbookqa', 'gpqa', 'humaneval'],
  'gsm8k_train',
])
const quantileCount = 201

const folder = process.argv[2]
if (folder === undefined) {
  console.error('usage: node recipes/length/calibrate-length.mjs <folder with train_pool.jsonl.gz>')
  process.exit(2)
}
const bytes = readFileSync(join(folder, 'train_pool.jsonl.gz'))
const prompts = new Set()
for (const line of gunzipSync(bytes).toString('utf8').split('\n')) {
  if (line === '') continue
  const row = JSON.parse(line)
  if (permitted.has(row.dataset)) prompts.add(row.prompt)
}
const lengths = Float64Array.from(prompts, (prompt) => prompt.length).sort()
const quantiles = Array.from({ length: quantileCount }, (_, index) => {
  const position = (index / (quantileCount - 1)) * (lengths.length - 1)
  const below = Math.floor(position)
  const above = Math.min(below + 1, lengths.length - 1)
  return Math.round(lengths[below] + (lengths[above] - lengths[below]) * (position - below))
})

writeFileSync(
  new URL('../../src/routing/routers/length/calibration.ts', import.meta.url),
  `// Written by recipes/length/calibrate-length.mjs; do not edit.

/** Distinct prompts behind the quantiles. */
export const calibrationPrompts = ${lengths.length}

/**
 * Quantiles, at evenly spaced probabilities 0 … 1, of the lengths of distinct public prompts in UTF-16 units:
 * the rows of train_pool.jsonl.gz (SHA-256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}…) whose terms allow it,
 * mostly exam questions and programming tasks, so shorter than long chats.
 */
export const promptLengthQuantiles: readonly number[] = [
${wrapped(quantiles)}
]
`,
)

function wrapped(values) {
  const lines = ['']
  for (const value of values) {
    const next = `${lines.at(-1)}${lines.at(-1) === '' ? '' : ' '}${value},`
    if (next.length > 108) lines.push(`${value},`)
    else lines[lines.length - 1] = next
  }
  return lines.map((line) => `  ${line}`).join('\n')
}
