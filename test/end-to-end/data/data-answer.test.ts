import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inputTokensAtMost } from '../../../src/learning/labels/chat/chat-body.ts'
import { routellm as run } from '../../support/command-line.ts'
import { answerJson } from '../../support/servers/embedding-server.ts'
import { answerChat, type ScriptedJudge, startScriptedJudge } from '../../support/servers/scripted-judge.ts'

let folder: string
let server: ScriptedJudge
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-answer-'))
  server = await startScriptedJudge()
  server.intercept = (response, _count, { body }) => {
    answerChat(response, `${body.model} on ${body.messages.at(-1)?.content}`)
    return true
  }
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const write = (name: string, ...rows: object[]) =>
  writeFile(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
const read = async (name: string): Promise<Record<string, unknown>[]> =>
  (await readFile(join(folder, name), 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
const prompts = ['one', 'two', 'three', 'four'].map((prompt) => ({ prompt }))
const answer = (...argv: string[]) =>
  run(
    [
      ...['data', 'answer', '--input', 'in.jsonl', '--output', 'out.jsonl', '--base-url', server.baseUrl],
      ...argv,
    ],
    { folder },
  )

/** What the server says of each answer. */
const counted = { input: 100, output: 10 }

describe('data answer', () => {
  beforeEach(() => write('in.jsonl', ...prompts))

  it('writes the answers of every model, in the order of the prompts, and what they cost', async () => {
    const { exitCode, stdout, stderr } = await answer('--model', 'big', 'small', '--price', '10,20', '--json')
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('Wrote 4 of 4 rows')])
    expect(await read('out.jsonl')).toEqual(
      prompts.map(({ prompt }) => ({
        prompt,
        answers: { big: `big on ${prompt}`, small: `small on ${prompt}` },
        tokens: { big: counted, small: counted },
      })),
    )
    const usage = { replies: 4, cachedReplies: 0, paidUsd: expect.closeTo(4 * 0.0012, 9) }
    expect(JSON.parse(stdout)).toMatchObject({
      output: join(folder, 'out.jsonl'),
      rows: 4,
      answered: 4,
      complete: true,
      report: { models: [{ model: 'big', answered: 4 }, { model: 'small' }], firstRefusal: null },
      usage: { big: usage, small: usage },
    })
    // A complete run leaves no cache behind, and the model's own temperature is asked for.
    expect((await readdir(folder)).sort()).toEqual(['in.jsonl', 'out.jsonl'])
    expect(server.requests[0]?.body).not.toHaveProperty('temperature')
  })

  it('says it in words', async () => {
    const { stdout } = await answer('--model', 'big')
    expect(stdout).toContain('big: 4 answered')
    expect(stdout).toContain('Cost: unknown, as big has no price (--price)')
  })

  it('keeps the other columns, asks no model whose answer is there, and leaves out labels', async () => {
    await write('in.jsonl', {
      prompt: 'p',
      answers: { big: 'there' },
      reference: '4',
      requests: 3,
      scores: { big: 1 },
      tokens: { big: { input: 3, output: 7 } },
      id: 'a',
    })
    await answer('--model', 'big', '--model', 'small')
    expect(await read('out.jsonl')).toEqual([
      {
        prompt: 'p',
        answers: { big: 'there', small: 'small on p' },
        reference: '4',
        requests: 3,
        id: 'a',
        tokens: { big: { input: 3, output: 7 }, small: counted },
      },
    ])
    expect(server.requests).toHaveLength(1)
  })

  it('takes models, prices and keys from the configuration, each model with its own price', async () => {
    await writeFile(
      join(folder, 'routellm.yaml'),
      `version: 1
providers:
  mine: { kind: openai-compatible, baseUrl: ${server.baseUrl}, apiKeyEnv: MY_KEY }
models:
  strong: { provider: mine, upstream: big-1, inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 20 }
  weak: { provider: mine, upstream: small-1, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 }
policy: { kind: pair, strong: strong, weak: weak }
`,
    )
    const argv = ['data', 'answer', '--input', 'in.jsonl', '--output', 'out.jsonl', '--json', '--model']
    const { stdout } = await run([...argv, 'strong', 'weak'], { folder, variables: { MY_KEY: 'sk-mine' } })
    expect(JSON.parse(stdout).usage).toMatchObject({
      strong: { paidUsd: expect.closeTo(4 * 0.0012, 9) },
      weak: { paidUsd: expect.closeTo(4 * 0.00012, 9) },
    })
    expect(server.requests[0]?.authorization).toBe('Bearer sk-mine')
    expect(stdout).not.toContain('sk-mine')
  })

  it('opens no more calls at a time than asked for, of all models together', async () => {
    server.intercept = () => false
    await answer('--model', 'a', 'b', 'c', '--concurrency', '2')
    expect(server.requests).toHaveLength(12)
    expect(server.mostOpen).toBeLessThanOrEqual(2)
  })

  it('counts answers that were cut, and leaves out empty ones', async () => {
    server.intercept = (response, count) => {
      const content = count === 1 ? 'half a sen' : count === 2 ? '' : 'whole'
      const choices = [{ message: { content }, finish_reason: count === 1 ? 'length' : 'stop' }]
      answerJson(response, 200, { choices })
      return true
    }
    const { exitCode, stdout, stderr } = await answer('--model', 'a', '--concurrency', '1')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('a: 3 answered, 1 empty')
    expect(stderr).toContain('1 answers of a were cut at the longest length (--max-tokens 4096)')
    expect(await read('out.jsonl')).toHaveLength(3)
  })
})

describe('a stopped run of data answer', () => {
  beforeEach(() => write('in.jsonl', ...prompts))

  it('ends with 130 and keeps what was paid for; run again it asks only the rest', async () => {
    const stop = new AbortController()
    const argv = ['data', 'answer', '--model', 'big', '--concurrency', '1', '--base-url', server.baseUrl]
    const files = ['--input', 'in.jsonl', '--output', 'out.jsonl']
    const speak = server.intercept
    server.intercept = (response, count, request) => {
      if (count < 3) return speak(response, count, request)
      stop.abort(new Error('stopped by SIGINT'))
      return true
    }
    const stopped = await run([...argv, ...files], { folder, signal: stop.signal })
    expect(stopped.exitCode).toBe(130)
    expect(stopped.stderr).toContain('2 replies are kept in')
    expect((await readdir(folder)).sort()).toEqual(['in.jsonl', 'out.jsonl.replies'])
    server.intercept = speak
    expect((await answer('--model', 'big', '--concurrency', '1')).exitCode).toBe(0)
    expect(server.requests).toHaveLength(3 + 2)
    expect(await read('out.jsonl')).toHaveLength(4)
    expect((await readdir(folder)).sort()).toEqual(['in.jsonl', 'out.jsonl'])
  })

  it('keeps to the cost cap, writes what there is, and goes on when run again with more', async () => {
    await answer('--model', 'big')
    const whole = await readFile(join(folder, 'out.jsonl'), 'utf8')
    const longest = (inputTokensAtMost([{ role: 'user', content: 'three' }]) * 10 + 20 * 20) / 1e6
    server.requests.length = 0
    const capped = (dollars: number) =>
      answer('--model', 'big', '--price', '10,20', '--max-tokens', '20', '--max-cost', dollars.toFixed(6))
    const first = await capped(longest + 1.5 * 0.0012)
    expect([first.exitCode, first.stderr]).toEqual([1, expect.stringContaining('2 questions were not asked')])
    expect(first.stderr).toContain('raise it and run the same command again')
    expect(await read('out.jsonl')).toHaveLength(2)
    expect((await capped(1)).exitCode).toBe(0)
    expect(server.requests).toHaveLength(4)
    expect(await readFile(join(folder, 'out.jsonl'), 'utf8')).toBe(whole)
  })

  it('keeps an own cache', async () => {
    await answer('--model', 'big', '--cache', 'cache.jsonl')
    await answer('--model', 'big', 'small', '--cache', 'cache.jsonl')
    expect(server.requests).toHaveLength(8)
    expect((await readdir(folder)).sort()).toEqual(['cache.jsonl', 'in.jsonl', 'out.jsonl'])
  })
})

describe('what may go wrong in data answer', () => {
  it.each([
    [[], "'--model <names...>' not specified"],
    [['--model', 'a', 'a'], '--model a is named twice'],
    [['--model', 'a', 'b', 'c', '--price', '1,2', '--price', '1,2'], '2 prices for 3 models'],
    [['--model', 'a', '--max-cost', '1'], 'The model a has no price'],
    [['--model', 'a', '--output', 'in.jsonl'], 'is the input'],
    [['--model', 'a', '--output', 'none/out.jsonl'], 'there is no folder'],
    [['--model', 'a', '--cache', 'in.jsonl'], 'is not a cache of replies'],
    [['--model', 'a', '--cache', 'out.jsonl'], 'is the input'],
  ])('%j is refused before anything is asked', async (argv, words) => {
    await write('in.jsonl', ...prompts)
    const { exitCode, stderr } = await answer(...argv)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)])
    expect(server.requests).toEqual([])
    expect(await read('in.jsonl')).toEqual(prompts)
  })

  it('finds a broken row before it pays for the others', async () => {
    await write('in.jsonl', ...prompts, { prompt: ' ' })
    expect((await answer('--model', 'a')).stderr).toContain('in.jsonl line 5 has an empty prompt')
    await write('in.jsonl')
    expect((await answer('--model', 'a')).stderr).toContain('has no prompt in it')
    expect(server.requests).toEqual([])
  })

  it('ends with 1 if no prompt got an answer', async () => {
    await write('in.jsonl', prompts[0]!)
    server.intercept = (response) => {
      answerJson(response, 400, { error: 'max_tokens is not supported' })
      return true
    }
    const { exitCode, stderr } = await answer('--model', 'a')
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('no prompt got an answer')])
    expect(stderr).toContain('it said: {"error":"max_tokens is not supported"}')
  })
})

it('prompts become answers, and answers become labels that a router is trained on', async () => {
  const arithmetic = Array.from({ length: 60 }, (_, i) => ({
    prompt: `What is ${i} + ${i % 7}?`,
    reference: `${i + (i % 7)}`,
  }))
  await write('prompts.jsonl', ...arithmetic)
  server.intercept = (response, _count, { body }) => {
    const [, a, b] = /(\d+) \+ (\d+)/.exec(body.messages[0]?.content ?? '') ?? []
    const sum = Number(a) + Number(b) + (body.model === 'small' && Number(a) % 2 === 1 ? 1 : 0)
    answerChat(response, `The answer is ${sum}.`)
    return true
  }
  const command = (...argv: string[]) => run(argv, { folder })
  const io = (input: string, output: string) => ['--input', input, '--output', output]
  const runs = [
    [
      ...['data', 'answer', '--model', 'big', 'small', '--base-url', server.baseUrl],
      ...io('prompts.jsonl', 'answers.jsonl'),
    ],
    ['data', 'judge', '--checker', 'numeric', ...io('answers.jsonl', 'labels.jsonl')],
    [
      ...['train', 'few_label', '--labels', 'labels.jsonl', '--strong-model', 'big', '--weak-model', 'small'],
      ...['--output', 'router', '--json'],
    ],
  ]
  for (const argv of runs) expect(await command(...argv), argv.join(' ')).toMatchObject({ exitCode: 0 })
  expect(await read('labels.jsonl')).toContainEqual({
    prompt: 'What is 1 + 1?',
    scores: { big: 1, small: 0 },
    tokens: { big: counted, small: counted },
  })
})
