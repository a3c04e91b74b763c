import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { guaranteeMarkdown, guaranteeMarkers } from '../../scripts/docs/guarantee-table.mjs'
import { betweenMarkers } from '../../scripts/docs/results-table.mjs'

const project = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(project, file), 'utf8')

type Measurement = { readonly benchmark: string; readonly router: string; readonly maxLoss: number }

describe('the guarantee in docs/calibration.md', () => {
  const results: { readonly measurements: readonly Measurement[] } = JSON.parse(
    read('benchmarks/results/guarantee.json'),
  )

  it('is that of benchmarks/results/guarantee.json (node scripts/docs/guarantee-table.mjs writes it anew)', () => {
    expect(betweenMarkers(read('docs/calibration.md'), guaranteeMarkers)).toBe(guaranteeMarkdown(results))
  })

  it('has every measurement in the record of runs on the test sets', () => {
    const recorded = read('benchmarks/test-set-runs.jsonl')
      .trim()
      .split('\n')
      .flatMap((line): readonly Measurement[] => JSON.parse(line).result.guarantee ?? [])
    for (const measurement of results.measurements) expect(recorded).toContainEqual(measurement)
  })
})
