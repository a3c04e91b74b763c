// Policies over four models on real outcomes (ParetoBandit: a judge's scores and the dollars of each call): 500 labels train
// `few_label`, the same labels calibrate the tolerance, each scored without itself, and the other rows are measured. Writes
// benchmarks/results/policies.json, and the table and the picture of docs/policies.md. Needs the build.
//   node benchmarks/policies/policies.mjs --data <paretobandit.jsonl.gz> [--draws 12]
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { runAtOnce } from '../../dist/base/concurrency/run-steps.js'
import { drawAscending } from '../../dist/base/math/draw.js'
import { createRandom } from '../../dist/base/math/random.js'
import { parseConfig } from '../../dist/config/parse-config.js'
import { calibratePolicy } from '../../dist/jobs/calibrate/policy/calibrate-policy.js'
import { findPolicySpecs, openPolicies } from '../../dist/jobs/policies/open-policies.js'
import { replayLabels } from '../../dist/learning/evaluation/policies/labelled-traffic.js'
import { measureTraffic } from '../../dist/learning/evaluation/policies/measure.js'
import { writeGeneratedDocs } from '../../scripts/docs/generate.mjs'
import { project } from '../../scripts/setup/project.mjs'

const { values } = parseArgs({
  options: { data: { type: 'string' }, draws: { type: 'string', default: '12' } },
})
const resultsFile = join(project, 'benchmarks', 'results', 'policies.json')
const labelCount = 500
const expectedTokens = 400
/** The models as the rows name them, and short. */
const names = {
  'google/gemini-2.5-pro': 'gemini-2.5-pro',
  'google/gemini-2.5-flash': 'gemini-2.5-flash',
  'mistralai/mistral-large-2512': 'mistral-large',
  'meta-llama/llama-3.1-8b-instruct': 'llama-3.1-8b',
}
const models = Object.values(names)
const loss = { kind: 'loss', maxLoss: 0.1, confidence: 0.95, lossMargin: 0.2 }
const targets = [
  { name: '99 % of the quality', target: { kind: 'quality', minQuality: 0.99 } },
  { name: '95 % of the quality', target: { kind: 'quality', minQuality: 0.95 } },
  { name: 'guaranteed loss', target: loss },
]
const sweep = [0, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.14, 0.2, 0.3]

if (values.data === undefined) {
  console.error('Name the file of outcomes (--data).')
  process.exit(2)
}
const rows = readOutcomes(values.data)
const folder = mkdtempSync(join(tmpdir(), 'routellm-policies-'))
try {
  const draws = []
  for (let seed = 1; seed <= Number(values.draws); seed++) {
    draws.push(await measureDraw(seed))
    console.error(
      `draw ${seed}:`,
      JSON.stringify(draws.at(-1).policies.map(({ name, usd, loss: lost }) => [name, usd, lost])),
    )
  }
  writeFileSync(
    resultsFile,
    `${JSON.stringify({ began: new Date().toISOString(), rows: rows.length, labels: labelCount, models, promise: loss, draws }, null, 1)}\n`,
  )
} finally {
  rmSync(folder, { recursive: true })
}
const biome = join(project, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
spawnSync(process.execPath, [biome, 'format', '--write', resultsFile], { stdio: 'inherit' })
await writeGeneratedDocs()

function readOutcomes(file) {
  const rename = (column) =>
    Object.fromEntries(Object.entries(column).map(([name, value]) => [names[name], value]))
  return gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ prompt, scores, cost }) => ({ prompt, scores: rename(scores), cost: rename(cost) }))
    .filter(({ scores, cost }) =>
      models.every((model) => scores[model] !== undefined && cost[model] !== undefined),
    )
}

async function measureDraw(seed) {
  const drawn = new Set(drawAscending(rows.length, labelCount, createRandom(seed)))
  const labels = rows.filter((_, row) => drawn.has(row))
  const rest = rows.filter((_, row) => !drawn.has(row))
  const own = join(folder, String(seed))
  mkdirSync(own)
  // Mean dollars of a model's calls. The data has no tokens: they are the dollars in calls of the mean length.
  const mean = (model) => labels.reduce((sum, { cost }) => sum + cost[model], 0) / labels.length
  const tokensOf = ({ cost }) =>
    Object.fromEntries(
      models.map((model) => [model, { input: 0, output: (expectedTokens * cost[model]) / mean(model) }]),
    )
  writeFileSync(
    join(own, 'labels.jsonl'),
    labels.map((row) => `${JSON.stringify({ ...row, tokens: tokensOf(row) })}\n`).join(''),
  )
  run(own, [
    'train',
    'few_label',
    '--labels',
    'labels.jsonl',
    '--models',
    models.join(','),
    '--output',
    'pool',
    '--seed',
    String(seed),
  ])

  const yaml = (policies) => `version: 1
providers: { demo: { kind: demo } }
models:
${models.map((model) => `  ${model}: { provider: demo, upstream: ${model}, inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: ${(mean(model) * 1e6) / expectedTokens} }`).join('\n')}
routers: { pool: { artifact: ${JSON.stringify(join(own, 'pool'))} } }
policy: { kind: pair, strong: ${models[0]}, weak: ${models.at(-1)} }
policies:
${policies.map(({ name, tolerance }) => `  ${name}: { kind: cheapest-good-enough, candidates: [${models.join(', ')}], router: pool, tolerance: ${tolerance}, outputTokens: ${expectedTokens} }`).join('\n')}
  half: { kind: pair, strong: ${models[0]}, weak: ${models.at(-1)}, router: pool, strongPercent: 50 }
auto: { policy: half }
`
  const calibrated = []
  for (const [place, { name, target }] of targets.entries()) {
    const found = await calibratePolicy(
      { name: 'frugal' },
      { ...target, labels: 'labels.jsonl' },
      contextOf(own, yaml([{ name: 'frugal', tolerance: 0 }])),
    )
    calibrated.push({ name, key: `c${place}`, tolerance: found.possible ? found.tolerance : null })
  }
  const compared = [
    ...calibrated
      .filter(({ tolerance }) => tolerance !== null)
      .map(({ key, tolerance }) => ({ name: key, tolerance })),
    ...sweep.map((tolerance, place) => ({ name: `s${place}`, tolerance })),
  ]
  const context = contextOf(own, yaml(compared))
  const open = await openPolicies(findPolicySpecs(context.workspace.config), context.workspace)
  const { traffic } = await replayLabels({
    labels: rest,
    policies: open.policies,
    candidates: open.candidates.map(({ name, upstream }) => ({ name, upstream })),
    outputTokensOf: () => expectedTokens,
    signal: context.signal,
  })
  await open.close()
  const measured = runAtOnce(measureTraffic(traffic, { seed, resamples: 200 }))
  const byName = new Map(measured.policies.map((policy) => [policy.name, policy]))
  const figuresOf = ({ figures, shares }) => ({
    usd: figures.usd / measured.requests,
    score: figures.score,
    loss: figures.loss,
    randomUsd: figures.randomUsd === null ? null : figures.randomUsd / measured.requests,
    gainOverRandom: figures.gainOverRandom,
    gainOverLength: figures.gainOverLength,
    shares,
  })
  return {
    seed,
    best: measured.best,
    policies: [
      ...calibrated.map(({ name, key, tolerance }) => ({
        name,
        tolerance,
        ...(tolerance === null ? {} : { ...figuresOf(byName.get(key)), failing: failingShare(traffic, key) }),
      })),
      { name: 'pair, half to the dearest', ...figuresOf(byName.get('half')) },
    ],
    models: measured.models.map((model) => ({ name: model.name, ...figuresOf(model) })),
    oracle: figuresOf(measured.oracle),
    curve: sweep.map((tolerance, place) => {
      const { figures } = byName.get(`s${place}`)
      return { tolerance, usd: figures.usd / measured.requests, score: figures.score }
    }),
  }
}

/** The share of the rows on which a policy's model scores lower than the first model, by more than the margin. */
function failingShare({ policies, scores }, name) {
  const { chosen } = policies.find((policy) => policy.name === name)
  const failing = chosen.filter((model, row) => scores[model][row] + loss.lossMargin < scores[0][row] - 1e-9)
  return failing.length / chosen.length
}

function contextOf(place, yaml) {
  return {
    signal: new AbortController().signal,
    onProgress() {},
    onWarning: (message) => console.error(message),
    workspace: {
      folder: place,
      config: parseConfig(yaml, 'policies.mjs'),
      dependencies: { embedderOptions: {}, hub: {} },
    },
  }
}

function run(cwd, argv) {
  const { status, stderr } = spawnSync(process.execPath, [join(project, 'dist', 'cli', 'main.js'), ...argv], {
    cwd,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
}
