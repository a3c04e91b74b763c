import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/parse-config.ts'
import type { JobContext } from '../../../src/jobs/job.ts'
import { loadPickPrompt } from '../../../src/jobs/pick-prompt.ts'
import { readPolicyLabelFiles } from '../../../src/jobs/policies/policy-labels.ts'
import { openTrainingFiles } from '../../../src/jobs/train/open-files.ts'
import { loadLabelled } from '../../../src/learning/evaluation/benchmarks/labelled.ts'
import { readPoolOutcomes } from '../../../src/learning/evaluation/pool/read-outcomes.ts'
import { routellm as run } from '../../support/command-line.ts'

// Not in the English lists of words, so only the reader that the gateway has finds it.
const followUp = 'да, продолжай пожалуйста'
const proof = 'Prove that there are infinitely many primes congruent to 3 mod 4, with every step justified.'
const together = `${proof}\n\n${followUp}`
const messages = [
  { role: 'user', content: proof },
  { role: 'assistant', content: 'Step 1 …' },
  { role: 'user', content: followUp },
]

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-follow-ups-'))
  const row = {
    request: { model: 'gpt-4o', messages },
    response: { model: 'gpt-4o', usage: { prompt_tokens: 900, completion_tokens: 200 } },
  }
  const rows = `${JSON.stringify(row)}\n`.repeat(20)
  await writeFile(join(folder, 'log.jsonl'), rows)
  await writeFile(join(folder, 'chats.jsonl'), `${JSON.stringify({ messages })}\n`)
  const answered = { messages, answers: { a: '4', b: '5' }, reference: '4' }
  await writeFile(join(folder, 'answered.jsonl'), `${JSON.stringify(answered)}\n`)
  const labels = [
    { prompt: messages, scores: { a: 1, b: 0 }, cost: { a: 0.1, b: 0.01 } },
    { prompt: [{ role: 'user', content: 'Hi' }], scores: { a: 1, b: 1 }, cost: { a: 0.1, b: 0.01 } },
  ]
  await writeFile(join(folder, 'labels.jsonl'), labels.map((label) => `${JSON.stringify(label)}\n`).join(''))
  const models = 'a: { provider: demo }\n  b: { provider: demo }'
  const config = `version: 1\nproviders: { demo: { kind: demo } }\nmodels:\n  ${models}\npolicy: { strong: a, weak: b }\n`
  await writeFile(join(folder, 'alone.yaml'), `${config}prompt: { followUp: null }\n`)
})
afterAll(() => rm(folder, { recursive: true }))

async function promptsOf(...argv: string[]): Promise<string[]> {
  const { exitCode, stderr } = await run([...argv, 'out.jsonl'], { folder })
  expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('lists of words only')])
  const lines = (await readFile(join(folder, 'out.jsonl'), 'utf8')).trim().split('\n')
  return [...new Set(lines.map((line): string => JSON.parse(line).prompt))]
}

describe('a follow-up in a log is scored with the turns before it, as the gateway scores it', () => {
  it.each([
    ['audit', 'log.jsonl', '--weak-model', 'gpt-4o-mini', '--sample-to-label'],
    ['score', '--router', 'length', '--input', 'log.jsonl', '--output'],
    ['score', '--router', 'length', '--input', 'chats.jsonl', '--output'],
    ['data', 'judge', '--checker', 'exact', '--input', 'answered.jsonl', '--output'],
    ['data', 'convert', 'log.jsonl', '--to', 'prompts', '--output'],
  ])('%s %s', async (...argv) => {
    expect(await promptsOf(...argv)).toEqual([together])
  })

  it('alone if the configuration says so', async () => {
    const argv = ['audit', 'log.jsonl', '--weak-model', 'gpt-4o-mini', '--config', 'alone.yaml']
    expect(await promptsOf(...argv, '--sample-to-label')).toEqual([followUp])
  })
})

describe('a label of a conversation is of the text that the gateway scores', () => {
  const contextOf = (): JobContext => ({
    signal: new AbortController().signal,
    onProgress() {},
    onWarning(message) {
      throw new Error(message)
    },
    workspace: {
      folder,
      config: parseConfig(
        'version: 1\nproviders: { demo: { kind: demo } }\nmodels:\n  a: { provider: demo }\n  b: { provider: demo }\npolicy: { strong: a, weak: b }\n',
        'x.yaml',
      ),
      dependencies: {},
    } as unknown as JobContext['workspace'],
  })

  it('in training', async () => {
    const [data] = await openTrainingFiles([join(folder, 'labels.jsonl')], undefined, contextOf())
    const prompts: unknown[] = []
    for await (const { value } of data!.rows(new AbortController().signal))
      prompts.push((value as { prompt: unknown }).prompt)
    expect(prompts).toEqual([together, 'Hi'])
  })

  it('in evaluations of policies', async () => {
    const { labels } = await readPolicyLabelFiles(
      [join(folder, 'labels.jsonl')],
      { policies: [], routers: [] } as never,
      contextOf(),
    )
    expect(labels.map(({ prompt }) => prompt)).toEqual([together, 'Hi'])
  })

  it('in the evaluation of routers and of a pool', async () => {
    const loadPick = () => loadPickPrompt(contextOf())
    const file = join(folder, 'labels.jsonl')
    const { rows } = await loadLabelled(file, { strong: 'a', weak: 'b' } as never, undefined, loadPick)
    expect(rows.map(({ prompt }) => prompt)).toEqual([together, 'Hi'])
    const { outcomes } = await readPoolOutcomes([file], { loadPickPrompt: loadPick })
    expect(outcomes.prompts).toEqual([together, 'Hi'])
  })
})
