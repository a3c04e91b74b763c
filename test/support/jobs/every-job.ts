import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '../../../src/config/parse-config.ts'
import type { Workspace } from '../../../src/jobs/workspace.ts'
import { writeLabelledStore } from '../loop/labelled-store.ts'
import { answerOf } from '../servers/scripted-judge.ts'

/** Whether a job reads a store. */
export function needsStore(name: string): boolean {
  return ['learn', 'experiments', 'estimate-policy', 'difference', 'label-progress'].includes(name)
}

/**
 * A new folder with labels, answers and a log, and a workspace in it.
 *
 * @param baseUrl of a provider on this machine. @param count rows of the labels and of the log.
 * @param stored labelled requests of a store; 0: there is none.
 */
export async function createJobWorkspace(baseUrl: string, count: number, stored = 0): Promise<Workspace> {
  const rows = Array.from({ length: count }, (_, i) => ({
    prompt: `Question ${i}: ${'why '.repeat(i % 9)}?`,
    scores: { big: i % 5 === 0 ? 0 : 1, small: i % 3 === 0 ? 1 : 0 },
  }))
  const requests = rows.map(({ prompt }, i) => ({
    model: i % 2 === 0 ? 'gpt-4o' : 'gpt-4o-mini',
    request: { messages: [{ role: 'user', content: prompt }] },
    usage: { prompt_tokens: 20, completion_tokens: 50 },
  }))
  const answers = rows.slice(0, 20).map(({ prompt }, i) => ({
    prompt,
    answers: { big: answerOf(2, 60 + i), small: answerOf(0, 60) },
  }))
  const folder = await mkdtemp(join(tmpdir(), 'routellm-jobs-'))
  const toLines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
  await writeFile(join(folder, 'labels.jsonl'), toLines(rows))
  const pool = rows.map(({ prompt, scores: { big, small } }) => ({
    prompt,
    scores: { large: big, little: small },
  }))
  await writeFile(join(folder, 'pool-labels.jsonl'), toLines(pool))
  await writeFile(join(folder, 'log.jsonl'), toLines(requests))
  await writeFile(join(folder, 'held-out.jsonl'), toLines(rows.slice(0, 20)))
  await writeFile(join(folder, 'answers.jsonl'), toLines(answers))
  if (stored > 0) await cp(await writtenStore(stored), join(folder, '.routellm'), { recursive: true })
  const prices = 'inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens'
  const config = parseConfig(
    `version: 1
providers: { local: { kind: openai-compatible, baseUrl: "${baseUrl}" } }
models: { large: { provider: local, upstream: large, ${prices}: 9 }, little: { provider: local, upstream: little, ${prices}: 1 } }
policy: { kind: pair, strong: large, weak: little }
policies: { by-length: { kind: pair, strong: large, weak: little, router: length }, dear: { kind: fixed, model: large } }
experiments: { dear: { control: by-length, treatment: dear, plannedSessions: 100, mostUsdPerSession: 1, success: [{ outcome: usd, is: below, limit: 0 }] } }`,
    join(folder, 'every-job.yaml'),
  )
  return { folder, config, dependencies: { embedderOptions: {}, hub: {} } }
}

const writtenStores = new Map<number, Promise<string>>()

/** A store of so many labelled requests, written once and then copied: writing takes longer than most jobs. */
function writtenStore(count: number): Promise<string> {
  const written = writtenStores.get(count) ?? writeStore(count)
  writtenStores.set(count, written)
  return written
}

async function writeStore(count: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'routellm-jobs-store-'))
  await writeLabelledStore(folder, {
    strong: 'large',
    weak: 'little',
    now: Date.parse(learned.time),
    count,
    change: (_, index) => ({
      model: index % 2 === 0 ? 'large' : 'little',
      candidates: ['large', 'little'].map((model) => ({ ...drawn, model })),
    }),
  })
  return folder
}

/** Removes the stores that were written to be copied. */
export async function removeWrittenStores(): Promise<void> {
  for (const written of writtenStores.values()) await rm(await written, { recursive: true })
  writtenStores.clear()
}

/** A candidate of a request whose model was drawn. */
const drawn = { usd: null, score: null, excluded: null, propensity: 0.5 }
/** Nothing is written, so that a second run finds what the first did. */
const learned = { time: '2026-11-28T12:00:00.000Z', dryRun: true }
const pair = { strongModel: 'big', weakModel: 'small' }
/** A payload for each job, in a folder of `createJobWorkspace`. */
export const jobPayloads = {
  answer: { input: 'held-out.jsonl', output: 'answered.jsonl', models: ['large', 'little'] },
  audit: { files: ['log.jsonl'], router: 'length', html: 'report.html' },
  augment: { input: 'held-out.jsonl', output: 'augmented.jsonl', writer: 'large', kinds: ['paraphrase'] },
  calibrate: { router: 'length', target: { kind: 'loss', maxLoss: 0.4, labels: 'labels.jsonl' }, ...pair },
  'compare-policies': {
    log: ['log.jsonl'],
    labels: ['pool-labels.jsonl'],
    policies: ['by-length'],
    resamples: 100,
  },
  convert: { input: 'labels.jsonl', output: 'battles.jsonl', to: 'battles' },
  decontaminate: { input: 'labels.jsonl', against: ['held-out.jsonl'], output: 'clean.jsonl' },
  difference: { from: 'serving', to: 'random@0.4' },
  'estimate-policy': { policy: 'dear', time: learned.time },
  evaluate: {
    benchmarks: ['./labels.jsonl'],
    routers: ['length'],
    samples: 20,
    html: 'report.html',
    ...pair,
  },
  experiments: { time: learned.time },
  'instruction-data': { data: ['labels.jsonl'], output: 'train.jsonl', ...pair },
  inspect: { files: ['labels.jsonl', 'log.jsonl'] },
  'label-progress': { time: learned.time },
  learn: learned,
  judge: { input: 'answers.jsonl', output: 'judged.jsonl', judge: 'large', mode: 'single' },
  pool: { outcomes: ['labels.jsonl'], usdPerRequest: { big: 0.01, small: 0.001 }, samples: 20 },
  score: { router: 'length', input: 'labels.jsonl', output: 'scores.jsonl' },
  split: { input: 'labels.jsonl', output: 'new/parts', parts: 'one=0.5,two=0.5' },
  train: { kind: 'mf', data: ['labels.jsonl'], output: 'router', dimensions: 4, epochs: 2, ...pair },
  transfer: { data: 'labels.jsonl', routers: ['length'], pairs: ['big:small'], samples: 20 },
} as const
/** The files that each job writes. */
export const jobOutputs: Readonly<Record<string, readonly string[]>> = {
  answer: ['answered.jsonl'],
  audit: ['report.html'],
  augment: ['augmented.jsonl'],
  convert: ['battles.jsonl'],
  decontaminate: ['clean.jsonl'],
  evaluate: ['report.html'],
  'instruction-data': ['train.jsonl', 'train.validation.jsonl'],
  judge: ['judged.jsonl'],
  score: ['scores.jsonl'],
  split: ['new'],
  train: ['router'],
}
