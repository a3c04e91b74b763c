// `npm run bench`: measures the decision and the gateway, and writes benchmarks/results/<time>.json.
//   node benchmarks/run.mjs [--only decision,cold-start,memory,gateway,similarity] [--seconds 3] [--rounds 5] [--portkey DIR] [--python DIR] [--profile DIR]
// Everything is on loopback, bounded in time, and ends what it started.
import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { setUp } from '../scripts/setup/set-up.mjs'
import { gatewayBenchmark, memoryBenchmark } from './gateway/gateway.mjs'
import { startDemo } from './gateway/gateways.mjs'
import { cpuMicroseconds, residentMegabytes, stop, stopAll } from './support/child.mjs'
import { spread } from './support/spread.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'decision,cold-start,memory,gateway,similarity' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '200000' },
    portkey: { type: 'string' },
    python: { type: 'string' },
    profile: { type: 'string' },
    output: { type: 'string' },
  },
})

const parts = {
  decision,
  'cold-start': coldStart,
  memory: () => memoryBenchmark({ requests: Number(options.requests), residentMegabytes }),
  gateway: () =>
    gatewayBenchmark({
      seconds: Number(options.seconds),
      rounds: Number(options.rounds),
      portkey: options.portkey,
      python: options.python,
      profile: options.profile,
    }),
  similarity,
}

await setUp()
const result = { began: new Date().toISOString(), machine: machineFacts() }
for (const name of options.only.split(',')) {
  if (parts[name] === undefined) throw new Error(`--only ${name}: one of ${Object.keys(parts).join(', ')}`)
  console.error(`${name} …`)
  result[name] = await parts[name]()
}
result.loadAverageAtEnd = os.loadavg()[0]
const file = options.output ?? join(here, 'results', `${result.began.replaceAll(':', '-').slice(0, 19)}.json`)
mkdirSync(join(here, 'results'), { recursive: true })
writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
console.log(JSON.stringify(result, null, 2))
console.error(`written to ${file}`)

/** The decision alone, without a server: benchmarks/speed/decision.mjs measures it and returns its figures. */
async function decision() {
  const { decisionBenchmark } = await import('./speed/decision.mjs')
  return await decisionBenchmark()
}

/** One query of similarity-weighted ranking, in this process. */
async function similarity() {
  const { similarityBenchmark } = await import('./speed/similarity.mjs')
  return await similarityBenchmark({ battles: 110_000, dimensions: 1536, rounds: 9 })
}

/** From the start of the process to the first 200 of /ready, with nothing configured. */
async function coldStart() {
  const readyMs = []
  const cpuMs = []
  const megabytes = []
  for (let round = 0; round < 5; round++) {
    try {
      const server = await startDemo({ core: 0 })
      readyMs.push(server.readyMs)
      cpuMs.push(cpuMicroseconds(server.pid) / 1000)
      megabytes.push(residentMegabytes(server.pid))
      await stop(server)
    } finally {
      await stopAll()
    }
  }
  return { readyMs: spread(readyMs, 0), cpuMs: spread(cpuMs, 0), residentMegabytes: spread(megabytes) }
}

function machineFacts() {
  const cores = os.cpus()
  return {
    processor: cores[0]?.model.trim(),
    cores: cores.length,
    memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    loadAverage: os.loadavg()[0],
  }
}
