import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { demoConfig } from '../../config/parse-config.ts'
import { calibrateJob } from '../calibrate/job.ts'
import type { JobContext } from '../job.ts'
import { scoreJob } from '../score/job.ts'
import { trainJob } from '../train/job.ts'

let folder: string
const warnings: string[] = []
const context = (): JobContext => ({
  signal: new AbortController().signal,
  onProgress() {},
  onWarning: (warning) => warnings.push(warning),
  workspace: { folder, config: demoConfig(), dependencies: { embedderOptions: {}, hub: {} } },
})

const isWrong = (row: number) => row % 4 === 0
const rowOf = (row: number) => ({
  prompt: `Ann has ${row + 2} boxes of ${(row % 7) + 3} pens. How many pens are there?`,
  scores: { big: 1, small: isWrong(row) ? 0 : 1 },
  answer: `There are ${row + 2} * ${(row % 7) + 3} = ${(row + 2) * ((row % 7) + 3) + (isWrong(row) ? 1 : 0)} pens.`,
})
const rowsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, row) => rowOf(first + row))
const write = (name: string, rows: readonly object[]) =>
  writeFile(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'answers-'))
  await write('labels.jsonl', rowsFrom(0, 120))
  await write('new.jsonl', rowsFrom(120, 120))
  const payload = trainJob.payload.parse({
    kind: 'cascade',
    labels: ['labels.jsonl'],
    strongModel: 'big',
    weakModel: 'small',
    output: 'checked',
  })
  await trainJob.run(payload, context())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const calibrate = (labels: string) =>
  calibrateJob.run({ router: './checked', target: { kind: 'loss', maxLoss: 0.1, labels } }, context())

it('scores rows by their answers, higher for the wrong ones', async () => {
  await write('answers.jsonl', [
    ...rowsFrom(200, 8).map(({ prompt, answer }) => ({ prompt, answer, id: 7 })),
    { prompt: rowOf(201).prompt, answers: { small: rowOf(201).answer } },
  ])
  const job = { router: './checked', input: 'answers.jsonl', output: 'scores.jsonl' }
  expect(await scoreJob.run(job, context())).toMatchObject({ router: 'checked', rows: 9 })
  const scored = (await readFile(join(folder, 'scores.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(scored[0]).toMatchObject({ prompt: rowOf(200).prompt, id: 7 })
  expect(scored[8].strongWinRate).toBe(scored[1].strongWinRate)
  const [wrong, right] = [true, false].map((wanted) =>
    scored.slice(0, 8).filter((_, row) => isWrong(200 + row) === wanted),
  )
  const winRates = (rows: typeof scored = []) => rows.map(({ strongWinRate }) => strongWinRate)
  expect(Math.min(...winRates(wrong))).toBeGreaterThan(Math.max(...winRates(right)))
})

it('refuses a row without an answer, and says what is missing', async () => {
  await write('prompts.jsonl', [{ prompt: 'How many?' }])
  const job = { router: './checked', input: 'prompts.jsonl', output: 'none.jsonl' }
  await expect(scoreJob.run(job, context())).rejects.toMatchObject({
    code: 'invalid-row',
    message: expect.stringMatching(/line 1 has no answer of small/),
  })
})

it('guarantees a loss by the win rates of fits without each label', async () => {
  expect(await calibrate('labels.jsonl')).toMatchObject({
    calibration: { possible: true, router: 'checked', basis: 'cross-fitted', crossFittedLabels: 120 },
  })
})

it('guarantees a loss on labels that it has not seen', async () => {
  const result = await calibrate('new.jsonl')
  expect(result).toMatchObject({ calibration: { possible: true, basis: 'independent' } })
  expect(result).toHaveProperty(
    'calibration.strongCallFraction',
    expect.toSatisfy((share: number) => share < 0.35),
  )
})

it('takes a share of escalations from its own calibration', async () => {
  const target = { kind: 'share', strongModelPct: 0.25 } as const
  expect(await calibrateJob.run({ router: './checked', target }, context())).toMatchObject({
    kind: 'share',
    calibration: { basis: 'recorded', prompts: 120, strongCallFraction: expect.closeTo(0.25, 1) },
  })
})

it('does not mix two answers to one prompt in a guarantee', async () => {
  await write('two.jsonl', [...rowsFrom(300, 20), { ...rowOf(300), answer: 'Another.' }])
  await expect(calibrate('two.jsonl')).rejects.toMatchObject({
    code: 'invalid-row',
    message: expect.stringMatching(/line 21 has another answer/),
  })
})
