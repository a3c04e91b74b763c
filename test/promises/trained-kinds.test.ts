import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoConfig } from '../../src/config/parse-config.ts'
import { auditJob } from '../../src/jobs/audit/job.ts'
import { calibrateJob } from '../../src/jobs/calibrate/job.ts'
import { calibratePayload } from '../../src/jobs/calibrate/payload.ts'
import { evaluateJob } from '../../src/jobs/evaluate/job.ts'
import { evaluatePayload } from '../../src/jobs/evaluate/payload.ts'
import type { JobContext } from '../../src/jobs/job.ts'
import { scoreJob } from '../../src/jobs/score/job.ts'
import { trainJob } from '../../src/jobs/train/job.ts'
import { trainPayload } from '../../src/jobs/train/payload.ts'
import { transferJob } from '../../src/jobs/transfer/job.ts'
import { drawPopulation, type Request } from './population.ts'
import { spellings } from './spellings.ts'

const labelled = drawPopulation(120, 3)
const others = drawPopulation(120, 4)
const respelt = labelled.map((row, label) => {
  const respell = Object.values(spellings)[label % Object.keys(spellings).length]!
  return { ...row, prompt: respell(row.prompt) }
})
const outcomes = (rows: readonly Request[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

let folder: string
const kinds = ['few_label', 'knn', 'sw_ranking', 'cluster', 'mf'] as const
/** Those that keep a win rate of each prompt from a fit without it. */
const leavingOut = kinds.filter((kind) => kind !== 'mf')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-trained-'))
  await writeFile(join(folder, 'labels.jsonl'), outcomes(labelled))
  await writeFile(join(folder, 'respelt.jsonl'), outcomes(respelt))
  await writeFile(join(folder, 'others.jsonl'), outcomes(others))
  await writeFile(join(folder, 'few.jsonl'), outcomes([...respelt.slice(0, 40), ...others.slice(0, 80)]))
  await mkdir(join(folder, 'routers'))
  for (const kind of kinds) {
    const data = kind === 'few_label' ? { labels: ['labels.jsonl'] } : { data: ['labels.jsonl'] }
    const output = join('routers', kind)
    await trainJob.run(
      trainPayload.parse({ kind, ...data, output, strongModel: 'big', weakModel: 'small' }),
      contextWith([]),
    )
  }
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

function contextWith(warnings: string[]): JobContext {
  return {
    signal: new AbortController().signal,
    onProgress() {},
    onWarning: (message) => warnings.push(message),
    workspace: { folder, config: demoConfig(), dependencies: { embedderOptions: {}, hub: {} } },
  }
}

async function calibrate(kind: string, labels: string, target: object = { kind: 'loss', maxLoss: 0.2 }) {
  const warnings: string[] = []
  const payload = calibratePayload.parse({
    router: `./routers/${kind}`,
    strongModel: 'big',
    weakModel: 'small',
    target: { ...target, labels },
  })
  const { calibration } = await calibrateJob.run(payload, contextWith(warnings))
  return { calibration, warnings }
}

async function evaluate(kind: string, file: string) {
  const warnings: string[] = []
  const payload = evaluatePayload.parse({
    benchmarks: [`./${file}`],
    routers: [`./routers/${kind}`],
    strongModel: 'big',
    weakModel: 'small',
    samples: 20,
  })
  const { evaluations } = await evaluateJob.run(payload, contextWith(warnings))
  return { router: evaluations[0]!.routers[0]!, warnings }
}

describe.each(leavingOut)('a %s router on its own labels, respelt', (kind) => {
  it.each([
    ['--max-loss', { kind: 'loss', maxLoss: 0.2 }],
    ['--min-quality', { kind: 'quality', minQuality: 0.9 }],
  ])('is calibrated by win rates of fits without them: %s', async (_, target) => {
    const [first, second] = await Promise.all(
      ['respelt.jsonl', 'labels.jsonl'].map((file) => calibrate(kind, file, target)),
    )
    const { calibration } = first!
    expect(calibration).toMatchObject({ basis: 'cross-fitted', crossFittedLabels: 120 })
    // Spelling changes the length of a prompt, which the router is compared with, and nothing else.
    const withoutLength = { ...calibration, separation: null }
    expect({ ...second!.calibration, separation: null }).toEqual(withoutLength)
  })

  it('is evaluated by win rates of fits without them', async () => {
    const { router, warnings } = await evaluate(kind, 'respelt.jsonl')
    expect(router.training).toEqual({ basis: 'cross-fitted', crossFittedRows: 120 })
    expect(router.apgr).toBeCloseTo((await evaluate(kind, 'labels.jsonl')).router.apgr, 12)
    expect(warnings).toEqual([])
  })

  it('is independent of other labels', async () => {
    expect((await calibrate(kind, 'others.jsonl')).calibration).toMatchObject({
      basis: 'independent',
      crossFittedLabels: 0,
    })
  })
})

it('evaluates a few_label router on its own labels as its training measured it', async () => {
  const trained = await trainJob.run(
    trainPayload.parse({
      kind: 'few_label',
      labels: ['labels.jsonl'],
      output: 'again',
      strongModel: 'big',
      weakModel: 'small',
    }),
    contextWith([]),
  )
  const { router } = await evaluate('few_label', 'labels.jsonl')
  expect(router.apgr).toBeCloseTo(trained.metrics.leftOutApgr!, 5)
})

describe('a router that cannot leave labels out', () => {
  it('is not calibrated on them, nor on a file that has them for the most part', async () => {
    for (const file of ['labels.jsonl', 'respelt.jsonl'])
      await expect(calibrate('mf', file)).rejects.toMatchObject({ code: 'labels-were-trained-on' })
  })

  it('says so if they are a part of the labels', async () => {
    const { calibration, warnings } = await calibrate('mf', 'few.jsonl')
    expect(calibration).toMatchObject({ basis: 'suspect' })
    expect(warnings).toEqual([expect.stringMatching(/of the 120 labels have the prompts.*flatter it/)])
  })

  it('is evaluated with a warning', async () => {
    const { router, warnings } = await evaluate('mf', 'respelt.jsonl')
    expect(router.training?.basis).toBe('suspect')
    expect(warnings).toEqual([expect.stringMatching(/of the 120 labels have the prompts.*flatter it/)])
  })

  it('is independent of other labels', async () => {
    const { calibration, warnings } = await calibrate('mf', 'others.jsonl')
    expect(calibration).toMatchObject({ basis: 'independent' })
    expect(warnings).toEqual([])
  })
})

describe('the labels of a training', () => {
  it('are recognised by transfer', async () => {
    const warnings: string[] = []
    await transferJob.run(
      { data: 'respelt.jsonl', routers: ['./routers/few_label'], pairs: ['big:small'], seed: 0, samples: 20 },
      contextWith(warnings),
    )
    expect(warnings).toEqual([expect.stringContaining('was trained on 120 of the 120 prompts')])
  })

  it('are recognised by score, which writes what the router would decide', async () => {
    const warnings: string[] = []
    await scoreJob.run(
      { router: './routers/few_label', input: 'few.jsonl', output: 'scores.jsonl' },
      contextWith(warnings),
    )
    expect(warnings).toEqual([expect.stringContaining('trained on the prompts of 40 of the 120 rows')])
  })

  it('are recognised by audit', async () => {
    const log = others.map(({ prompt }) => ({ prompt, model: 'big', input_tokens: 100, output_tokens: 100 }))
    await writeFile(join(folder, 'log.jsonl'), log.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const audit = async (kind: string) => {
      const warnings: string[] = []
      const payload = auditJob.payload.parse({
        files: ['log.jsonl'],
        router: `./routers/${kind}`,
        labels: 'respelt.jsonl',
        maxLoss: 0.2,
      })
      const { report } = await auditJob.run(payload, contextWith(warnings))
      return { risk: report.risk, warnings }
    }
    expect((await audit('knn')).risk).toMatchObject({ basis: 'cross-fitted', crossFittedLabels: 120 })
    const { risk, warnings } = await audit('mf')
    expect(risk).toMatchObject({ basis: 'suspect' })
    expect(warnings.join()).toContain('flatter it')
  })
})
