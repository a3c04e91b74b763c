import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleLabels, exampleLog } from '../../../scripts/data/generate-example-log.mjs'
import { routellm as run } from '../../support/command-line.ts'

const example = fileURLToPath(new URL('../../../examples/logs.jsonl', import.meta.url))
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-audit-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const audit = (...argv: string[]) => run(['audit', ...argv], { folder })
const jsonLines = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n')

describe('audit', () => {
  it('says on one screen what routing would have saved on the example', async () => {
    const { exitCode, stdout, stderr } = await audit(example)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^MEASURE FIRST {2}logs\.jsonl · openai · 2026-10-01 to 2026-10-02 · router mf\n/)
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /strong gpt-4o-2024-08-06, weak gpt-4o-mini-2024-07-18, 17 times as expensive/,
    )
    expect(stdout).toMatch(/0\.\d+ ● simple .* unknown/)
    expect(stderr).toMatch(/Simple is the opinion of the router mf, not a measurement/)
    expect(stdout.replaceAll(/[\s\\]+/g, ' ')).toMatch(
      / routellm audit \S*logs\.jsonl --sample-to-label to-label\.jsonl /,
    )
    const lines = stdout.split('\n')
    expect(lines.length).toBeLessThanOrEqual(36)
    for (const line of lines.filter((each) => !each.includes(example)))
      expect(line.length).toBeLessThanOrEqual(80)
  })

  it.each([
    [80, []],
    [80, ['--verbose', '--show-prompts']],
    [120, ['--verbose']],
    [40, ['--verbose']],
  ] as const)('breaks lines between words at %i columns %j', async (width, options) => {
    const { stdout, stderr } = await run(['audit', example, ...options], { folder, width })
    const isCommand = (line: string) => /^\s*routellm |\\$/.test(line) || line.includes(example)
    for (const line of stdout.split('\n').filter((each) => !isCommand(each))) {
      expect(line.length, line).toBeLessThanOrEqual(Math.max(width, 80))
      if (!/^ {2}0\.\d{3} /.test(line)) expect(line).not.toMatch(/[a-z]-$/)
    }
    const words = (text: string) => text.replaceAll(/[\s\\]+/g, ' ')
    expect(words(stdout)).toContain('the median of the prompts that mf was calibrated on')
    expect(words(stderr)).toContain('Simple is the opinion of the router mf')
    expect(stdout.includes('By segment')).toBe(options.length > 0)
  })

  it('says that an interval is for this traffic only if the log has neither users nor days', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => ({
      prompt: `question ${index}`,
      model: 'gpt-4o',
      input_tokens: 90_000,
      output_tokens: 9000,
      time: new Date(Date.UTC(2026, 9, 1) + index * 3_000_000).toISOString(),
    }))
    await writeFile(join(folder, 'log.jsonl'), jsonLines(rows))
    const few = await audit('log.jsonl', '--weak-model', 'gpt-4o-mini')
    expect(few.stdout.replaceAll(/\s+/g, ' ')).toContain('95 % interval for this traffic only')
    expect(few.stderr.replaceAll(/\s+/g, ' ')).toContain('Intervals are about this traffic only')
    const users = rows.map((row, index) => ({ ...row, user: `user ${index % 30}` }))
    await writeFile(join(folder, 'log.jsonl'), jsonLines(users))
    const many = await audit('log.jsonl', '--weak-model', 'gpt-4o-mini')
    expect(many.stdout).not.toContain('this traffic only')
    expect(many.stderr.replaceAll(/\s+/g, ' ')).toContain('a log of other users like these')
  })

  it('prints one object, without the folder it stands in and without a prompt', async () => {
    const { stdout } = await audit(example, '--json')
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({
      files: ['logs.jsonl'],
      format: 'openai',
      rows: { read: 420, requests: 420, unreadable: 0 },
      verdict: { answer: 'measure-first' },
      risk: { kind: 'unknown' },
    })
    expect(stdout).not.toContain('Where is my')
    expect(stdout).toBe((await audit(example, '--json')).stdout)
  })

  it('writes a report and a sample to label, and the sample is what score and audit read', async () => {
    const { stderr } = await audit(
      example,
      '--html',
      'report.html',
      '--sample-to-label',
      'sample.jsonl',
      '--sample-size',
      '40',
    )
    expect(stderr).toContain(`Wrote ${join(folder, 'report.html')}`)
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toMatch(
      /^<!doctype html>[\s\S]*MEASURE FIRST[\s\S]*<\/html>\n$/,
    )
    const rows = (await readFile(join(folder, 'sample.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(40)
    expect(rows[0]).toMatchObject({
      prompt: expect.any(String),
      requests: expect.any(Number),
      strongWinRate: expect.any(Number),
      answers: { 'gpt-4o-2024-08-06': expect.any(String) },
    })
    expect(
      (await run(['score', '--input', 'sample.jsonl', '--output', 'scored.jsonl'], { folder })).exitCode,
    ).toBe(0)
    expect((await readdir(folder)).sort()).toEqual(['report.html', 'sample.jsonl', 'scored.jsonl'])
  })

  it('measures the risk on labels, whose models are the pair', async () => {
    const sample = await audit(example, '--sample-to-label', 'sample.jsonl', '--sample-size', '100')
    expect(sample.exitCode).toBe(0)
    const rows = (await readFile(join(folder, 'sample.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const labels = rows.map(({ prompt, strongWinRate }) => ({
      prompt,
      scores: { 'gpt-4o': 1, 'gpt-4.1-nano': strongWinRate > 0.3 ? 0 : 1 },
    }))
    await writeFile(join(folder, 'labels.jsonl'), jsonLines(labels))
    const { stdout } = await audit(example, '--labels', 'labels.jsonl', '--max-loss', '0.1', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      pair: { strong: 'gpt-4o-2024-08-06', weak: 'gpt-4.1-nano', basis: 'named by the labels' },
      risk: { kind: 'measured', maxLoss: 0.1, guarantee: { possible: true } },
      chosen: { basis: 'guarantee' },
      verdict: { answer: 'yes' },
    })
  })

  it('takes prices and the pair of a configuration', async () => {
    const yaml = `version: 1
providers: { local: { kind: openai-compatible, baseUrl: 'http://127.0.0.1:1/v1' } }
models:
  big: { provider: local, upstream: llama-70b, inputUsdPerMillionTokens: 8, outputUsdPerMillionTokens: 8 }
  small: { provider: local, upstream: llama-8b, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 }
policy: { kind: pair, strong: big, weak: small }
`
    await writeFile(join(folder, 'routellm.yaml'), yaml)
    await writeFile(
      join(folder, 'log.csv'),
      'prompt,model,input_tokens,output_tokens\nhi,llama-70b,500000,500000\nho,llama-70b,500000,500000\n',
    )
    const { stdout } = await audit('log.csv', '--json', '--threshold', '1')
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'columns',
      paid: { usd: 16 },
      pair: { strong: 'llama-70b', weak: 'llama-8b', priceRatio: 8 },
      chosen: { threshold: 1, basis: 'asked' },
    })
    expect(JSON.parse(stdout).thresholds.at(-1)).toMatchObject({
      mark: 'asked',
      savedUsd: 14,
      savedShare: 0.875,
    })
  })

  it('takes prices from a file, and names the option where it is wrong', async () => {
    const models = {
      'in-house': { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 2 },
      mini: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 },
    }
    await writeFile(
      join(folder, 'prices.json'),
      JSON.stringify({ date: '2026-10-01', source: 'our contract', models }),
    )
    await writeFile(
      join(folder, 'log.jsonl'),
      jsonLines([{ prompt: 'hi', model: 'in-house', input_tokens: 1e6, output_tokens: 0 }]),
    )
    const { stdout } = await audit('log.jsonl', '--prices', 'prices.json', '--weak-model', 'mini', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      paid: { usd: 2 },
      prices: { source: 'our contract' },
      pair: { weak: 'mini' },
    })
    await writeFile(join(folder, 'prices.json'), '{}')
    const wrong = await audit('log.jsonl', '--prices', 'prices.json')
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--prices') })
  })

  it('names rows that it could not read, and goes on', async () => {
    await writeFile(join(folder, 'log.jsonl'), `${readFileSync(example, 'utf8')}{"request": {"model`)
    const { exitCode, stdout, stderr } = await audit('log.jsonl')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/420 requests, 1 rows unreadable/)
    expect(stderr).toMatch(/not read: log\.jsonl line 421 is not JSON/)
  })

  it.each<[string, string[], number, RegExp]>([
    ['a file that is not there', ['none.jsonl'], 2, /none\.jsonl cannot be read/],
    ['what is no log', ['other.jsonl'], 2, /not a known form of a request log/],
    [
      'a format that does not fit',
      [example, '--format', 'helicone'],
      2,
      /420 of 420 rows .* cannot be read as helicone/,
    ],
    ['a format that there is not', [example, '--format', 'x'], 2, /no log format "x"/],
    [
      'a strong model that the log does not have',
      [example, '--strong-model', 'gpt-9'],
      2,
      /no request of gpt-9/,
    ],
    ['a percentage for a fraction', [example, '--max-loss', '5'], 2, /Did you mean 0\.05\?/],
    ['a folder that is missing', [example, '--html', 'none/report.html'], 2, /there is no folder .*none/],
    [
      'a second output that cannot be',
      [example, '--html', 'report.html', '--sample-to-label', '.'],
      2,
      /it is a folder/,
    ],
    ['a router that there is not', [example, '--router', 'mff'], 2, /no router "mff"/],
  ])('refuses %s, and leaves nothing behind', async (_, argv, code, message) => {
    await writeFile(join(folder, 'other.jsonl'), '{"a": 1}\n')
    const { exitCode, stderr } = await audit('--sample-to-label', 'sample.jsonl', ...argv)
    expect(exitCode).toBe(code)
    expect(stderr).toMatch(message)
    expect(await readdir(folder)).toEqual(['other.jsonl'])
  })

  it('can be interrupted, and leaves nothing half-written', async () => {
    const rows = Array.from({ length: 3000 }, (_, index) => ({
      prompt: `question ${index}`,
      model: 'gpt-4o',
      input_tokens: 9,
      output_tokens: 9,
    }))
    await writeFile(join(folder, 'log.jsonl'), jsonLines(rows))
    const { exitCode } = await run(['audit', 'log.jsonl', '--html', 'report.html'], {
      folder,
      signal: AbortSignal.abort(),
    })
    expect(exitCode).toBe(130)
    expect(await readdir(folder)).toEqual(['log.jsonl'])
  })
})

it('examples/logs.jsonl and labels.jsonl are what scripts/data/generate-example-log.mjs writes', () => {
  expect(readFileSync(example, 'utf8')).toBe(exampleLog())
  expect(readFileSync(example.replace('logs', 'labels'), 'utf8')).toBe(exampleLabels())
})
