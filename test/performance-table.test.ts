import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { performanceMarkdown, tableOfPage } from '../scripts/docs/performance-table.mjs'
import { project } from './support/run-program.ts'

const read = (file: string) => readFileSync(join(project, file), 'utf8')

it('docs/performance.md shows what benchmarks/results/speed.json holds', () => {
  const speed = JSON.parse(read('benchmarks/results/speed.json'))
  expect(tableOfPage(read('docs/performance.md'))).toBe(performanceMarkdown(speed))
})

it('a page without the markers is an error', () => {
  expect(() => tableOfPage('nothing')).toThrow(/lacks the markers/)
})
