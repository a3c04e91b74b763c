import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generatedPage, page, withSection } from '../scripts/docs/transformers-table.mjs'

it('docs/routers/bert.md shows what the benchmarks measured', () => {
  const text = readFileSync(page, 'utf8')
  expect(text).toBe(generatedPage(text))
})

it('a page without the markers is an error', () => {
  expect(() => withSection('nothing', 'speed', '')).toThrow(/lacks the markers of speed/)
})
