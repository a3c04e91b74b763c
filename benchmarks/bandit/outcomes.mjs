// Real outcomes of four models, with what a bandit sees of the prompts.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/**
 * @param {string} file paretobandit.jsonl.gz of shared/data/pool
 * @param {{ embedNow(text: string): Float32Array }} embedder
 * @param {{ taskOf(text: string): string | null }} taskReader
 * @returns {{ val: import('./streams.mjs').Outcome[], test: import('./streams.mjs').Outcome[] }} by the rows' own split
 */
export function readBanditOutcomes(file, embedder, taskReader) {
  const rows = gunzipSync(readFileSync(file))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const names = Object.keys(rows[0].scores)
  const complete = rows.filter(({ scores, cost }) =>
    names.every((name) => scores[name] !== undefined && cost[name] > 0),
  )
  const of = (split) =>
    complete
      .filter((row) => row.split === split)
      .map(({ prompt, scores, cost }) => ({
        prompt,
        task: taskReader.taskOf(prompt),
        vector: Float32Array.from(embedder.embedNow(prompt)),
        scores,
        cost,
      }))
  return { val: of('val'), test: of('test') }
}
