import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inputTokensAtMost } from '../../../src/learning/labels/chat/chat-body.ts'
import { routellm as run } from '../../support/command-line.ts'
import { answerJson } from '../../support/servers/embedding-server.ts'
import {
  answerChat,
  answerOf,
  type ScriptedJudge,
  startScriptedJudge,
} from '../../support/servers/scripted-judge.ts'

let folder: string
let server: ScriptedJudge
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-judge-'))
  server = await startScriptedJudge()
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const write = (name: string, ...rows: object[]) =>
  writeFile(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
const read = async (name: string): Promise<unknown[]> =>
  (await readFile(join(folder, name), 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

/** Rows on which `big` is better but for the third. */
const judgeRows = [2, 1, -1, 3].map((quality, index) => ({
  prompt: `prompt ${index}`,
  answers: { big: answerOf(quality, 80 + index), small: answerOf(0, 60) },
}))
const judge = (...argv: string[]) =>
  run(['data', 'judge', '--input', 'in.jsonl', '--output', 'out.jsonl', ...argv], { folder })
const served = (...argv: string[]) => judge('--judge', 'judge-1', '--base-url', server.baseUrl, ...argv)

describe('data judge --checker', () => {
  const rows = [
    { prompt: 'p', answers: { a: '#### 42', b: 'It is 41.' }, reference: 42, category: 'x' },
    { prompt: 'q', answers: { a: 'cannot say', b: '1,000' }, reference: '#### 1000' },
  ]

  it('writes outcomes, and counts what it could not read', async () => {
    await write('in.jsonl', ...rows)
    const { exitCode, stdout } = await judge('--checker', 'numeric', '--json')
    expect(exitCode).toBe(0)
    expect(await read('out.jsonl')).toEqual([
      { prompt: 'p', scores: { a: 1, b: 0 }, category: 'x' },
      { prompt: 'q', scores: { b: 1 } },
    ])
    expect(JSON.parse(stdout)).toMatchObject({
      output: join(folder, 'out.jsonl'),
      rows: 2,
      labels: 2,
      complete: true,
      report: {
        rows: 2,
        models: [
          { model: 'a', scored: 1, mean: 1, unparsable: 1 },
          { model: 'b', scored: 2, mean: 0.5, unparsable: 0 },
        ],
      },
    })
  })

  it('counts it as wrong where told, and says in words what came out', async () => {
    await write('in.jsonl', ...rows)
    const { stdout, stderr } = await judge('--checker', 'numeric', '--unparsable', 'wrong')
    expect((await read('out.jsonl'))[1]).toEqual({ prompt: 'q', scores: { a: 0, b: 1 } })
    expect(stdout).toContain('a: mean 1.000 (95 % 0.207 to 1.000) of 1 answers, 1 unparsable')
    expect(stderr).toContain(`Wrote 2 labels: ${join(folder, 'out.jsonl')}`)
  })

  it.each([
    ['exact', ['--ignore-case'], { prompt: 'p', answers: { a: 'PARIS' }, reference: 'Paris' }],
    ['choice', [], { prompt: 'p', answers: { a: 'The answer is (B).' }, reference: 'B' }],
    ['numeric', ['--tolerance', '0.01'], { prompt: 'p', answers: { a: '0.33' }, reference: '1/3' }],
    ['regex', [], { prompt: 'p', answers: { a: 'in Paris' }, reference: '/paris$/i' }],
  ])('knows the rule %s', async (checker, flags, row) => {
    await write('in.jsonl', row)
    expect((await judge('--checker', checker, ...flags)).exitCode).toBe(0)
    expect(await read('out.jsonl')).toEqual([{ prompt: 'p', scores: { a: 1 } }])
  })

  it('names the row that has no reference, and writes nothing', async () => {
    await write('in.jsonl', ...rows, { prompt: 'r', answers: { a: '1' } })
    const { exitCode, stderr } = await judge('--checker', 'numeric')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('in.jsonl line 3 has no "reference"')])
    expect(await readdir(folder)).toEqual(['in.jsonl'])
  })
})

describe('data judge --judge', () => {
  beforeEach(() => write('in.jsonl', ...judgeRows))

  it('writes battles and reports on the judge', async () => {
    const { exitCode, stdout } = await served('--price', '10,20', '--json', '--api-key', 'sk-secret-1')
    expect(exitCode).toBe(0)
    expect(await read('out.jsonl')).toEqual(
      ['model_a', 'model_a', 'model_b', 'model_a'].map((winner, index) => ({
        prompt: `prompt ${index}`,
        model_a: 'big',
        model_b: 'small',
        winner,
      })),
    )
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 4,
      labels: 4,
      complete: true,
      judge: {
        model: 'judge-1',
        prompt: expect.stringMatching(/^[0-9a-f]{16}$/),
        usage: { replies: 8, cachedReplies: 0, paidUsd: expect.closeTo(8 * 0.0012, 9) },
      },
      report: {
        pairs: 4,
        judged: 4,
        ties: 0,
        orderAgreement: { share: 1, of: 4 },
        positionBias: { share: 0.5, of: 8 },
        longerWins: { share: 0.75, of: 4 },
        models: [{ modelA: 'big', modelB: 'small', winsA: 3, winsB: 1, winRateA: 0.75 }],
      },
    })
    expect(server.requests[0]?.authorization).toBe('Bearer sk-secret-1')
    expect(stdout).not.toContain('sk-secret')
  })

  it('says it in words, without a price too', async () => {
    server.bias = { position: 1.5 }
    const { stdout } = await served()
    expect(stdout).toContain('4 of 4 pairs judged, 2 ties')
    expect(stdout).toContain('big against small: 2 won, 0 lost, 2 tied; win rate 75.0 %')
    expect(stdout).toContain('The answer shown first wins: 75.0 %')
    expect(stdout).toContain('the place decided 2 times (first 2, second 0); these are ties')
    expect(stdout).toContain('Cost: unknown, as judge-1 has no price (--price)')
  })

  it('grades with --mode single', async () => {
    const { stdout } = await served('--mode', 'single', '--samples', '2')
    expect(await read('out.jsonl')).toEqual(
      [7, 6, 4, 8].map((score, index) => ({ prompt: `prompt ${index}`, scores: { big: score, small: 5 } })),
    )
    expect(server.requests).toHaveLength(16)
    expect(server.requests[0]?.body.temperature).toBe(1)
    expect(stdout).toContain('big: mean 6.250')
  })

  it('takes model, prices and key from the configuration', async () => {
    await writeFile(
      join(folder, 'routellm.yaml'),
      `version: 1
providers:
  mine: { kind: openai-compatible, baseUrl: ${server.baseUrl}, apiKeyEnv: MY_KEY }
models:
  strong: { provider: mine, upstream: big-1 }
  weak: { provider: mine, upstream: small-1 }
  critic: { provider: mine, upstream: critic-1, inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 20 }
policy: { kind: pair, strong: strong, weak: weak }
`,
    )
    const argv = ['data', 'judge', '--input', 'in.jsonl', '--output', 'out.jsonl', '--json', '--judge']
    const { stdout } = await run([...argv, 'critic'], { folder, variables: { MY_KEY: 'sk-mine' } })
    expect(JSON.parse(stdout).judge).toMatchObject({
      model: 'critic',
      usage: { paidUsd: expect.closeTo(0.0096, 9) },
    })
    expect(server.requests[0]).toMatchObject({ authorization: 'Bearer sk-mine', body: { model: 'critic-1' } })
    expect((await run([...argv, 'mine/other'], { folder, variables: { MY_KEY: 'k' } })).exitCode).toBe(0)
    expect((await run([...argv, 'critic'], { folder })).stderr).toContain('MY_KEY is not set')
    expect((await run([...argv, 'nobody'], { folder })).stderr).toContain('--judge nobody names no model')
  })

  it('takes a prompt and fields of one’s own', async () => {
    const user =
      'Q {prompt}\n<answer-a {fence}>\n{answer_a}\n</answer-a {fence}>\n<answer-b {fence}>\n{answer_b}\n</answer-b {fence}>'
    await write('prompt.json', { system: 'Be brief.', user })
    await served('--prompt-file', 'prompt.json', '--body', '{"temperature":null,"reasoning_effort":"low"}')
    expect(server.requests[0]?.body).toMatchObject({
      reasoning_effort: 'low',
      messages: [{ content: 'Be brief.' }, {}],
    })
    expect(server.requests[0]?.body).not.toHaveProperty('temperature')
    await write('prompt.json', { user: 'Which?' })
    const { exitCode, stderr } = await served('--prompt-file', 'prompt.json')
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/--prompt-file .*prompt\.json: .*has no \{prompt\}/),
    ])
  })

  it('labels a pair of more models alone', async () => {
    await write('in.jsonl', {
      prompt: 'p',
      answers: { a: answerOf(1, 50), b: answerOf(0, 50), c: answerOf(2, 50) },
    })
    await served('--strong-model', 'c', '--weak-model', 'a')
    expect(await read('out.jsonl')).toEqual([{ prompt: 'p', model_a: 'c', model_b: 'a', winner: 'model_a' }])
  })
})

describe('the cost cap of data judge', () => {
  beforeEach(() => write('in.jsonl', ...judgeRows))
  const capped = (dollars: string, ...argv: string[]) =>
    served('--price', '10,20', '--max-cost', dollars, '--max-tokens', '20', '--cache', 'cache.jsonl', ...argv)

  it('ends with 1 and what there is; run again with more it goes on, and ends like a run without a cap', async () => {
    await served()
    const whole = await readFile(join(folder, 'out.jsonl'), 'utf8')
    // The most that a call can cost, give or take some bytes, and what four calls do cost but for a bit.
    const most = (inputTokensAtMost(server.requests[0]?.body.messages ?? []) * 10 + 20 * 20) / 1e6
    const cap = (most + 3.5 * 0.0012).toFixed(6)
    server.requests.length = 0
    const first = await capped(cap, '--json')
    expect(first.exitCode).toBe(1)
    expect(first.stderr).toContain(
      `could have cost more than --max-cost ${Number(cap)}; raise it and run the same command again`,
    )
    const { complete, report, judge: by } = JSON.parse(first.stdout)
    expect([complete, report.judged + report.overBudget]).toEqual([false, 4])
    expect(by.usage.paidUsd).toBeCloseTo(4 * 0.0012, 9)
    expect(await read('out.jsonl')).toHaveLength(report.judged)
    expect(server.requests).toHaveLength(4)

    // The cap is of the whole work: run again with the same one, nothing more fits.
    expect((await capped(cap)).exitCode).toBe(1)
    expect(server.requests).toHaveLength(4)

    const last = await capped('1', '--json')
    expect(last.exitCode).toBe(0)
    expect(server.requests).toHaveLength(8)
    expect(await readFile(join(folder, 'out.jsonl'), 'utf8')).toBe(whole)
    const { paidUsd, cachedUsd } = JSON.parse(last.stdout).judge.usage
    expect(paidUsd + cachedUsd).toBeCloseTo(8 * 0.0012, 9)
  })

  it('is refused for a judge without a price, before anything is asked', async () => {
    const { exitCode, stderr } = await served('--max-cost', '5')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('judge-1 has no price')])
    expect(server.requests).toEqual([])
    expect((await readdir(folder)).sort()).toEqual(['in.jsonl'])
  })

  it('counts replies that were had without a price at what they cost now', async () => {
    await served('--cache', 'cache.jsonl', '--max-tokens', '20')
    const { exitCode, stdout } = await capped('0.005', '--json')
    // Everything is in the cache, so nothing has to be asked.
    expect([exitCode, JSON.parse(stdout).judge.usage]).toEqual([
      0,
      expect.objectContaining({ replies: 0, cachedReplies: 8, paidUsd: 0, cachedUsd: null }),
    ])
    await write('in.jsonl', ...judgeRows, { prompt: 'new', answers: { big: 'a', small: 'b' } })
    expect((await capped('0.005')).exitCode).toBe(1)
    expect(server.requests).toHaveLength(8)
  })
})

describe('what may go wrong in data judge', () => {
  it.each([
    [[], '--judge: say how to label'],
    [['--checker', 'exact', '--judge', 'x'], 'not both'],
    [['--checker', 'exact', '--strong-model', 'a'], '--weak-model: is missing'],
    [['--checker', 'fuzzy'], 'Allowed choices are exact, choice, numeric, regex'],
    [['--judge', 'x', '--price', '3'], 'dollars per million tokens'],
    [['--judge', 'x', '--samples', '0'], '1 or more'],
    [['--judge', 'x', '--body', '[1]'], 'Must be a JSON object'],
    [['--judge', 'x', '--body', '{'], 'Must be a JSON object'],
    [
      ['--judge', 'x', '--base-url', 'http://127.0.0.1:1/v1', '--cache', 'in.jsonl'],
      'is not a cache of replies',
    ],
  ])('%j is refused', async (argv, words) => {
    await write('in.jsonl', ...judgeRows)
    const { exitCode, stderr } = await judge(...argv)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)])
    expect(await readdir(folder)).toEqual(['in.jsonl'])
  })

  it('finds a broken row before it pays for the others', async () => {
    await write('in.jsonl', ...judgeRows, { prompt: 'p', answers: { a: 1 } })
    const { exitCode, stderr } = await served()
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('in.jsonl line 5 has 1 as the answer')])
    expect(server.requests).toEqual([])
    await write('in.jsonl')
    expect((await served()).stderr).toContain('has no row in it')
  })

  it('says what the endpoint said, and ends with 1, where it takes no question', async () => {
    server.intercept = (response) => {
      answerJson(response, 400, { error: 'max_tokens is not supported' })
      return true
    }
    await write('in.jsonl', judgeRows[0] ?? {})
    const { exitCode, stderr } = await served()
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('it said: {"error":"max_tokens is not supported"}'),
    ])
    expect(stderr).toContain('no row got a label')
  })

  it('ends with 1, and keeps nothing half-written, where the endpoint refuses the key', async () => {
    server.intercept = (response) => {
      answerJson(response, 401, { error: { message: 'bad key sk-wrong-key' } })
      return true
    }
    await write('in.jsonl', ...judgeRows)
    const { exitCode, stderr } = await served('--api-key', 'sk-wrong-key')
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Check the key of the provider')])
    expect(stderr).not.toContain('sk-wrong-key')
    expect(await readdir(folder)).toEqual(['in.jsonl'])
  })

  it('is interrupted with 130; run again it asks only what it has no reply to', async () => {
    await write('in.jsonl', ...judgeRows)
    const stop = new AbortController()
    server.intercept = (response, count) => {
      if (count === 4) stop.abort(new Error('stopped by SIGINT'))
      if (count >= 4) return true
      return response.destroyed
    }
    const argv = [
      'data',
      'judge',
      '--input',
      'in.jsonl',
      '--output',
      'out.jsonl',
      '--judge',
      'judge-1',
      '--base-url',
      server.baseUrl,
      '--cache',
      'cache.jsonl',
      '--concurrency',
      '1',
    ]
    const first = await run(argv, { folder, signal: stop.signal })
    expect(first.exitCode).toBe(130)
    expect((await readdir(folder)).sort()).toEqual(['cache.jsonl', 'in.jsonl'])
    server.intercept = () => false
    const second = await run([...argv, '--json'], { folder })
    expect(JSON.parse(second.stdout).judge.usage).toMatchObject({ replies: 5, cachedReplies: 3 })
    expect(await read('out.jsonl')).toHaveLength(4)
  })
})

describe('data augment', () => {
  const augment = (...argv: string[]) =>
    run(
      [
        'data',
        'augment',
        '--input',
        'in.jsonl',
        '--output',
        'out.jsonl',
        '--writer',
        'writer',
        '--base-url',
        server.baseUrl,
        ...argv,
      ],
      { folder },
    )
  const rows = Array.from({ length: 7 }, (_, index) => ({
    prompt: `question number ${index}`,
    category: 'x',
  }))

  beforeEach(async () => {
    await write('in.jsonl', ...rows)
    server.intercept = (response, _count, { text, body }) => {
      const number = /question number (\d)/.exec(text)?.[1]
      const writes = body.messages[0]?.content.startsWith('You write')
      answerChat(response, writes ? `<variation>Tell me about ${number}</variation>` : '[[YES]]')
      return true
    }
  })

  it('writes the rows, and behind them variations up to the share', async () => {
    const { exitCode, stdout } = await augment(
      '--kinds',
      'paraphrase',
      '--seed',
      '5',
      '--json',
      '--price',
      '1,1',
    )
    expect(exitCode).toBe(0)
    const written = await read('out.jsonl')
    expect(written.slice(0, 7)).toEqual(rows)
    expect(written).toHaveLength(10)
    for (const row of written.slice(7))
      expect(row).toMatchObject({
        synthetic: true,
        variation: 'paraphrase',
        origin: expect.stringMatching(/^question number \d$/),
      })
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 7,
      synthetic: 3,
      complete: true,
      report: { wanted: 3, kept: { paraphrase: 3 } },
      usage: { writer: { replies: 6 } },
    })
  })

  it('adds nothing to what has its share already, and says so in words', async () => {
    await augment('--kinds', 'paraphrase')
    await rm(join(folder, 'in.jsonl'))
    await writeFile(join(folder, 'in.jsonl'), await readFile(join(folder, 'out.jsonl')))
    const { stdout, stderr } = await augment('--kinds', 'paraphrase')
    expect(stdout).toContain('0 of at most 0 variations kept')
    expect(stderr).toContain('Wrote 10 rows and 0 synthetic ones')
  })

  it('stops at the cost cap with 1', async () => {
    const { exitCode, stderr } = await augment('--price', '10,10', '--max-cost', '0.001')
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('raise it and run the same command again'),
    ])
    expect(await read('out.jsonl')).toEqual(rows)
  })

  it.each([
    [['--kinds', 'shorter'], 'a variation is one of paraphrase, easier, harder'],
    [['--max-share', '1'], 'from 0, below 1'],
    [['--output', 'in.jsonl'], 'name another file'],
  ])('%j is refused', async (argv, words) => {
    const { exitCode, stderr } = await augment(...argv)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)])
    expect(await read('in.jsonl')).toEqual(rows)
  })

  it('names a row without a prompt', async () => {
    await write('in.jsonl', { colour: 'x' })
    expect((await augment()).stderr).toContain('in.jsonl line 1 needs a string in "prompt"')
    await write('in.jsonl')
    expect((await augment()).stderr).toContain('has no prompt in it')
  })
})
