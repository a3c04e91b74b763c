import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/parse-config.ts'
import { createInProcessQueue } from '../../src/jobs/in-process/queue.ts'
import type { Job } from '../../src/jobs/job.ts'
import { jobs } from '../../src/jobs/registry.ts'
import type { Workspace } from '../../src/jobs/workspace.ts'
import { jobContract } from '../../src/testing/index.ts'
import { answerOf, type ScriptedJudge, startScriptedJudge } from '../support/servers/scripted-judge.ts'

const rows = Array.from({ length: 1_200 }, (_, i) => ({
  prompt: `Question ${i}: ${'why '.repeat(i % 9)}?`,
  scores: { big: i % 5 === 0 ? 0 : 1, small: i % 3 === 0 ? 1 : 0 },
}))
const requests = rows.map(({ prompt }, i) => ({
  model: i % 2 === 0 ? 'gpt-4o' : 'gpt-4o-mini',
  request: { messages: [{ role: 'user', content: prompt }] },
  usage: { prompt_tokens: 20, completion_tokens: 50 },
}))

let server: ScriptedJudge
beforeAll(async () => {
  server = await startScriptedJudge()
})
afterAll(() => server.close())

const answers = rows.slice(0, 20).map(({ prompt }, i) => ({
  prompt,
  answers: { big: answerOf(2, 60 + i), small: answerOf(0, 60) },
}))

/** A folder with labels, answers and a log, and a workspace in it whose provider is a server on this machine. */
async function createWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'routellm-jobs-'))
  const toLines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
  await writeFile(join(folder, 'labels.jsonl'), toLines(rows))
  await writeFile(join(folder, 'log.jsonl'), toLines(requests))
  await writeFile(join(folder, 'held-out.jsonl'), toLines(rows.slice(0, 20)))
  await writeFile(join(folder, 'answers.jsonl'), toLines(answers))
  const config = parseConfig(
    `version: 1
providers: { local: { kind: openai-compatible, baseUrl: "${server.baseUrl}" } }
models: { large: { provider: local, upstream: large }, little: { provider: local, upstream: little } }
policy: { kind: pair, strong: large, weak: little }`,
    'jobs.test.ts',
  )
  return { folder, config, dependencies: { embedderOptions: {}, hub: {} } }
}

const pair = { strongModel: 'big', weakModel: 'small' }
const payloads = {
  answer: { input: 'held-out.jsonl', output: 'answered.jsonl', models: ['large', 'little'] },
  audit: { files: ['log.jsonl'], router: 'length', html: 'report.html' },
  augment: { input: 'held-out.jsonl', output: 'augmented.jsonl', writer: 'large', kinds: ['paraphrase'] },
  calibrate: { router: 'length', target: { kind: 'loss', maxLoss: 0.4, labels: 'labels.jsonl' }, ...pair },
  convert: { input: 'labels.jsonl', output: 'battles.jsonl', to: 'battles' },
  decontaminate: { input: 'labels.jsonl', against: ['held-out.jsonl'], output: 'clean.jsonl' },
  evaluate: {
    benchmarks: ['./labels.jsonl'],
    routers: ['length'],
    samples: 20,
    html: 'report.html',
    ...pair,
  },
  'instruction-data': { data: ['labels.jsonl'], output: 'train.jsonl', ...pair },
  inspect: { files: ['labels.jsonl', 'log.jsonl'] },
  judge: { input: 'answers.jsonl', output: 'judged.jsonl', judge: 'large', mode: 'single' },
  score: { router: 'length', input: 'labels.jsonl', output: 'scores.jsonl' },
  split: { input: 'labels.jsonl', output: '.', parts: 'one=0.5,two=0.5' },
  train: { kind: 'mf', data: ['labels.jsonl'], output: 'router', dimensions: 4, epochs: 2, ...pair },
  transfer: { data: 'labels.jsonl', routers: ['length'], pairs: ['big:small'], samples: 20 },
} as const
const outputs: Readonly<Record<string, readonly string[]>> = {
  answer: ['answered.jsonl'],
  audit: ['report.html'],
  augment: ['augmented.jsonl'],
  convert: ['battles.jsonl'],
  decontaminate: ['clean.jsonl'],
  evaluate: ['report.html'],
  'instruction-data': ['train.jsonl', 'train.validation.jsonl'],
  judge: ['judged.jsonl'],
  score: ['scores.jsonl'],
  split: ['one.jsonl', 'two.jsonl'],
  train: ['router'],
}

for (const [name, payload] of Object.entries(payloads))
  describe(`the job ${name}`, () => {
    const job: Job<unknown, unknown> = jobs[name as keyof typeof payloads]
    const setUp = async () => {
      const workspace = await createWorkspace()
      return {
        job,
        payload,
        workspace,
        outputs: (outputs[name] ?? []).map((file) => join(workspace.folder, file)),
        exists: (path: string) =>
          access(path).then(
            () => true,
            () => false,
          ),
        tearDown: () => rm(workspace.folder, { recursive: true }),
      }
    }
    for (const { name: rule, run } of jobContract(setUp)) it(rule, run)
  })

describe('the table of jobs', () => {
  it('names each job as the job does', () => {
    expect(Object.entries(jobs).map(([name, job]) => [name, job.name])).toEqual(
      Object.keys(jobs).map((name) => [name, name]),
    )
  })

  it('is what a queue runs', async () => {
    const workspace = await createWorkspace()
    const queue = createInProcessQueue({ jobs, workspace })
    const id = await queue.enqueue('convert', payloads.convert)
    expect(await queue.finished(id)).toMatchObject({ kind: 'done', result: { to: 'battles' } })
    await queue.close()
    await rm(workspace.folder, { recursive: true })
  })
})
