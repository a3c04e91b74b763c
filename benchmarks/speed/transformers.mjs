// Encoders of the sizes of XLM-RoBERTa base and MiniLM with random weights: one prompt, batches, the event loop, memory,
// beside the machine's own rate of matrix multiplication, measured in the same process.
//   node benchmarks/speed/transformers.mjs [--threads 2] [--rounds 15] [--only MiniLM] [--folder DIR] [--output FILE]
// Writes 1.2 GB into a temporary folder and removes it. Each model in each precision has a process of its own.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { setUp } from '../../scripts/setup/set-up.mjs'
import { gigaflop, sizes, textOf, writeRandomEncoder } from '../support/random-encoder.mjs'
import { spread } from '../support/spread.mjs'

const program = fileURLToPath(import.meta.url)
const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '15' },
    only: { type: 'string', default: '' },
    folder: { type: 'string' },
    output: {
      type: 'string',
      default: fileURLToPath(new URL('../results/transformers.json', import.meta.url)),
    },
    measure: { type: 'string' },
    precision: { type: 'string' },
  },
})

if (options.measure !== undefined)
  console.log(JSON.stringify(await measure(options.measure, options.precision)))
else await measureAll()

async function measureAll() {
  await setUp()
  const place = options.folder ?? mkdtempSync(join(os.tmpdir(), 'routellm-transformers-'))
  const result = {
    began: new Date().toISOString(),
    machine: {
      processor: os.cpus()[0]?.model.trim(),
      cores: os.cpus().length,
      node: process.version,
      loadAverage: os.loadavg()[0],
    },
    threads: Number(options.threads),
    models: {},
  }
  try {
    for (const [name, config] of Object.entries(sizes)) {
      if (!name.includes(options.only)) continue
      const folder = join(place, config.model_type)
      console.error(`${name}: writing random weights …`)
      writeRandomEncoder(folder, config)
      result.models[name] = { gigaflopPerPrompt: {} }
      for (const tokens of [32, 64, 128])
        result.models[name].gigaflopPerPrompt[tokens] = Number(gigaflop(config, tokens).toFixed(2))
      const winRates = {}
      for (const precision of ['float32', 'int8']) {
        console.error(`${name} in ${precision} …`)
        const args = [program, '--measure', folder, '--precision', precision]
        const child = [...args, '--threads', options.threads, '--rounds', options.rounds]
        const measured = JSON.parse(
          execFileSync(process.execPath, child, { stdio: ['ignore', 'pipe', 'inherit'] }),
        )
        ;({ winRates: winRates[precision], ...result.models[name][precision] } = measured)
      }
      const drifts = winRates.float32.map((winRate, index) => Math.abs(winRate - winRates.int8[index]))
      result.models[name].int8WinRateDrift = {
        prompts: drifts.length,
        mean: Number((drifts.reduce((sum, drift) => sum + drift, 0) / drifts.length).toFixed(4)),
        max: Number(Math.max(...drifts).toFixed(4)),
      }
    }
  } finally {
    if (options.folder === undefined) rmSync(place, { recursive: true, force: true })
  }
  result.loadAverageAtEnd = os.loadavg()[0]
  writeFileSync(options.output, `${JSON.stringify(result, null, 2)}\n`)
  console.log(JSON.stringify(result, null, 2))
}

async function measure(folder, precision) {
  const { openCheckpoint } = await import('../../dist/routing/onnx/checkpoint.js')
  const { createTextEncoder } = await import('../../dist/routing/onnx/text-encoder.js')
  const { winRateOfLogits } = await import('../../dist/routing/routers/bert/win-rate.js')
  const computeThreads = Number(options.threads)
  const rounds = Number(options.rounds)
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  const checkpoint = await openCheckpoint(folder)
  const settings = { precision, computeThreads, cacheFolder: join(folder, 'cache'), maximumWaiting: 64 }
  const head = { kind: 'classification', labels: 3 }
  if (precision === 'int8') await (await createTextEncoder(checkpoint, head, settings)).close()
  const empty = residentMegabytes()
  const began = performance.now()
  const pool = await createTextEncoder(checkpoint, head, settings)
  const loadMs = Math.round(performance.now() - began)
  const megabytes = { empty, loaded: residentMegabytes() }
  const matmul = await matmulRate(folder, computeThreads)

  const milliseconds = {}
  for (const tokens of [32, 64, 128]) {
    milliseconds[tokens] = []
    for (let round = 0; round <= rounds; round++) {
      const ms = await timed(() => pool.run([textOf(tokens, round)]))
      if (round > 0) milliseconds[tokens].push(ms)
    }
  }
  const batches = {}
  for (const [texts, tokens] of [
    [32, 32],
    [16, 128],
  ]) {
    const rates = []
    for (let round = 0; round < Math.max(3, rounds / 5); round++) {
      // The matrix product and the batch take turns, so that what else the machine does falls on both.
      const rate = await matmul()
      const batch = Array.from({ length: texts }, (_, index) => textOf(tokens, round * 100 + index))
      const seconds = (await timed(() => pool.run(batch))) / 1000
      const gigaflops = (texts * gigaflop(config, tokens)) / seconds
      rates.push({ gigaflops, rate, promptsPerSecond: texts / seconds })
    }
    batches[`${texts} × ${tokens}`] = {
      gigaflopsPerSecond: spread(rates.map(({ gigaflops }) => gigaflops)),
      matmulGigaflopsPerSecond: spread(rates.map(({ rate }) => rate)),
      shareOfMatmulRate: spread(
        rates.map(({ gigaflops, rate }) => gigaflops / rate),
        2,
      ),
      promptsPerSecond: spread(rates.map(({ promptsPerSecond }) => promptsPerSecond)),
    }
  }
  const worstStallMs = await stallUnderLoad(pool)
  megabytes.afterwards = residentMegabytes()
  const texts = Array.from({ length: 100 }, (_, index) => textOf(8 + ((index * 37) % 120), index))
  const winRates = (await pool.run(texts)).map((logits) => winRateOfLogits(logits, folder))
  await pool.close()
  return {
    loadMs,
    milliseconds: Object.fromEntries(Object.entries(milliseconds).map(([key, list]) => [key, spread(list)])),
    batches,
    worstStallMs,
    residentMegabytes: megabytes,
    winRates,
  }
}

/** The longest time that the event loop was held up while 50 requests were computed, and while nothing was done. */
async function stallUnderLoad(pool) {
  const worst = async (work) => {
    let longest = 0
    let last = performance.now()
    let isOver = false
    const watch = () => {
      const now = performance.now()
      longest = Math.max(longest, now - last)
      last = now
      if (!isOver) setImmediate(watch)
    }
    setImmediate(watch)
    await work()
    isOver = true
    return Number(longest.toFixed(2))
  }
  const requests = () => Promise.all(Array.from({ length: 50 }, (_, index) => pool.run([textOf(64, index)])))
  await requests()
  const idle = await worst(() => new Promise((resolve) => setTimeout(resolve, 2000)))
  return { idle, under50Requests: await worst(requests) }
}

/**
 * A function that measures what one product of [512, 768] with constant [768, 3072] reaches, in 10⁹ operations per
 * second: constant, so that the runtime lays it out for the processor, as it does with weights.
 */
async function matmulRate(folder, threads) {
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const { createGraph } = await import('../../dist/routing/onnx/graph/graph.js')
  const [rows, inner, columns] = [512, 768, 3072]
  const graph = createGraph()
  const a = graph.input('a', 'float32', [rows, inner])
  const file = 'matmul.bin'
  const numbers = (count) =>
    Float32Array.from({ length: count }, (_, index) => ((index * 7919) % 1000) / 1000)
  writeFileSync(join(folder, file), Buffer.from(numbers(inner * columns).buffer))
  const bytes = 4 * inner * columns
  const b = graph.external({ name: 'b', dtype: 'F32', shape: [inner, columns], file, offset: 0, bytes })
  graph.output('c', graph.node('MatMul', [a, b]), 'float32', [rows, columns])
  const session = await InferenceSession.create(graph.encode(), {
    intraOpNumThreads: threads,
    extra: { session: { model_external_initializers_file_folder_path: folder } },
  })
  const feeds = { a: new Tensor('float32', numbers(rows * inner), [rows, inner]) }
  await session.run(feeds)
  return async () => {
    const runs = 10
    const ms = await timed(async () => {
      for (let run = 0; run < runs; run++) await session.run(feeds)
    })
    return (runs * 2 * rows * inner * columns) / ms / 1e6
  }
}

async function timed(work) {
  const began = performance.now()
  await work()
  return performance.now() - began
}

function residentMegabytes() {
  return Math.round(process.memoryUsage().rss / 1e6)
}
