import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { routellm as run } from '../../support/command-line.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-requests-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

type Row = { readonly prompt: string; readonly requests: number; readonly strongWinRate: number }

const jsonLines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const readLines = async (file: string) =>
  (await readFile(join(folder, file), 'utf8'))
    .trim()
    .split('\n')
    .map((line): Row => JSON.parse(line))

/** 55 of 100 requests are one short prompt; the others are all different. */
async function writeLog(): Promise<void> {
  const rows = Array.from({ length: 1000 }, (_, index) => ({
    prompt: index % 20 < 11 ? 'Reset my password' : `Summarise ticket ${index} for the weekly report, please`,
    model: 'gpt-4o',
    input_tokens: 2000,
    output_tokens: 500,
  }))
  await writeFile(join(folder, 'log.jsonl'), jsonLines(rows))
}

/** The sample, and the labels of a weak model that fails on the popular prompt only. */
async function sampleAndLabel(): Promise<Row[]> {
  await writeLog()
  const { exitCode, stderr } = await run(
    ['audit', 'log.jsonl', '--weak-model', 'gpt-4o-mini', '--sample-to-label', 'sample.jsonl'],
    { folder },
  )
  expect(exitCode).toBe(0)
  const sample = await readLines('sample.jsonl')
  expect(stderr).toContain(`has ${sample.length} prompts that stand for 300 requests`)
  const labels = sample.map(({ prompt, requests }) => ({
    prompt,
    requests,
    scores: { 'gpt-4o': 1, 'gpt-4o-mini': prompt === 'Reset my password' ? 0 : 1 },
  }))
  await writeFile(join(folder, 'labels.jsonl'), jsonLines(labels))
  return sample
}

describe('labels of a sample of requests', () => {
  it('have a popular prompt once, with the requests that it stands for', async () => {
    const sample = await sampleAndLabel()
    const popular = sample.filter(({ prompt }) => prompt === 'Reset my password')
    expect(popular).toHaveLength(1)
    expect(sample.reduce((sum, { requests }) => sum + requests, 0)).toBe(300)
    expect(popular[0]!.requests).toBeGreaterThan(150)
    expect(popular[0]!.requests).toBeLessThan(180)
  })

  it('keep audit and calibrate from a promise that the popular prompt breaks', async () => {
    const popular = (await sampleAndLabel()).find(({ prompt }) => prompt === 'Reset my password')!
    const audited = await run(
      ['audit', 'log.jsonl', '--labels', 'labels.jsonl', '--max-loss', '0.05', '--json'],
      { folder },
    )
    const { risk, thresholds } = JSON.parse(audited.stdout)
    expect(risk).toMatchObject({ requests: 300, about: 'requests', weakLossShare: popular.requests / 300 })
    expect(thresholds.at(-1).loss).toMatchObject({ losses: popular.requests })
    const calibrated = await run(
      ['calibrate', '--router', 'mf', '--max-loss', '0.05', '--labels', 'labels.jsonl', '--json'],
      { folder },
    )
    const result = JSON.parse(calibrated.stdout)
    expect(result).toMatchObject({ requests: 300, about: 'requests' })
    // Whatever threshold there is sends the popular prompt to the strong model.
    const limits = [risk.guarantee, result].map(({ possible, threshold }) => (possible ? threshold : 0))
    for (const limit of limits) expect(limit).toBeLessThanOrEqual(popular.strongWinRate)
  })

  it('of another origin promise something about distinct prompts only', async () => {
    await sampleAndLabel()
    const labels = (await readLines('labels.jsonl')).map(({ requests: _, ...row }) => row)
    await writeFile(join(folder, 'other.jsonl'), jsonLines(labels))
    const audited = await run(['audit', 'log.jsonl', '--labels', 'other.jsonl', '--max-loss', '0.05'], {
      folder,
    })
    expect(audited.stdout.replaceAll(/\s+/g, ' ')).toContain('of distinct prompts like these labels')
    const calibrated = await run(
      ['calibrate', '--router', 'mf', '--max-loss', '0.05', '--labels', 'other.jsonl'],
      { folder },
    )
    expect(calibrated.stdout + calibrated.stderr).toContain('of distinct prompts like these labels')
  })

  it('are refused with weights that contradict their requests, by both commands', async () => {
    await sampleAndLabel()
    const labels = (await readLines('labels.jsonl')).map((row) => ({ ...row, weight: 1 }))
    await writeFile(join(folder, 'weighted.jsonl'), jsonLines(labels))
    for (const argv of [
      ['audit', 'log.jsonl', '--labels', 'weighted.jsonl'],
      ['calibrate', '--router', 'mf', '--max-loss', '0.05', '--labels', 'weighted.jsonl'],
    ])
      expect(await run(argv, { folder })).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('different weights'),
      })
    await writeFile(
      join(folder, 'weighted.jsonl'),
      jsonLines(labels.map((row) => ({ ...row, weight: 2 * row.requests }))),
    )
    expect(
      (await run(['audit', 'log.jsonl', '--labels', 'weighted.jsonl', '--json'], { folder })).exitCode,
    ).toBe(0)
  })
})
