// How long `train mf` takes on 65,000 battles of 64 models with 256-dimensional embeddings: invented ones, in which the
// models differ and the prompts matter, with the default settings. Writes results/mf-training.json. Needs the build.
//   node benchmarks/speed/mf-training.mjs [--battles 65000] [--dimensions 256] [--runs 3]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import os, { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createRandom } from '../../dist/base/math/random.js'
import { trainMatrixFactorization } from '../../dist/learning/training/index.js'
import { spread } from '../support/spread.mjs'

const { values } = parseArgs({
  options: {
    battles: { type: 'string', default: '65000' },
    dimensions: { type: 'string', default: '256' },
    runs: { type: 'string', default: '3' },
  },
})
const [battles, dimensions, runs] = [values.battles, values.dimensions, values.runs].map(Number)
const models = 64
const began = new Date().toISOString()
const folder = mkdtempSync(join(tmpdir(), 'routellm-mf-training-'))
try {
  const data = join(folder, 'battles.jsonl')
  await writeBattles(data)
  const seconds = []
  const cpuSeconds = []
  let lossCurve
  for (let run = 0; run < runs; run++) {
    const started = performance.now()
    const cpu = process.cpuUsage()
    ;({ lossCurve } = await trainMatrixFactorization({
      name: 'mf',
      data: [data],
      strongModel: 'model-0',
      weakModel: `model-${models - 1}`,
      seed: 1,
    }))
    const used = process.cpuUsage(cpu)
    seconds.push((performance.now() - started) / 1000)
    cpuSeconds.push((used.user + used.system) / 1e6)
    console.error(`run ${run + 1} of ${runs}: ${seconds.at(-1).toFixed(1)} s`)
  }
  const result = {
    began,
    node: process.version,
    processor: os.cpus()[0]?.model,
    loadAverageAtEnd: os.loadavg()[0],
    battles,
    models,
    dimensions,
    epochs: lossCurve.training.length,
    seconds: spread(seconds),
    cpuSeconds: spread(cpuSeconds),
    lossCurve,
  }
  writeFileSync(
    fileURLToPath(new URL('../results/mf-training.json', import.meta.url)),
    `${JSON.stringify(result, (_, value) => (typeof value === 'number' ? Number(value.toFixed(4)) : value), 2)}\n`,
  )
  console.log(
    `${result.seconds.median.toFixed(1)} s (${result.cpuSeconds.median.toFixed(1)} s of processor time)`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Model i wins by its strength, and by how well a direction of its own goes with the prompt's embedding. */
async function writeBattles(file) {
  const random = createRandom(1)
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const directions = Array.from({ length: models }, () => Array.from({ length: dimensions }, gaussian))
  const output = await open(file, 'w')
  for (let battle = 0; battle < battles; battle++) {
    const embedding = Array.from({ length: dimensions }, () =>
      Number((gaussian() / Math.sqrt(dimensions)).toFixed(4)),
    )
    const a = random.nextInt(models)
    const b = (a + 1 + random.nextInt(models - 1)) % models
    const worth = (model) =>
      (models - model) / 16 + directions[model].reduce((sum, value, k) => sum + value * embedding[k], 0)
    const chance = 1 / (1 + Math.exp(worth(b) - worth(a)))
    const drawn = random.next()
    const winner = random.next() < 0.15 ? 'tie' : drawn < chance ? 'model_a' : 'model_b'
    const row = {
      prompt: `prompt ${battle}`,
      model_a: `model-${a}`,
      model_b: `model-${b}`,
      winner,
      embedding,
    }
    await output.write(`${JSON.stringify(row)}\n`)
  }
  await output.close()
}
