// Simulated months: the loop beside the frozen router, over many seeds, with and without drift and hostile feedback. Writes
// results/loop.json; then run `node scripts/generate-docs.mjs` for the tables and the plot of docs/loop.md. Needs the build:
// npm run build. An hour and a half of processor time.
// With --months, months that are in that folder are not run again.
//   node benchmarks/loop/loop.mjs --data train_pool.jsonl.gz [--only drifting,steady] [--seeds 100] [--first 1] [--processes 2] [--months folder]
import { fork } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { monthKinds } from './months.mjs'
import { readResults, summarise } from './summary.mjs'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    only: { type: 'string', default: Object.keys(monthKinds).join(',') },
    seeds: { type: 'string', default: '100' },
    first: { type: 'string', default: '1' },
    processes: { type: 'string', default: '2' },
    months: { type: 'string' },
    output: { type: 'string', default: fileURLToPath(new URL('../results/loop.json', import.meta.url)) },
  },
})
if (values.data === undefined) {
  console.error('Name the training pool: --data train_pool.jsonl.gz')
  process.exit(2)
}
for (const name of values.only.split(','))
  if (monthKinds[name] === undefined)
    throw new Error(`--only ${name}: there are ${Object.keys(monthKinds).join(', ')}`)

for (const name of values.only.split(',')) {
  const months = await runInProcesses(name)
  writeFileSync(
    values.output,
    `${JSON.stringify({ ...readResults(values.output), [name]: summarise(months) }, null, 1)}\n`,
  )
  console.error(`${name}: ${months.length} months`)
}

/** Each process takes the next seed when it has finished one. */
async function runInProcesses(name) {
  const left = Array.from({ length: Number(values.seeds) }, (_, index) => index + Number(values.first))
  const months = []
  const workers = Array.from({ length: Number(values.processes) }, () =>
    fork(fileURLToPath(new URL('./child.mjs', import.meta.url)), [values.data]),
  )
  await Promise.all(
    workers.map(async (worker) => {
      for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
        months.push(await monthOf(worker, name, seed))
        if (months.length % 10 === 0) console.error(`${name}: ${months.length}`)
      }
      worker.disconnect()
    }),
  )
  return months.sort((one, other) => one.seed - other.seed)
}

async function monthOf(worker, name, seed) {
  const file =
    values.months === undefined ? null : `${values.months}/${name.replaceAll(' ', '-')}-${seed}.json`
  if (file !== null && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  worker.send({ name, seed })
  const month = await answerOf(worker)
  if (file !== null) writeFileSync(file, JSON.stringify(month))
  return month
}

function answerOf(worker) {
  return new Promise((resolve, reject) => {
    const onExit = (code) => reject(new Error(`A process ended with ${code}.`))
    worker.once('exit', onExit)
    worker.once('message', (month) => {
      worker.off('exit', onExit)
      resolve(month)
    })
  })
}
