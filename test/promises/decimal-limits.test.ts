import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoConfig } from '../../src/config/parse-config.ts'
import { calibrateJob } from '../../src/jobs/calibrate/job.ts'
import { calibratePayload } from '../../src/jobs/calibrate/payload.ts'
import { evaluate } from '../../src/learning/evaluation/evaluate.ts'
import { checkRequirement, parseRequirement } from '../../src/learning/evaluation/gates/requirement.ts'
import { readComparisons } from '../../src/learning/rows/comparisons.ts'
import { thresholdForBudget } from '../../src/routing/calibration/budget.ts'
import { thresholdForQuality } from '../../src/routing/calibration/quality.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-decimals-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Pairs of grades that differ by .3; half of them by more or less than .3 in binary fractions. */
const grades = Array.from({ length: 8 }, (_, tenths) => ({
  big: (tenths + 3) / 10,
  small: tenths / 10,
}))

async function lossesWithMargin(lossMargin: number) {
  const rows = Array.from({ length: 80 }, (_, row) => ({
    prompt: `prompt ${row}`,
    scores: grades[row % grades.length],
  }))
  const labels = join(folder, 'labels.jsonl')
  await writeFile(labels, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const { calibration } = await calibrateJob.run(
    calibratePayload.parse({
      router: 'length',
      strongModel: 'big',
      weakModel: 'small',
      target: { kind: 'loss', maxLoss: 0.1, lossMargin, labels },
    }),
    {
      signal: new AbortController().signal,
      onProgress() {},
      onWarning() {},
      workspace: { folder, config: demoConfig(), dependencies: { embedderOptions: {}, hub: {} } },
    },
  )
  return calibration
}

describe('--loss-margin', () => {
  it('.3 counts no difference of .3 as a loss', async () => {
    expect(await lossesWithMargin(0.3)).toMatchObject({ possible: true, losses: 0, strongCallFraction: 0 })
  })

  it('.29 counts all of them', async () => {
    expect(await lossesWithMargin(0.29)).toMatchObject({ possible: false, reason: 'router' })
  })
})

it('takes equal sums for a tie', async () => {
  const file = join(folder, 'sums.jsonl')
  await writeFile(file, `${JSON.stringify({ prompt: 'p', scores: { a: 0.1 + 0.2, b: 0.3 } })}\n`)
  for await (const { comparisons } of readComparisons(file)) expect(comparisons[0]?.winA).toBe(0.5)
})

it('keeps a quality, and stays within a budget, that are met exactly', () => {
  const rows = [0.1, 0.2, 0.3].map((strongWinRate) => ({ strongWinRate, strongScore: 0.1, weakScore: 0.09 }))
  expect(thresholdForQuality(rows, 0.9)).toMatchObject({ possible: true, strongCallFraction: 0 })
  const priced = [0.1, 0.2, 0.3].map((strongWinRate) => ({ strongWinRate, strongUsd: 0.1, weakUsd: 0 }))
  expect(thresholdForBudget(priced, 0.1)).toMatchObject({ possible: true, strongCallFraction: 1 })
})

describe('an evaluation', () => {
  const rowsOf = (scores: readonly (readonly [number, number])[]) => ({
    name: 'small',
    unit: 'points' as const,
    strongModel: 'big',
    weakModel: 'small',
    contaminated: [],
    rows: scores.map(([strongScore, weakScore], row) => ({
      prompt: `prompt ${row}`,
      strongScore,
      weakScore,
    })),
  })

  it('has no gap if the means are equal but for rounding', () => {
    const benchmark = rowsOf([
      [0.1, 0.3],
      [0.2, 0],
    ])
    const routers = [{ name: 'mine', winRates: [0.1, 0.9] }]
    expect(() => evaluate({ benchmark, routers, samples: 5 })).toThrow(
      expect.objectContaining({ code: 'no-performance-gap' }),
    )
  })

  it.each([
    ['mine.auc>=0.3', true],
    ['mine.auc<=0.3', true],
    ['mine.auc>0.3', false],
    ['mine.auc<0.3', false],
    ['mine.auc>0.2999', true],
  ])('meets a requirement as decimals do: %s is %s', (text, passed) => {
    const benchmark = rowsOf([[1, 0]])
    const evaluation = evaluate({ benchmark, routers: [{ name: 'mine', winRates: [0.5] }], samples: 5 })
    const rounded = { ...evaluation.routers[0]!, auc: 0.1 + 0.2 }
    expect(checkRequirement({ ...evaluation, routers: [rounded] }, parseRequirement(text)).passed).toBe(
      passed,
    )
  })
})
