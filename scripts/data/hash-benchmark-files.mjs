// Writes src/learning/evaluation/benchmarks/upstream-files.ts: the benchmark files of lm-sys/RouteLLM that `routellm data fetch`
// downloads, with their hashes.
//   node scripts/data/hash-benchmark-files.mjs <a copy of the upstream repository>
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
if (folder === undefined || !existsSync(join(folder, 'routellm', 'evals'))) {
  console.error('usage: node scripts/data/hash-benchmark-files.mjs <folder that contains routellm/evals>')
  process.exit(2)
}
/** What the loaders read; nothing else is downloaded. */
const wanted = [
  /^routellm\/evals\/mmlu\/responses\/mmlu_\w+\.csv$/,
  /^routellm\/evals\/gsm8k\/gsm8k_responses\.csv$/,
  /^routellm\/evals\/mt_bench\/(question|judgements)\.jsonl$/,
  /^routellm\/evals\/\w+\/contaminated_prompts\.jsonl$/,
  /^benchmarks\/mt-bench\/[\w-]+\.jsonl$/,
]
const rows = readdirSync(folder, { recursive: true })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => wanted.some((pattern) => pattern.test(path)))
  .sort()
  .map((path) => {
    const bytes = readFileSync(join(folder, path))
    return `${createHash('sha256').update(bytes).digest('hex')} ${bytes.length} ${path}`
  })

writeFileSync(
  new URL('../../src/learning/evaluation/benchmarks/upstream-files.ts', import.meta.url),
  `// Written by scripts/data/hash-benchmark-files.mjs; do not edit.

import type { KnownFile } from '../../../base/files/verified-download.ts'

/** SHA-256, bytes and path of the files of the lm-sys/RouteLLM repository that the benchmarks are read from. */
const table = \`
${rows.join('\n')}
\`

export const upstreamBenchmarkFiles: readonly KnownFile[] = table
  .trim()
  .split('\\n')
  .map((row) => {
    const [sha256 = '', bytes, path = ''] = row.split(' ')
    return { path, bytes: Number(bytes), sha256 }
  })
`,
)
