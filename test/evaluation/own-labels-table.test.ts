import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clusterJoinMarkdown, clusterJoinOfPage } from '../../scripts/docs/cluster-join-table.mjs'
import { ownLabelsMarkdown, ownLabelsOfPage, withOwnLabels } from '../../scripts/docs/own-labels-table.mjs'

const project = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(project, file), 'utf8')

describe('the table of docs/training.md', () => {
  const results = JSON.parse(read('benchmarks/results/own-labels.json'))

  it('is that of benchmarks/results/own-labels.json (node benchmarks/quality/own-labels.mjs --tables writes it anew)', () => {
    expect(ownLabelsOfPage(read('docs/training.md'))).toBe(ownLabelsMarkdown(results))
  })

  it('has a line in the record of runs on the test sets', () => {
    const runs = read('benchmarks/test-set-runs.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const run = runs.find(({ when }) => when === results.began)
    for (const { benchmark, ...measured } of results.benchmarks)
      expect(run?.result[benchmark]).toEqual(measured)
  })

  it('says where a target was missed, by standing beside it', () => {
    expect(ownLabelsMarkdown(results)).toContain('| .620 (.635) |')
  })

  it('stands between its own markers', () => {
    expect(() => withOwnLabels('a page without them', 'text')).toThrow(/lacks the markers/)
  })
})

it('the table of docs/routers/cluster.md is that of benchmarks/results/cluster-join.json', () => {
  const results = JSON.parse(read('benchmarks/results/cluster-join.json'))
  expect(clusterJoinOfPage(read('docs/routers/cluster.md'))).toBe(clusterJoinMarkdown(results))
})

describe('few_label with labels of a benchmark', () => {
  const { benchmarks } = JSON.parse(read('benchmarks/results/own-labels.json'))

  it.each(['mmlu', 'gsm8k'])(
    'is never significantly below the built-in router with 50 labels of %s',
    (name) => {
      const { labels } = benchmarks.find(({ benchmark }: { benchmark: string }) => benchmark === name)
      const fifty = labels.find((row: { labels: number }) => row.labels === 50)
      expect(fifty.draws).toBeGreaterThanOrEqual(16)
      expect(fifty.routers.few_label.minusPrior.interval[1]).toBeGreaterThanOrEqual(0)
    },
  )
})
