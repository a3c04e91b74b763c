import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { routellm } from '../command-line.ts'

/** Trains a few-label router of the models strong and weak in this folder. */
export async function trainFewLabels(folder: string): Promise<void> {
  const rows = Array.from({ length: 60 }, (_, i) => ({
    prompt: `Question ${i}: ${'why '.repeat(i % 9)}?`,
    scores: { strong: i % 5 === 0 ? 0 : 1, weak: i % 3 === 0 ? 1 : 0 },
  }))
  const labels = join(dirname(folder), 'labels.jsonl')
  await writeFile(labels, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const argv = [
    'train',
    'few_label',
    '--labels',
    labels,
    '--output',
    folder,
    '--strong-model',
    'strong',
    '--weak-model',
    'weak',
  ]
  const { exitCode, stderr } = await routellm(argv, { folder: dirname(folder) })
  if (exitCode !== 0) throw new Error(stderr)
}
