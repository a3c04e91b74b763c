// What a few hundred labels give a choice among many models: dollars to reach 95 and 99 % of the best single model's score on the
// ParetoBandit rows, the effort of reasoning models on LiveCodeBench, and tool calls on BFCL. Each beside the best single model, a
// random mix, prompt length, nearest neighbours with the same labels, and the oracle. Writes benchmarks/results/pool.json and the
// tables of docs/routers/few_label.md. Only numbers are kept: the texts of LiveCodeBench and BFCL belong to others. Needs the build.
//   node benchmarks/quality/pool/pool.mjs --data <folder that contains pool/> [--only paretobandit,effort,tools] [--draws 16]
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeGeneratedDocs } from '../../../scripts/docs/generate.mjs'
import { project } from '../../../scripts/setup/project.mjs'
import { measureDollars } from './dollars.mjs'
import { readDomain, readPoolRows } from './domains.mjs'
import { measureCeilings, measureGap } from './gaps.mjs'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    only: { type: 'string', default: 'paretobandit,effort,tools' },
    draws: { type: 'string', default: '16' },
    output: { type: 'string', default: join(project, 'benchmarks', 'results', 'pool.json') },
  },
})
if (values.data === undefined) {
  console.error('Name the folder that contains pool/ (--data).')
  process.exit(2)
}
/** Dollars per million tokens of input and output, as listed in 2024. */
const listPrices = {
  'gpt-3.5-turbo-0125': [0.5, 1.5],
  'claude-3-haiku-20240307': [0.25, 1.25],
  'claude-3-sonnet-20240229': [3, 15],
  'claude-3-5-sonnet-20240620': [3, 15],
  'gpt-4-0125-preview': [10, 30],
}
/** Dollars per million tokens of output, as listed in 2025. */
const outputPrices = {
  'meta-llama/llama-3.1-8b-instruct': 0.05,
  'mistralai/mistral-large-2512': 1.5,
  'google/gemini-2.5-flash': 2.5,
  'google/gemini-2.5-pro': 10,
}
/** The data has no tokens: a token is taken for four characters, and a call for 60 tokens of output. */
const charactersPerToken = 4
const outputTokens = 60

const draws = Number(values.draws)
const parts = { paretobandit, effort, tools }
const result = existsSync(values.output) ? JSON.parse(readFileSync(values.output, 'utf8')) : {}
for (const name of values.only.split(',')) {
  const began = Date.now()
  result[name] = await parts[name]()
  console.error(`${name}: ${Math.round((Date.now() - began) / 1000)} s`)
}
writeFileSync(values.output, `${JSON.stringify(result, null, 1)}\n`)
const biome = join(project, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
spawnSync(process.execPath, [biome, 'format', '--write', values.output], { stdio: 'inherit' })
await writeGeneratedDocs()

/**
 * A judge's score and the dollars of every call, as the data has them. It has no tokens: they are the dollars divided by the list
 * price of output, so that the little that the input costs counts as output.
 */
async function paretobandit() {
  const rows = readPoolRows(values.data, 'paretobandit.jsonl.gz')
  const models = Object.keys(rows[0].scores)
  const domain = await readDomain(rows, models, (row, model) => row.cost[model] ?? Number.NaN)
  const usdPerMillionTokens = models.map((model) => outputPrices[model])
  const outputTokens = domain.usd.map((usd, cell) => (usd * 1e6) / usdPerMillionTokens[cell % models.length])
  return measureDollars(
    { ...domain, usdPerMillionTokens, outputTokens },
    { labels: 500, draws },
    console.error,
  )
}

/** pass@1 at low and at high effort. Tokens of the answers are not in the data, so there are no dollars. */
async function effort() {
  const rows = readPoolRows(values.data, 'livecodebench_effort.jsonl.gz')
  const pairs = [
    ['O3-Mini-2025-01-31 (Low)', 'O3-Mini-2025-01-31 (High)'],
    ['O4-Mini (Low)', 'O4-Mini (High)'],
    ['O1-2024-12-17 (N=1) (Low)', 'O1-2024-12-17 (N=1) (High)'],
  ]
  const [first] = pairs
  const domain = await readDomain(rows, first)
  const efforts = pairs.flat()
  const pool = {
    ...domain,
    models: efforts,
    scores: Float64Array.from(rows.flatMap((row) => efforts.map((model) => row.scores[model]))),
  }
  return pairs.map((pair) => {
    const scores = Float64Array.from(rows.flatMap((row) => pair.map((model) => row.scores[model])))
    console.error(pair.join(' to '))
    const own = { ...domain, models: pair, scores }
    return {
      ...measureGap(own, { labels: 400, draws }, { pool }),
      ceilings: measureCeilings(own, ceilingsOf(rows, pair)),
    }
  })
}

/** How hard a problem is by what no router knows of it; higher is harder. */
function ceilingsOf(rows, [weak]) {
  const family = weak.split(' (')[0]
  const known = Object.keys(rows[0].scores)
  const failures = (models) =>
    rows.map(({ scores }) => -models.reduce((sum, model) => sum + scores[model], 0) / models.length)
  return {
    'the difficulty that its setters state': rows.map(({ difficulty }) =>
      ['easy', 'medium', 'hard'].indexOf(difficulty),
    ),
    'failure of the same model at medium effort': failures(
      known.filter((model) => model.startsWith(family) && /\((Med|Medium)\)/.test(model)),
    ),
    'failures of all other models': failures(known.filter((model) => !model.startsWith(family))),
    'failures of the other reasoning models of the pool': failures(
      known.filter((model) => /^O\d/.test(model) && !model.startsWith(family)),
    ),
  }
}

async function tools() {
  const rows = readPoolRows(values.data, 'bfcl_tools.jsonl.gz')
  const pairs = [
    ['gpt-3.5-turbo-0125', 'gpt-4-0125-preview'],
    ['claude-3-haiku-20240307', 'claude-3-5-sonnet-20240620'],
    ['open-mixtral-8x7b', 'mistral-large-2407-FC-Any'],
  ]
  const domain = await readDomain(rows, pairs[0])
  const told = await readDomain(
    rows,
    pairs[0],
    undefined,
    ({ prompt, tools: count, tool_chars: characters }) =>
      `${prompt}\n\n[${count} tools, ${characters} characters]`,
  )
  const variants = {
    'with the tools in the text': told,
    'with the tools as features': { examples: withToolFeatures(domain.examples, rows) },
  }
  const gaps = pairs.map((pair) => {
    const scores = Float64Array.from(rows.flatMap((row) => pair.map((model) => row.scores[model])))
    console.error(pair.join(' to '))
    return measureGap({ ...domain, models: pair, scores }, { labels: 500, draws }, { variants })
  })
  const pool = Object.keys(listPrices)
  const priced = {
    ...domain,
    models: pool,
    scores: Float64Array.from(rows.flatMap((row) => pool.map((model) => row.scores[model]))),
    usd: Float64Array.from(rows.flatMap((row) => pool.map((model) => listUsd(row, model)))),
  }
  return { gaps, pool: measureDollars(priced, { labels: 500, draws }, console.error) }
}

function listUsd({ prompt, tool_chars: characters }, model) {
  const [input, output] = listPrices[model]
  return (((prompt.length + characters) / charactersPerToken) * input + outputTokens * output) / 1e6
}

/** The number of tools and the logarithm of their length, standardised, beside the named features. */
function withToolFeatures(examples, rows) {
  const columns = [rows.map((row) => row.tools), rows.map((row) => Math.log(row.tool_chars + 1))].map(
    standardised,
  )
  const size = examples.named.length / examples.count
  const perFeature = 1 / Math.sqrt(size)
  const widened = (values, factor) => {
    const own = values.length / examples.count
    return Float64Array.from(
      rows.flatMap((_, row) => [
        ...values.subarray(row * own, (row + 1) * own),
        ...columns.map((column) => factor * column[row]),
      ]),
    )
  }
  return { ...examples, named: widened(examples.named, perFeature), inputs: widened(examples.inputs, 1) }
}

function standardised(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  return values.map((value) => (deviation === 0 ? 0 : (value - mean) / deviation))
}
