import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  betweenMarkers,
  overview,
  resultMarkers,
  resultsMarkdown,
  withBetweenMarkers,
} from '../../scripts/docs/results-table.mjs'
import { reportMarkdown } from '../../src/learning/evaluation/reports/report-table.ts'

const project = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(project, file), 'utf8')

describe('the results in README.md and docs/evaluation.md', () => {
  it('are those of benchmarks/results/evaluation.json (node benchmarks/quality/evaluation.mjs --tables writes them anew)', () => {
    const results = JSON.parse(read('benchmarks/results/evaluation.json'))
    expect(betweenMarkers(read('docs/evaluation.md'))).toBe(resultsMarkdown(results, reportMarkdown))
    expect(betweenMarkers(read('README.md'))).toBe(overview(results))
  })

  it('have a line in the record of runs on the test sets', () => {
    const { evaluations } = JSON.parse(read('benchmarks/results/evaluation.json'))
    const runs = read('benchmarks/test-set-runs.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const measured = Object.fromEntries(
      evaluations.map(
        ({ benchmark, routers }: { benchmark: string; routers: { name: string; apgr: number }[] }) => [
          benchmark,
          { routers: Object.fromEntries(routers.map(({ name, apgr }) => [name, { apgr }])) },
        ],
      ),
    )
    expect(runs.map(({ result }) => result)).toContainEqual(
      expect.toSatisfy((result) => matches(result, measured)),
    )
  })

  it('are put between the markers and nowhere else', () => {
    const [begin, end] = resultMarkers
    const page = `a\n${begin}\nold $& table\n${end}\nb`
    const written = withBetweenMarkers(page, 'new $& table')
    expect(written).toBe(`a\n${begin}\n\nnew $& table\n\n${end}\nb`)
    expect(withBetweenMarkers(written, 'new $& table')).toBe(written)
    expect(() => betweenMarkers('none')).toThrow(/lacks the markers/)
  })
})

function matches(result: object, measured: object): boolean {
  try {
    expect(result).toMatchObject(measured)
    return true
  } catch {
    return false
  }
}
