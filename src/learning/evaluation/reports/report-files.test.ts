import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeOutputs } from '../../../base/files/write-outputs.ts'
import { evaluate } from '../evaluate.ts'
import { readEarlierEvaluations } from '../gates/regression.ts'
import { reportName, writeReportFiles } from './report-files.ts'

const evaluation = evaluate({
  benchmark: {
    name: '/data/my labels.jsonl.gz',
    unit: 'percent',
    strongModel: 'big',
    weakModel: 'little',
    rows: ['a', 'b', 'c'].map((prompt) => ({ prompt, strongScore: 100, weakScore: 0 })),
    contaminated: [],
  },
  routers: [{ name: 'mine', winRates: [0.1, 0.2, 0.3] }],
  samples: 20,
})

it('writes the result and its pictures, which can be read again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'routellm-report-'))
  try {
    const target = join(folder, 'new')
    const written = await writeOutputs([], (open) => writeReportFiles(open, target, evaluation))
    const names = ['my-labels-dark.svg', 'my-labels-light.svg', 'my-labels.json', 'my-labels.svg']
    expect((await readdir(target)).sort()).toEqual(names)
    expect(written.map((path) => path.slice(target.length + 1)).sort()).toEqual(names)
    expect(await readFile(join(target, 'my-labels.svg'), 'utf8')).toMatch(/^<svg /)
    expect((await readEarlierEvaluations(join(target, 'my-labels.json')))[0]?.rowsHash).toBe(
      evaluation.rowsHash,
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})

it.each([
  ['mmlu', 'mmlu'],
  ['./a/b.jsonl', 'b'],
  ['a: x against y/z', 'z'],
  ['///', 'benchmark'],
])('names the files of %s', (benchmark, name) => {
  expect(reportName(benchmark)).toBe(name)
})
