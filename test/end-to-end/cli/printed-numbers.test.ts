import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  formatFixed,
  formatPercent,
  formatRatio,
  formatSigned,
  formatUsd,
} from '../../../src/base/text/format/format-number.ts'
import { formatPairwiseReport } from '../../../src/cli/commands/data/judge/print.ts'
import { createProgress } from '../../../src/cli/terminal/progress.ts'
import type { JudgedPair } from '../../../src/learning/labels/judge/label-rows.ts'
import { createPairwiseTally } from '../../../src/learning/labels/judge/pairwise-report.ts'
import { routellm } from '../../support/command-line.ts'

/** Degenerate inputs, by the name of their file. */
const prompts = (
  count: number,
  text = (index: number) => `Explain number ${index} in ${'many '.repeat(index % 5)}words`,
) => Array.from({ length: count }, (_, index) => text(index))
const outcomes = (count: number, big: (index: number) => number, small: (index: number) => number) =>
  prompts(count).map((prompt, index) => ({ prompt, scores: { big: big(index), small: small(index) } }))
const battles = (count: number, winner: string) =>
  prompts(count).map((prompt) => ({ prompt, model_a: 'big', model_b: 'small', winner }))
const request = (prompt: string, model: string, extra: object = {}) => ({
  request: { model, messages: [{ role: 'user', content: prompt }] },
  response: {
    model,
    choices: [{ message: { role: 'assistant', content: 'x' } }],
    usage: { prompt_tokens: 9, completion_tokens: 9 },
  },
  ...extra,
})
const answers = (count: number, big: string, small: string, reference?: string) =>
  prompts(count).map((prompt) => ({
    prompt,
    answers: { big, small },
    ...(reference !== undefined && { reference }),
  }))

const labels: Readonly<Record<string, readonly object[]>> = {
  empty: [],
  'one-row': outcomes(
    1,
    () => 1,
    () => 0,
  ),
  'two-rows': outcomes(
    2,
    () => 1,
    (index) => index,
  ),
  'all-equal': outcomes(
    40,
    () => 1,
    () => 1,
  ),
  'all-zero': outcomes(
    40,
    () => 0,
    () => 0,
  ),
  'all-won': outcomes(
    40,
    () => 1,
    () => 0,
  ),
  'all-lost': outcomes(
    40,
    () => 0,
    () => 1,
  ),
  'tiny-gap': outcomes(
    40,
    () => 1,
    (index) => (index === 0 ? 1 - 1e-12 : 1),
  ),
  negative: outcomes(
    40,
    () => -1,
    (index) => -1 - (index % 2),
  ),
  'zero-sum': outcomes(
    40,
    (index) => (index % 2 === 0 ? 1 : -1),
    (index) => (index % 2 === 0 ? -1 : 1),
  ),
  huge: outcomes(
    40,
    () => 1e300,
    (index) => (index % 2) * -1e300,
  ),
  'one-prompt': Array.from({ length: 40 }, (_, index) => ({
    prompt: 'the same',
    scores: { big: 1, small: index % 2 },
  })),
  'one-model': outcomes(
    40,
    () => 1,
    () => 0,
  ).map(({ prompt }) => ({ prompt, scores: { big: 1 } })),
  ties: battles(40, 'tie'),
  'battles-won': battles(40, 'model_a'),
  'no-words': Array.from({ length: 40 }, (_, index) => ({
    prompt: ' '.repeat(index),
    scores: { big: 1, small: index % 2 },
  })),
}
const logs: Readonly<Record<string, readonly object[]>> = {
  'log-empty': [],
  'log-one': [request('Hi', 'gpt-4o')],
  'log-one-model': prompts(30).map((prompt) => request(prompt, 'gpt-4o')),
  'log-same': prompts(30, () => 'the same').map((prompt) => request(prompt, 'gpt-4o')),
  'log-two': prompts(30).map((prompt, index) => request(prompt, index % 2 === 0 ? 'gpt-4o' : 'gpt-4o-mini')),
  'log-free': prompts(30).map((prompt) => request(prompt, 'local-model')),
  'log-errors': prompts(30).map((prompt) =>
    request(prompt, 'gpt-4o', { status: 500, response: { error: 'x' } }),
  ),
  'log-no-tokens': prompts(30).map((prompt) => ({ prompt, model: 'gpt-4o' })),
  'log-zero-tokens': prompts(30).map((prompt) => ({
    prompt,
    model: 'gpt-4o',
    input_tokens: 0,
    output_tokens: 0,
    cost_usd: 0,
  })),
}
const answered: Readonly<Record<string, readonly object[]>> = {
  'answers-empty': [],
  'answers-one': answers(1, '1', '2', '1'),
  'answers-unreadable': answers(5, 'none', 'none', '1'),
  'answers-equal': answers(5, '1', '1', '1'),
  'answers-blank': answers(5, '', '', '1'),
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-numbers-'))
  for (const [name, rows] of Object.entries({ ...labels, ...logs, ...answered }))
    await writeFile(join(folder, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  await writeFile(
    join(folder, 'points-one.jsonl'),
    `${JSON.stringify({ name: 'a', costUsd: 0, quality: 0 })}\n`,
  )
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

/** For commands that look at the prompts alone. */
const few = ['empty', 'one-row', 'one-prompt', 'no-words']

const commands: readonly (readonly [
  name: string,
  files: readonly string[],
  argv: (file: string) => readonly string[],
])[] = [
  [
    'calibrate --max-loss',
    Object.keys(labels),
    (file) => ['calibrate', '--router', 'length', '--max-loss', '0.2', '--labels', file],
  ],
  [
    'calibrate --min-quality',
    Object.keys(labels),
    (file) => ['calibrate', '--router', 'length', '--min-quality', '0.9', '--labels', file],
  ],
  [
    'calibrate --strong-model-pct',
    Object.keys(labels),
    (file) => ['calibrate', '--router', 'length', '--strong-model-pct', '0.3', '--prompts', file],
  ],
  [
    'calibrate --usd-per-request',
    Object.keys(labels),
    (file) => [
      'calibrate',
      '--router',
      'length',
      '--usd-per-request',
      '0.002',
      '--prompts',
      file,
      '--strong-model',
      'gpt-4o',
      '--weak-model',
      'gpt-4o-mini',
      '--costs',
    ],
  ],
  [
    'evaluate',
    Object.keys(labels),
    (file) => [
      'evaluate',
      '--routers',
      'length,random',
      '--samples',
      '20',
      '--no-cache',
      '--verbose',
      '--benchmark',
      `./${file}`,
    ],
  ],
  [
    'transfer',
    Object.keys(labels),
    (file) => ['transfer', '--routers', 'length', '--samples', '20', '--pairs', 'big:small', '--data', file],
  ],
  [
    'train few_label',
    Object.keys(labels),
    (file) => [
      'train',
      'few_label',
      '--labels',
      file,
      '--output',
      `few-${file}`,
      '--strong-model',
      'big',
      '--weak-model',
      'small',
    ],
  ],
  [
    'train knn',
    Object.keys(labels),
    (file) => [
      'train',
      'knn',
      '--data',
      file,
      '--output',
      `out-knn-${file}`,
      '--strong-model',
      'big',
      '--weak-model',
      'small',
    ],
  ],
  [
    'train cluster',
    Object.keys(labels),
    (file) => [
      'train',
      'cluster',
      '--data',
      file,
      '--output',
      `out-cluster-${file}`,
      '--strong-model',
      'big',
      '--weak-model',
      'small',
    ],
  ],
  [
    'train mf',
    Object.keys(labels),
    (file) => [
      'train',
      'mf',
      '--data',
      file,
      '--output',
      `out-mf-${file}`,
      '--strong-model',
      'big',
      '--weak-model',
      'small',
      '--epochs',
      '1',
    ],
  ],
  [
    'train sw_ranking',
    Object.keys(labels),
    (file) => [
      'train',
      'sw_ranking',
      '--data',
      file,
      '--output',
      `out-sw-${file}`,
      '--strong-model',
      'big',
      '--weak-model',
      'small',
    ],
  ],
  [
    'audit',
    Object.keys(logs),
    (file) => ['audit', file, '--router', 'length', '--verbose', '--html', `${file}.html`],
  ],
  [
    'audit --labels',
    Object.keys(labels),
    (file) => [
      'audit',
      'log-two.jsonl',
      '--router',
      'length',
      '--verbose',
      '--labels',
      file,
      '--strong-model',
      'gpt-4o',
      '--weak-model',
      'gpt-4o-mini',
    ],
  ],
  ['data inspect', Object.keys({ ...labels, ...logs, ...answered }), (file) => ['data', 'inspect', file]],
  ['data split', few, (file) => ['data', 'split', file, '--output', `out-split-${file}`]],
  ['data decontaminate', few, (file) => ['data', 'decontaminate', file, '--against', 'one-row.jsonl']],
  [
    'data convert',
    Object.keys(labels),
    (file) => ['data', 'convert', file, '--to', 'battles', '--output', `out-converted-${file}`],
  ],
  [
    'data judge --checker numeric',
    Object.keys(answered),
    (file) => ['data', 'judge', '--checker', 'numeric', '--input', file, '--output', `out-judged-${file}`],
  ],
  [
    'score',
    few,
    (file) => ['score', '--router', 'length', '--input', file, '--output', `out-scored-${file}`],
  ],
  ['pool', ['points-one', 'empty'], (file) => ['pool', '--points', file]],
]

/** A number that is none, or zero with a sign: what a table prints of a division by nothing. */
const noNumber = /\bNaN\b|Infinity|\bundefined\b|\[object|\bnull\b|(?<![\d.a-zA-Z])[-−]0(?:\.0+)?(?![\d.,e-])/

/** The lines that show no number where one is meant. */
const linesWithoutNumber = (text: string) => text.split('\n').filter((line) => noNumber.test(line))

/** The numbers in a value that JSON would write as null. */
function numbersLost(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path} is ${value}`]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => numbersLost(each, `${path}.${key}`))
}

describe.each(commands)('%s', (_name, files, argv) => {
  it.each(files)('of %s.jsonl shows no number that is none', async (file) => {
    const given = argv(`${file}.jsonl`)
    const { stdout, stderr } = await routellm(given, { folder })
    expect(linesWithoutNumber(`${stdout}\n${stderr}`)).toEqual([])
    expect(stderr).not.toMatch(/TypeError|RangeError|\bat .*:\d+:\d+/)
    const page = given[given.indexOf('--html') + 1]
    if (given.includes('--html') && page !== undefined) {
      const html = await readFile(join(folder, page), 'utf8').catch(() => '')
      expect(
        linesWithoutNumber(
          html.replace(/<(?:style|script)[\s\S]*?<\/(?:style|script)>/g, '').replace(/<[^>]*>/g, '\n'),
        ),
      ).toEqual([])
    }
    const { stringify } = JSON
    const lost: string[] = []
    vi.spyOn(JSON, 'stringify').mockImplementation((value, replacer, space) => {
      lost.push(...numbersLost(value))
      return stringify(value, replacer as null, space)
    })
    await routellm([...given.map((each) => each.replace(/^out-/, 'json-')), '--json'], { folder })
    expect(lost).toEqual([])
  })
})

describe('data judge', () => {
  const row = (a: string, b: string) => ({ prompt: 'p', answers: { a, b }, others: {}, place: 'row 1' })
  const judged = (winner: 'a' | 'b' | 'tie', a: string, b: string): JudgedPair => ({
    row: row(a, b),
    modelA: 'a',
    modelB: 'b',
    judgement: { kind: 'judged', winner, samples: [] },
  })
  const long = 'x'.repeat(300_000)
  it.each<[string, readonly JudgedPair[]]>([
    ['nothing', []],
    ['one tie', [judged('tie', 'x', 'x')]],
    ['equal lengths', ['a', 'b', 'tie'].map((winner) => judged(winner as 'a', 'x', 'x'))],
    ['all won', Array.from({ length: 9 }, (_, index) => judged('a', 'x'.repeat(index), ''))],
    [
      'lengths that are far apart',
      [
        judged('a', `${long}${'x'.repeat(56_247)}`, ''),
        judged('b', long, ''),
        judged('b', `${long}${'x'.repeat(12_492)}`, ''),
      ],
    ],
  ])('of %s reports numbers', (_what, pairs) => {
    const tally = createPairwiseTally()
    for (const pair of pairs) tally.add(pair)
    expect(numbersLost(tally.report())).toEqual([])
    expect(linesWithoutNumber(formatPairwiseReport(tally.report()).join('\n'))).toEqual([])
  })
})

it('the progress of nothing is no share, and no more than all', () => {
  const notes: string[] = []
  let now = 0
  const terminal = { progressStream: null, note: (line: string) => notes.push(line) }
  for (const [done, total] of [
    [0, 0],
    [3, 0],
    [5, 4],
  ] as const) {
    const progress = createProgress(terminal, 'work', total, () => now)
    now += 20_000
    progress.update(done)
  }
  expect(notes).toEqual(['work: 0 done', 'work: 3 done', 'work: 100 %'])
})

it('a number that is none is a dash, and zero has no sign', () => {
  expect([Number.NaN, Number.POSITIVE_INFINITY].map((value) => formatPercent(value))).toEqual(['–', '–'])
  expect([formatFixed(Number.NaN, 2), formatUsd(Number.NaN), formatRatio(Number.NaN)]).toEqual([
    '–',
    '–',
    '–',
  ])
  expect([-0.0004, 0, -0, -0.6].map((value) => formatFixed(value, 2))).toEqual([
    '0.00',
    '0.00',
    '0.00',
    '−0.60',
  ])
  expect([-0.0004, 0, 0.5, -0.6].map((value) => formatSigned(value, 2))).toEqual([
    '+0.00',
    '+0.00',
    '+0.50',
    '−0.60',
  ])
  expect([-0.0004, -0].map((value) => formatPercent(value))).toEqual(['0 %', '0 %'])
})
