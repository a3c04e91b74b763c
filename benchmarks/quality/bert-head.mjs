// How much a head on a frozen encoder with RANDOM weights learns: on prompts that were held out of the same data, and on
// a whole data set that was left out. What a pretrained encoder adds comes on top, and is not measured here.
//   node benchmarks/quality/bert-head.mjs [--data FOLDER] [--size 64] [--head logistic] [--output FILE]
// FOLDER holds train_pairs_strong_weak.jsonl.gz; about two minutes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { setUp } from '../../scripts/setup/set-up.mjs'
import { writeRandomEncoder } from '../support/random-encoder.mjs'

const { values: options } = parseArgs({
  options: {
    data: {
      type: 'string',
      default: fileURLToPath(new URL('../../../shared/data/training', import.meta.url)),
    },
    size: { type: 'string', default: '64' },
    head: { type: 'string', default: 'logistic' },
    output: { type: 'string', default: fileURLToPath(new URL('../results/bert-head.json', import.meta.url)) },
  },
})
/** Data sets of one kind of label, large enough for an interval. */
const leastRows = 500

await setUp()
const { createResampledApgr } = await import('../../dist/learning/evaluation/metrics/apgr.js')
const { bootstrapInterval } = await import('../../dist/learning/evaluation/metrics/bootstrap.js')
const { createRandom } = await import('../../dist/base/math/random.js')
const { loadRouter } = await import('../../dist/routing/routers/registry.js')
const { saveBertCheckpoint, trainBertHead } = await import('../../dist/learning/training/index.js')

const text = gunzipSync(readFileSync(join(options.data, 'train_pairs_strong_weak.jsonl.gz'))).toString()
const rows = text
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .filter(({ tier }) => tier === 'A')
const place = mkdtempSync(join(tmpdir(), 'routellm-bert-head-'))
try {
  const encoder = join(place, 'encoder')
  writeEncoder(encoder)
  const result = {
    encoder: { size: Number(options.size), layers: 2, weights: 'random' },
    head: options.head,
    seed: 1,
    dataSets: {},
  }
  for (const dataSet of [...new Set(rows.map((row) => row.dataset))].sort()) {
    const left = rows.filter((row) => row.dataset === dataSet)
    if (left.length < leastRows) continue
    result.dataSets[dataSet] = await leftOut(
      left,
      rows.filter((row) => row.dataset !== dataSet),
      encoder,
    )
    console.error(dataSet, JSON.stringify(result.dataSets[dataSet]))
  }
  writeFileSync(options.output, `${JSON.stringify(result, null, 2)}\n`)
} finally {
  rmSync(place, { recursive: true, force: true })
}

/** Trains on the others; APGR on their held-out prompts, and on the data set that was left out. */
async function leftOut(left, others, encoder) {
  const data = join(place, 'data.jsonl')
  const outcome = ({ prompt, score_strong: strong, score_weak: weak }) =>
    JSON.stringify({ prompt, scores: { strong, weak } })
  writeFileSync(data, others.map(outcome).join('\n'))
  const trained = await trainBertHead({
    name: 'head',
    data: [data],
    encoder,
    kind: options.head,
    strongModel: 'strong',
    weakModel: 'weak',
    seed: 1,
  })
  const folder = join(place, 'head')
  await saveBertCheckpoint(folder, trained)
  const router = await loadRouter({ name: 'head', artifact: folder }, { embedderOptions: {}, hub: {} })
  const winRates = await router.strongWinRates(left.map(({ prompt }) => ({ text: prompt })))
  await router.close()
  const apgr = createResampledApgr(
    winRates,
    left.map((row) => row.score_strong),
    left.map((row) => row.score_weak),
  )
  const [low, high] = bootstrapInterval(apgr, { rows: left.length, random: createRandom(1) })
  const {
    validationPairComparisons,
    validationApgr,
    validationApgrLow,
    validationApgrHigh,
    validationApgrOfLength,
  } = trained.record.metrics
  const digits = (value) => Number(value.toFixed(3))
  return {
    heldOutPrompts: {
      rows: validationPairComparisons,
      apgr: digits(validationApgr),
      interval: [validationApgrLow, validationApgrHigh].map(digits),
      length: digits(validationApgrOfLength),
    },
    leftOutDataSet: {
      rows: left.length,
      apgr: digits(apgr(new Uint8Array(left.length).fill(1))),
      interval: [low, high].map(digits),
    },
  }
}

/** Two layers of random weights, and WordPiece over the 3,000 words that stand in the most prompts. */
function writeEncoder(folder) {
  const counts = new Map()
  for (const { prompt } of rows)
    for (const word of new Set(prompt.toLowerCase().match(/[a-z]+|\d|[^\sa-z\d]/g)))
      counts.set(word, (counts.get(word) ?? 0) + 1)
  const words = [...counts]
    .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .slice(0, 3000)
    .map(([word]) => word)
  const size = Number(options.size)
  mkdirSync(folder)
  writeRandomEncoder(folder, {
    model_type: 'bert',
    hidden_size: size,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    intermediate_size: 2 * size,
    vocab_size: 4 + words.length,
    max_position_embeddings: 128,
    type_vocab_size: 2,
    pad_token_id: 0,
  })
  const tokenizer = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8'))
  const specials = tokenizer.added_tokens.map(({ content }) => content)
  tokenizer.model.vocab = Object.fromEntries([...specials, ...words].map((piece, id) => [piece, id]))
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer))
}
