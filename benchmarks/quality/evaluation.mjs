// Measures the routers on MMLU, GSM8K and MT-Bench and writes benchmarks/results/evaluation.json, the tables of README.md and
// docs/evaluation.md, and the curves in docs/images/. These are test sets: every run is recorded in
// benchmarks/test-set-runs.jsonl. Needs the build, and the routers of benchmarks/quality/train-benchmark-routers.mjs.
//   node benchmarks/quality/evaluation.mjs --data <folder that contains routellm/evals> --routers <folder> --what "why this run"
import { spawnSync } from 'node:child_process'
import { appendFileSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeGeneratedDocs } from '../../scripts/docs/generate.mjs'
import { project } from '../../scripts/setup/project.mjs'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    routers: { type: 'string' },
    what: { type: 'string' },
  },
})
const resultsFile = join(project, 'benchmarks', 'results', 'evaluation.json')
if (values.data === undefined || values.routers === undefined || values.what === undefined) {
  console.error(
    'Name the folder of the benchmarks (--data), the folder of the routers (--routers) and the reason for this run (--what).',
  )
  process.exit(2)
}
measure()
await writeGeneratedDocs()

function measure() {
  const output = mkdtempSync(join(tmpdir(), 'routellm-results-'))
  try {
    const evaluations = runEvaluate(output)
    // Points and resamples are in the curves and intervals; without them the file can be read.
    writeFileSync(
      resultsFile,
      `${JSON.stringify({ evaluations: evaluations.map(withoutPoints) }, null, 1)}\n`,
    )
    const biome = join(project, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
    spawnSync(process.execPath, [biome, 'format', '--write', resultsFile], { stdio: 'inherit' })
    for (const { benchmark } of evaluations)
      copyFileSync(join(output, `${benchmark}.svg`), join(project, 'docs', 'images', `${benchmark}.svg`))
    const result = Object.fromEntries(
      evaluations.map((evaluation) => [evaluation.benchmark, runRecord(evaluation)]),
    )
    appendFileSync(
      join(project, 'benchmarks', 'test-set-runs.jsonl'),
      `${JSON.stringify({ when: new Date().toISOString(), what: values.what, result })}\n`,
    )
  } finally {
    rmSync(output, { recursive: true, force: true })
  }
}

function runEvaluate(output) {
  const trained = ['sw_ranking', 'knn'].map((name) => join(values.routers, name))
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      join(project, 'dist', 'cli', 'main.js'),
      'evaluate',
      ...['mmlu', 'gsm8k', 'mt-bench'].flatMap((name) => ['--benchmark', name]),
      ...['--routers', ['rules', 'mf', ...trained].join(','), '--data', values.data],
      ...['--output', output, '--no-cache', '--json'],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 },
  )
  if (status !== 0) process.exit(status ?? 1)
  return JSON.parse(stdout).evaluations
}

function withoutPoints({ routers, baselines, oracle, bootstrap: { apgr: _, ...bootstrap }, ...rest }) {
  const without = ({ points: _points, ...router }) => router
  return {
    ...rest,
    routers: routers.map(without),
    baselines: Object.fromEntries(Object.entries(baselines).map(([name, one]) => [name, without(one)])),
    oracle: without(oracle),
    bootstrap,
  }
}

/** In the form of the lines that are there. */
function runRecord({ rows, strong, weak, routers, baselines, comparisons }) {
  return {
    rows,
    strong: strong.score,
    weak: weak.score,
    length: baselines.length.apgr,
    lengthInterval: baselines.length.apgrInterval,
    routers: Object.fromEntries(
      routers.map(({ name, apgr, apgrInterval }) => {
        const difference = comparisons.find((one) => one.router === name && one.against === 'length')
        return [
          name,
          {
            apgr,
            interval: apgrInterval,
            minusLength: difference.apgrDifference,
            minusLengthInterval: difference.interval,
          },
        ]
      }),
    ),
  }
}
