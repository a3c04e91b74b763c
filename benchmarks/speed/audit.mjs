// Time and peak memory of `routellm audit` on synthetic logs of several lengths, so that memory is seen not to grow.
//   node benchmarks/speed/audit.mjs [--sizes 10000,100000,300000] [--rounds 3] [--log real.jsonl]… [--output file]
// The logs are seeded and made in a temporary folder; a log of one's own is measured beside them with --log.
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { setUp } from '../../scripts/setup/set-up.mjs'
import { runToResult, stopAll } from '../support/child.mjs'
import { spread } from '../support/spread.mjs'
import { syntheticLog } from '../support/synthetic-log.mjs'

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,300000' },
    rounds: { type: 'string', default: '3' },
    log: { type: 'string', multiple: true, default: [] },
    output: { type: 'string', default: fileURLToPath(new URL('../results/audit.json', import.meta.url)) },
  },
})
const meanCharacters = 1500

await setUp()
const folder = mkdtempSync(join(os.tmpdir(), 'audit-benchmark-'))
const began = new Date().toISOString()
const logs = []
try {
  for (const size of options.sizes.split(',').filter(Boolean)) {
    const file = join(folder, 'log.jsonl')
    await writeLog(file, Number(size))
    logs.push({ log: 'synthetic, seed 7', ...(await measure(file)) })
  }
  for (const file of options.log) logs.push({ log: basename(file), ...(await measure(file)) })
} finally {
  await stopAll()
  rmSync(folder, { recursive: true })
}
const result = {
  began,
  node: process.version,
  processor: os.cpus()[0]?.model,
  cores: os.cpus().length,
  loadAverageAtEnd: os.loadavg()[0],
  meanPastedCharacters: meanCharacters,
  logs,
}
writeFileSync(options.output, `${JSON.stringify(result, null, 2)}\n`)
console.log(JSON.stringify(result, null, 2))

async function measure(file) {
  const runs = []
  for (let round = 0; round < Number(options.rounds); round++) {
    const argv = [
      'audit',
      file,
      '--json',
      '--html',
      join(folder, 'report.html'),
      '--sample-to-label',
      join(folder, 'sample.jsonl'),
    ]
    const run = await runToResult(new URL('./audit-child.mjs', import.meta.url), { argv })
    if (run.exitCode !== 0) throw new Error(`audit ended with ${run.exitCode}`)
    runs.push(run)
  }
  const { rows, routable, verdict } = runs[0].report
  return {
    requests: rows.requests,
    scored: routable,
    megabytes: Math.round(statSync(file).size / 1e6),
    verdict: verdict.answer,
    seconds: spread(runs.map(({ seconds }) => seconds)),
    cpuSeconds: spread(runs.map(({ cpuSeconds }) => cpuSeconds)),
    peakMegabytes: spread(runs.map(({ peakMegabytes }) => peakMegabytes)),
  }
}

async function writeLog(file, count) {
  const out = createWriteStream(file)
  for (const row of syntheticLog({ count, seed: 7, meanCharacters }))
    if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, 'drain')
  out.end()
  await once(out, 'finish')
}
