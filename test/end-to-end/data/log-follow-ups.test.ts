import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
    ['data', 'convert', 'log.jsonl', '--to', 'prompts', '--output'],
  ])('%s %s', async (...argv) => {
    expect(await promptsOf(...argv)).toEqual([together])
  })

  it('alone if the configuration says so', async () => {
    const argv = ['audit', 'log.jsonl', '--weak-model', 'gpt-4o-mini', '--config', 'alone.yaml']
    expect(await promptsOf(...argv, '--sample-to-label')).toEqual([followUp])
  })
})
