// Measures every target of docs/targets.md: runs the benchmarks one after the other, writes the generated tables of the
// documentation, and checks the gates. Takes about an hour; `--only` chooses parts. MMLU, GSM8K, MT-Bench and the
// hand-written everyday prompts are test sets: each run on them is recorded in test-set-runs.jsonl. Needs the build.
//   node benchmarks/all-targets.mjs --data <folder with routellm/evals> --training <folder of training files>
//     --everyday <folder with everyday/, pool/ and training/> --what "why this run"
//     [--encoder '{"kind": "mf", "encoder": …}'] [--only quality,everyday,few_label,guarantee,speed,mf,audit,transformers]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { project } from '../scripts/setup/project.mjs'

const names = ['quality', 'everyday', 'few_label', 'guarantee', 'speed', 'mf', 'audit', 'transformers']
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    training: { type: 'string' },
    everyday: { type: 'string' },
    encoder: { type: 'string' },
    what: { type: 'string' },
    only: { type: 'string', default: names.join(',') },
  },
})
const chosen = values.only.split(',')
const unknown = chosen.find((name) => !names.includes(name))
const { data, training, everyday, what } = values
if ([data, training, everyday, what].includes(undefined) || unknown) {
  console.error(
    `Name the folder of the benchmarks (--data), that of the training files (--training), that of the everyday prompts (--everyday) and what this run is for (--what). Parts: ${names.join(', ')}.`,
  )
  process.exit(2)
}
const workshop = mkdtempSync(join(tmpdir(), 'routellm-targets-'))
/** The encoder tier is measured if its weights are there. */
const encoder = values.encoder === undefined ? [] : ['--encoder', values.encoder]
const parts = {
  quality: [
    ['benchmarks/quality/train-benchmark-routers.mjs', '--data', training, '--output', workshop],
    ['benchmarks/quality/evaluation.mjs', '--data', data, '--routers', workshop, '--what', what],
    ['benchmarks/quality/builtin-quality.mjs', '--data', data, '--what', what],
  ],
  everyday: [
    ['benchmarks/everyday/everyday.mjs', '--data', everyday, '--test-set', '--what', what, ...encoder],
  ],
  few_label: [['benchmarks/quality/own-labels.mjs', '--data', data, '--what', what]],
  guarantee: [
    [
      'benchmarks/quality/guarantee.mjs',
      '--data',
      data,
      '--routers',
      'mf,length',
      '--splits',
      '5000',
      '--what',
      what,
    ],
    [
      'benchmarks/quality/guarantee.mjs',
      '--data',
      data,
      '--routers',
      'few_label',
      '--rows',
      '4000',
      '--what',
      what,
    ],
  ],
  speed: [['benchmarks/speed/routers.mjs', ...encoder]],
  mf: [['benchmarks/speed/mf-training.mjs']],
  audit: [['benchmarks/speed/audit.mjs']],
  transformers: [['benchmarks/speed/transformers.mjs']],
}

try {
  for (const name of chosen) for (const part of parts[name]) run(part)
  run(['scripts/generate-docs.mjs'])
  run(['benchmarks/quality/gates.mjs'])
} finally {
  rmSync(workshop, { recursive: true, force: true })
}

function run([script, ...args]) {
  console.error(`\n== ${script}`)
  const { status } = spawnSync(process.execPath, [join(project, script), ...args], { stdio: 'inherit' })
  if (status !== 0) {
    rmSync(workshop, { recursive: true, force: true })
    process.exit(status ?? 1)
  }
}
