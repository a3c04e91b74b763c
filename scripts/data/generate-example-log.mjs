// Writes examples/logs.jsonl: 420 requests of two days, invented. The same bytes each time.
//   node scripts/data/generate-example-log.mjs
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { syntheticLog } from '../../benchmarks/support/synthetic-log.mjs'

export function exampleLog() {
  return [...syntheticLog({ count: 420, seed: 4, days: 2 })].map((row) => `${JSON.stringify(row)}\n`).join('')
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(fileURLToPath(new URL('../../examples/logs.jsonl', import.meta.url)), exampleLog())
