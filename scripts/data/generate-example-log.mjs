// Writes examples/logs.jsonl, 420 requests of two days, and examples/labels.jsonl, labels of 400 prompts of the same kind.
// Everything is invented. The same bytes each time.
//   node scripts/data/generate-example-log.mjs

import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { syntheticLog } from '../../benchmarks/support/synthetic-log.mjs'

export function exampleLog() {
  return [...syntheticLog({ count: 420, seed: 4, days: 2 })].map((row) => `${JSON.stringify(row)}\n`).join('')
}

/** gpt-4o answers nearly everything well; gpt-4o-mini fails on calculations, proofs, code and German, not on long texts. */
export function exampleLabels() {
  const prompts = new Set()
  for (const { request } of syntheticLog({ count: 4000, seed: 5, days: 20 })) {
    const last = request?.messages?.findLast(({ role }) => role === 'user')?.content
    if (typeof last === 'string') prompts.add(last)
    if (prompts.size === 400) break
  }
  return [...prompts]
    .map((prompt) => {
      const fails = /courier drives|Prove|TypeScript/.test(prompt)
        ? 0.55
        : /German|\bWie\b|\bIst\b/.test(prompt)
          ? 0.4
          : 0.05
      const scores = {
        'gpt-4o': Number(chance(`a${prompt}`) > 0.03),
        'gpt-4o-mini': Number(chance(`b${prompt}`) > fails),
      }
      return `${JSON.stringify({ prompt, scores })}\n`
    })
    .join('')
}

/** From 0 to 1, by the text alone. */
function chance(text) {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL('../../examples/logs.jsonl', import.meta.url)), exampleLog())
  writeFileSync(fileURLToPath(new URL('../../examples/labels.jsonl', import.meta.url)), exampleLabels())
}
