import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadBenchmark } from '../../../src/learning/evaluation/benchmarks/registry.ts'
import { benchmarkFiles, describeWithBenchmarkFiles } from '../../support/benchmark-files.ts'
import { routellm as run } from '../../support/command-line.ts'
import { startHubServer } from '../../support/servers/hub-server.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-commands-'))
})
afterEach(() => rm(folder, { recursive: true }))

const write = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content)
const data = (...argv: string[]) => run(['data', ...argv], { folder })
const json = async (...argv: string[]) => {
  const { exitCode, stdout } = await data(...argv, '--json')
  return { exitCode, ...JSON.parse(stdout) }
}
const rowsOf = async (name: string) =>
  gunzipIf(name, await readFile(join(folder, name)))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const gunzipIf = (name: string, bytes: Buffer) =>
  (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
const linesOf = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

const outcomes = Array.from({ length: 60 }, (_, index) => ({
  id: index,
  prompt: `Question number ${index} about ${index % 3 === 0 ? 'maths' : 'history'}?`,
  scores: { strong: index % 5 === 0 ? 0 : 1, weak: index % 2 },
}))

describe('data inspect', () => {
  it('says on one screen what a file holds', async () => {
    await write('labels.jsonl', linesOf(outcomes))
    const { exitCode, stdout, stderr } = await data('inspect', 'labels.jsonl')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(
      /^labels\.jsonl: 60 rows of outcomes\nprompts {6}60 distinct texts, 60 distinct prompts/,
    )
    expect(stdout).toMatch(/strong +60 +0\.8\n/)
    expect(stdout).toContain('--strong-model strong --weak-model weak')
    expect(stdout.split('\n').length).toBeLessThan(40)
    expect(await json('inspect', 'labels.jsonl')).toMatchObject({
      file: 'labels.jsonl',
      form: 'outcomes',
      rows: 60,
    })
  })

  it('says what each command reads of a file, and why others read nothing', async () => {
    await write(
      'labels.csv',
      `prompt,gpt-4o,gpt-4o-mini\n${outcomes.map(({ prompt, id }) => `"${prompt}",1,${id % 2}\n`).join('')}`,
    )
    const { stdout } = await data('inspect', 'labels.csv')
    expect(stdout).toContain('layout       wide')
    expect(stdout).toMatch(/ {2}train few_label +60 labels\n/)
    expect(stdout).toMatch(/ {2}evaluate --benchmark +60 rows\n/)
    expect(stdout).toContain('nothing for audit: no row names the model that answered')
    expect(stdout).toContain('nothing for data judge: no row has "answers" by model')
    const request = (index: number, more: object) => ({
      request: { model: 'gpt-4o', messages: [{ role: 'user', content: `Question ${index}` }] },
      response: { usage: { prompt_tokens: 5, completion_tokens: 9 } },
      ...more,
    })
    await write('log.jsonl', linesOf([request(1, {}), request(2, {}), request(3, { cached: true })]))
    expect(await json('inspect', 'log.jsonl')).toMatchObject({
      exitCode: 0,
      form: 'prompts',
      log: 'openai',
      layouts: [{ layout: 'openai' }],
      uses: expect.arrayContaining([
        { command: 'audit', unit: 'requests', reads: 2, leftOut: { cached: 1 }, why: null },
        expect.objectContaining({ command: 'train few_label', reads: 0, why: 'no row compares two models' }),
      ]),
    })
    await write('other.csv', 'prompt,large,small\np,1,0\nq,0,1\n')
    const other = await data('inspect', 'other.csv')
    expect(other.stdout).toContain(
      'not read     If "large", "small" are the scores of models, name the columns scores.large, scores.small.',
    )
    const converted = await data('convert', 'other.csv', '--to', 'outcomes', '--output', 'o.jsonl')
    expect(converted.exitCode).toBe(2)
    expect(converted.stderr).toMatch(
      /line 2 has a prompt and no label.*columns are prompt, large, small.*scores\.large/s,
    )
  })

  it('joins files of one model each', async () => {
    await write('gpt-4o.csv', 'prompt,score\np,1\nq,1\n')
    await write('gpt-4o-mini.csv', 'prompt,score\np,0\nq,1\n')
    expect(await json('inspect', 'gpt-4o.csv', 'gpt-4o-mini.csv')).toMatchObject({
      form: 'outcomes',
      rows: 2,
      files: ['gpt-4o.csv', 'gpt-4o-mini.csv'],
      pair: { strong: 'gpt-4o', weak: 'gpt-4o-mini' },
    })
    await data('convert', 'gpt-4o.csv', 'gpt-4o-mini.csv', '--to', 'outcomes', '--output', 'both.jsonl')
    expect(await rowsOf('both.jsonl')).toEqual([
      { prompt: 'p', scores: { 'gpt-4o': 1, 'gpt-4o-mini': 0 } },
      { prompt: 'q', scores: { 'gpt-4o': 1, 'gpt-4o-mini': 1 } },
    ])
  })

  it('lists every row that cannot be read, and exits with 2', async () => {
    await write('bad.jsonl', `${linesOf(outcomes.slice(0, 2))}{"prompt":\n{"prompt":7,"scores":{}}\n`)
    const { exitCode, stdout, stderr } = await data('inspect', 'bad.jsonl')
    expect(exitCode).toBe(2)
    expect(stdout).toMatch(
      /2 rows cannot be read:\n .*bad\.jsonl line 3 is not JSON.*\n .*bad\.jsonl line 4 needs a string/,
    )
    expect(stderr).toMatch(/2 rows of bad\.jsonl cannot be read; the first: .*line 3/)
    expect(await json('inspect', 'bad.jsonl')).toMatchObject({ exitCode: 2, rows: 2, invalidRows: 2 })
  })

  it('stops where the file itself is broken', async () => {
    await write('cut.jsonl.gz', gzipSync(linesOf(outcomes)).subarray(0, -20))
    expect(await json('inspect', 'cut.jsonl.gz')).toMatchObject({
      exitCode: 2,
      error: { code: 'broken-gzip' },
    })
  })

  it('reads a file of a data set on the hub', async () => {
    const hub = await startHubServer({
      'datasets/acme/arena': {
        revisions: { main: '1'.repeat(40) },
        commits: {
          ['1'.repeat(40)]: { 'train.csv': Buffer.from('prompt,model_a,model_b,winner\np,a,b,tie\n') },
        },
      },
    })
    try {
      const variables = { HF_ENDPOINT: hub.url, HF_HUB_CACHE: join(folder, 'cache') }
      const inspected = await run(['data', 'inspect', 'hub:acme/arena/train.csv', '--json'], {
        folder,
        variables,
      })
      expect(JSON.parse(inspected.stdout)).toMatchObject({ form: 'battles', rows: 1, ties: 1 })
    } finally {
      await hub.close()
    }
  })
})

describe('data convert', () => {
  it('reads the arena’s Parquet and writes battles in gzip', async () => {
    const turns = ['Why is the sky blue?', 'Hi', 'Who was the first on the moon?']
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'model_a', data: ['a', 'a', 'b'] },
        { name: 'model_b', data: ['b', 'b', 'a'] },
        { name: 'winner', data: ['model_a', 'tie', 'tie (bothbad)'] },
        { name: 'conversation_a', data: turns.map((content) => [{ role: 'user', content }]) },
      ],
    })
    await write('arena.parquet', new Uint8Array(bytes))
    expect(await json('convert', 'arena.parquet', '--to', 'battles', '--output', 'battles.jsonl.gz')).toEqual(
      {
        exitCode: 0,
        output: join(folder, 'battles.jsonl.gz'),
        form: 'arena',
        to: 'battles',
        read: 3,
        written: 2,
        leftOut: { shortPrompts: 1, otherModels: 0, repeatedPrompts: 0, withoutPrompt: 0 },
      },
    )
    expect(await rowsOf('battles.jsonl.gz')).toEqual([
      { prompt: turns[0], model_a: 'a', model_b: 'b', winner: 'model_a' },
      { prompt: turns[2], model_a: 'b', model_b: 'a', winner: 'tie (bothbad)' },
    ])
  })

  it('gives what trains a router, whatever the format', async () => {
    await write(
      'labels.csv',
      `prompt,scores.strong,scores.weak\n${outcomes.map(({ prompt, scores }) => `${prompt},${scores.strong},${scores.weak}`).join('\n')}\n`,
    )
    const train = ['--strong-model', 'strong', '--weak-model', 'weak', '--output', 'router']
    const { exitCode, stderr } = await run(['train', 'knn', '--data', 'labels.csv', ...train], { folder })
    expect(exitCode, stderr).toBe(0)
    const scored = await run(
      ['score', '--router', './router', '--input', 'labels.csv', '--output', 'scores.jsonl'],
      { folder },
    )
    expect(scored.exitCode, scored.stderr).toBe(0)
    expect(await rowsOf('scores.jsonl')).toHaveLength(60)
    const evaluated = await run(
      [
        'evaluate',
        '--benchmark',
        './labels.csv',
        '--scores',
        'mine=scores.jsonl',
        '--samples',
        '5',
        '--json',
      ],
      { folder },
    )
    expect(JSON.parse(evaluated.stdout)).toMatchObject({ rows: 60, routers: [{ name: 'mine' }] })
  })

  it.each([
    [
      'broken in the middle',
      `${linesOf(outcomes.slice(0, 3))}{"prompt":\n`,
      [],
      'invalid-json-line',
      /line 4 is not JSON/,
    ],
    [
      'with an id twice',
      linesOf([
        { id: 1, prompt: 'p', scores: {} },
        { id: 1, prompt: 'q', scores: {} },
      ]),
      [],
      'duplicate-id',
      /line 2 has the id "1" of row 1/,
    ],
    ['to CSV', linesOf(outcomes), ['--output', 'x.csv'], 'output-format', /\.jsonl/],
    ['with half a pair', linesOf(outcomes), ['--strong-model', 's'], 'half-a-pair', /--weak-model/],
  ])('leaves nothing behind: %s', async (_, content, more, code, message) => {
    await write('in.jsonl', content)
    await write('out.jsonl', 'before')
    const argv = ['convert', 'in.jsonl', '--to', 'battles', '--output', 'out.jsonl', ...more]
    const { exitCode, error } = await json(...argv)
    expect({ exitCode, code: error.code }).toEqual({ exitCode: 2, code })
    expect(error.message).toMatch(message)
    expect((await readdir(folder)).toSorted()).toEqual(['in.jsonl', 'out.jsonl'])
    expect(await readFile(join(folder, 'out.jsonl'), 'utf8')).toBe('before')
  })

  it('keeps rows of one id where it is told to', async () => {
    await write(
      'in.jsonl',
      linesOf([
        { id: 1, prompt: 'p' },
        { id: 1, prompt: 'q' },
      ]),
    )
    const argv = [
      'convert',
      'in.jsonl',
      '--to',
      'prompts',
      '--output',
      'out.jsonl',
      '--duplicate-ids',
      'keep',
    ]
    expect(await json(...argv)).toMatchObject({ exitCode: 0, written: 2 })
  })
})

describe('data split', () => {
  it('never puts near-identical prompts on both sides, and gives the same bytes for the same seed', async () => {
    const twice = outcomes.flatMap((row) => [
      row,
      { ...row, id: row.id + 1000, prompt: ` ${row.prompt.toUpperCase()}` },
    ])
    await write('labels.jsonl', linesOf(twice))
    const split = (seed: number, output: string) =>
      json(
        'split',
        'labels.jsonl',
        '--parts',
        'train=0.5,test=0.5',
        '--seed',
        String(seed),
        '--output',
        output,
      )
    const { parts, leftOut } = await split(1, 'one')
    expect(leftOut).toBe(0)
    expect(parts.map(({ rows, groups }: { rows: number; groups: number }) => rows === 2 * groups)).toEqual([
      true,
      true,
    ])
    const promptsOf = async (name: string) =>
      new Set((await rowsOf(name)).map(({ prompt }) => prompt.trim().toLowerCase()))
    const [train, test] = [await promptsOf('one/train.jsonl'), await promptsOf('one/test.jsonl')]
    expect(train.size + test.size).toBe(60)
    expect([...train].filter((prompt) => test.has(prompt))).toEqual([])
    await split(1, 'again')
    await split(2, 'other')
    const train1 = await readFile(join(folder, 'one/train.jsonl'), 'utf8')
    expect(await readFile(join(folder, 'again/train.jsonl'), 'utf8')).toBe(train1)
    expect(await readFile(join(folder, 'other/train.jsonl'), 'utf8')).not.toBe(train1)
  })

  it('keeps rows of a group together, and leaves no part behind where a row is broken', async () => {
    const grouped = outcomes.map((row) => ({ ...row, user: `u${row.id % 4}` }))
    await write('labels.jsonl', linesOf(grouped))
    const argv = [
      'split',
      'labels.jsonl',
      '--parts',
      'a=0.5,b=0.5',
      '--group-by',
      'user',
      '--output',
      'parts',
      '--gzip',
    ]
    expect((await json(...argv)).exitCode).toBe(0)
    const usersOf = async (name: string) => new Set((await rowsOf(name)).map(({ user }) => user))
    const [a, b] = [await usersOf('parts/a.jsonl.gz'), await usersOf('parts/b.jsonl.gz')]
    expect(a.size + b.size).toBe(4)
    await write('broken.jsonl', `${linesOf(outcomes)}{"id":1}\n`)
    expect(await json('split', 'broken.jsonl', '--output', 'broken')).toMatchObject({ exitCode: 2 })
    expect(await readdir(folder)).not.toContain('broken')
  })
})

describe('data decontaminate', () => {
  it('finds planted test prompts by each rule, reports them, and writes the rest', async () => {
    const sentence = Array.from({ length: 26 }, (_, index) => `word${index}`).join(' ')
    await write(
      'held-out.jsonl',
      linesOf([{ prompt: 'What is the capital of France?' }, { prompt: sentence }]),
    )
    const planted = [
      { prompt: 'what is the capital of FRANCE' },
      { prompt: `${sentence} and some more words of my own` },
      { prompt: 'Sing me a song about the sea.' },
    ]
    await write('pool.jsonl', linesOf([...outcomes, ...planted]))
    const argv = [
      'decontaminate',
      'pool.jsonl',
      '--against',
      'held-out.jsonl',
      '--output',
      'clean.jsonl',
      '--report',
      'report.json',
    ]
    const { exitCode, stdout } = await data(...argv)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/pool\.jsonl: 2 of 63 rows are test prompts \(compared with 2\)/)
    expect(await rowsOf('clean.jsonl')).toEqual([...outcomes, planted[2]])
    const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))
    expect(report).toMatchObject({
      rows: 63,
      kept: 61,
      removed: 2,
      rules: { exact: 1, 'word-sequences': 1, cosine: 0 },
      matches: [
        {
          place: expect.stringMatching(/pool\.jsonl line 61$/),
          rule: 'exact',
          testPlace: expect.stringMatching(/line 1$/),
        },
        { place: expect.stringMatching(/pool\.jsonl line 62$/), rule: 'word-sequences', similarity: 14 / 21 },
      ],
    })
    expect(await json('decontaminate', 'pool.jsonl', '--against', 'pool.jsonl')).toMatchObject({
      kept: 0,
      removed: 63,
    })
  })

  it('needs something to compare with, and knows its benchmarks', async () => {
    await write('pool.jsonl', linesOf(outcomes))
    expect(await json('decontaminate', 'pool.jsonl')).toMatchObject({
      exitCode: 2,
      error: { code: 'no-test-prompts' },
    })
    expect(await json('decontaminate', 'pool.jsonl', '--benchmarks', 'mmul')).toMatchObject({
      exitCode: 2,
      error: { code: 'unknown-benchmark' },
    })
  })
})

describeWithBenchmarkFiles('data decontaminate against the benchmarks', () => {
  it('finds a benchmark prompt among others', async () => {
    const { rows } = await loadBenchmark('mt-bench', { dataFolder: benchmarkFiles })
    const prompt = rows[0]!.prompt
    await write('pool.jsonl', linesOf([...outcomes, { prompt: `  ${prompt.toLowerCase()}` }]))
    const found = await json(
      'decontaminate',
      'pool.jsonl',
      '--benchmarks',
      'mt-bench',
      '--data',
      benchmarkFiles,
      '--embedder',
      'none',
    )
    expect(found).toMatchObject({ exitCode: 0, testPrompts: 80, removed: 1, rules: { exact: 1 } })
  })
})
