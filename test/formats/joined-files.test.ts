import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLabels } from '../../src/learning/audit/verdict/labelled-risk.ts'
import { groupFiles, readRows } from '../../src/learning/formats/read-rows.ts'
import { readPairLabels } from '../../src/learning/rows/pair-labels.ts'
import { collectComparisons } from '../../src/learning/training/collect-comparisons.ts'
import { toTrainingData } from '../../src/learning/training/training-data.ts'
import { routellm } from '../support/command-line.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joined-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Result = { readonly prompt: string; readonly model: string; readonly score: number }

/** 60 prompts; the weak model fails on every third. */
const results = (model: 'gpt-4o' | 'gpt-4o-mini'): Result[] =>
  Array.from({ length: 60 }, (_, index) => ({
    prompt: `Explain ${'the theory of '.repeat(index % 7)}number ${index}`,
    model,
    score: model === 'gpt-4o' || index % 3 > 0 ? 1 : 0,
  }))

const jsonLines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const csv = (header: string, rows: readonly (readonly unknown[])[]) =>
  `${header}\n${rows.map((cells) => cells.join(',')).join('\n')}\n`

/** Files of one model each, as each of many writers makes them: the name after the model's, and the content. */
const writers: readonly (readonly [name: string, file: string, text: (results: Result[]) => string])[] = [
  ['a column with the model', 'rows.jsonl', jsonLines],
  [
    'the model in the name of the file',
    'scores.csv',
    (rows) =>
      csv(
        'question,correct',
        rows.map(({ prompt, score }) => [prompt, score === 1]),
      ),
  ],
  [
    'the model beside the rows',
    'report.json',
    (rows) =>
      JSON.stringify({ model_name: rows[0]?.model, records: rows.map(({ model: _, ...row }) => row) }),
  ],
  [
    'outcomes of one model',
    'outcomes.jsonl',
    (rows) => jsonLines(rows.map(({ prompt, model, score }) => ({ prompt, scores: { [model]: score } }))),
  ],
  [
    'a column of scores',
    'wide.csv',
    (rows) =>
      csv(
        `prompt,scores.${rows[0]?.model}`,
        rows.map(({ prompt, score }) => [prompt, score]),
      ),
  ],
  [
    'a list of one result',
    'nested.json',
    (rows) =>
      JSON.stringify(
        rows.map(({ prompt, model, score }) => ({ question: prompt, models: [{ model, score }] })),
      ),
  ],
  [
    'samples of lm-eval',
    '/samples_task_2025.jsonl',
    (rows) =>
      jsonLines(
        rows.map(({ prompt, score }, index) => ({
          doc_id: index,
          doc: { question: prompt },
          resps: [['a']],
          exact_match: score,
        })),
      ),
  ],
  [
    'results of promptfoo',
    'results.json',
    (rows) =>
      JSON.stringify({
        results: {
          version: 3,
          results: rows.map(({ prompt, model, score }, index) => ({
            testIdx: index,
            promptIdx: 0,
            prompt: { raw: prompt, label: prompt },
            provider: { id: model },
            score,
            success: score === 1,
            response: { output: 'x' },
          })),
        },
      }),
  ],
]

async function write(given: string, text: string): Promise<string> {
  const file = join(folder, given)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return file
}

async function rowsOf(path: string | readonly string[]): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const { value } of readRows(path)) values.push(value)
  return values
}

describe.each(writers)('files of one model each, with %s', (name, file, text) => {
  const named = `${name.replaceAll(' ', '-')}/`
  const files = async () =>
    Promise.all(
      (['gpt-4o', 'gpt-4o-mini'] as const).map((model) =>
        write(`${named}${model}${file.startsWith('/') ? '' : '-'}${file}`, text(results(model))),
      ),
    )
  const joined = results('gpt-4o-mini').map(({ prompt, score }) => ({
    prompt,
    scores: { 'gpt-4o': 1, 'gpt-4o-mini': score },
  }))

  it('are joined by their prompts, named one by one or as a folder', async () => {
    const both = await files()
    expect(await rowsOf(join(folder, named))).toMatchObject(joined)
    expect(await rowsOf(both)).toEqual(await rowsOf(join(folder, named)))
    expect(await groupFiles(both)).toEqual([both])
  })

  it('are labels of the pair for each reader of labels', async () => {
    const both = await files()
    const { labels, pair } = await readPairLabels(both)
    expect(pair).toEqual({ strong: 'gpt-4o', weak: 'gpt-4o-mini' })
    expect(labels).toHaveLength(60)
    expect((await readLabels(both, {})).comparisons).toHaveLength(60)
    const collected = await collectComparisons({ data: both, ties: 'half' })
    expect(collected.rowsUsed).toEqual([60])
    expect(collected.models).toEqual(['gpt-4o', 'gpt-4o-mini'])
  })
})

describe('the commands that take labels', () => {
  const labelsOf = (model: 'gpt-4o' | 'gpt-4o-mini') => jsonLines(results(model))
  const run = async (...argv: string[]) => {
    const { exitCode, stdout, stderr } = await routellm([...argv, '--json'], { folder })
    expect(stderr).not.toMatch(/does not|No row/)
    expect([0, 1], stderr).toContain(exitCode)
    return JSON.parse(stdout)
  }
  beforeAll(async () => {
    await write('both/a.jsonl', labelsOf('gpt-4o'))
    await write('both/b.jsonl', labelsOf('gpt-4o-mini'))
  })

  it('calibrate', async () => {
    const options = ['calibrate', '--router', 'length', '--max-loss', '0.5']
    const one = await run(...options, '--labels', 'both/a.jsonl', 'both/b.jsonl')
    expect(one).toMatchObject({ possible: true, labels: 60 })
    expect(await run(...options, '--labels', 'both')).toEqual(one)
    expect(await run(...options, '--labels', 'both/a.jsonl', '--labels', 'both/b.jsonl')).toEqual(one)
    const quality = ['calibrate', '--router', 'length', '--min-quality', '0.8']
    expect(await run(...quality, '--labels', 'both/a.jsonl', 'both/b.jsonl')).toEqual(
      await run(...quality, '--labels', 'both'),
    )
  })

  it('train, with the digest of the folder', async () => {
    const options = ['--seed', '1', '--strong-model', 'gpt-4o', '--weak-model', 'gpt-4o-mini']
    for (const [kind, data] of [
      ['few_label', '--labels'],
      ['knn', '--data'],
    ] as const) {
      const train = (output: string, ...files: string[]) =>
        run('train', kind, data, ...files, '--output', `${output}-${kind}`, ...options)
      const { metrics } = await train('of-files', 'both/a.jsonl', 'both/b.jsonl')
      expect((await train('of-folder', 'both')).metrics).toEqual(metrics)
      const dataOf = async (output: string) =>
        JSON.parse(await readFile(join(folder, `${output}-${kind}`, 'router.json'), 'utf8')).data
      const [ofFiles] = await dataOf('of-files')
      expect(ofFiles).toMatchObject({ name: 'a.jsonl and b.jsonl', rows: 60 })
      expect(await dataOf('of-folder')).toEqual([{ ...ofFiles, name: 'both' }])
    }
  })

  it('evaluate and transfer', async () => {
    const evaluated = await run(
      ...['evaluate', '--routers', 'length', '--samples', '20', '--no-cache'],
      ...['--benchmark', 'both/a.jsonl', 'both/b.jsonl'],
    )
    expect(evaluated).toMatchObject({ benchmark: 'both/a.jsonl and both/b.jsonl', rows: 60 })
    const { evaluations } = await run(
      ...['transfer', '--routers', 'length', '--samples', '20', '--pairs', 'gpt-4o:gpt-4o-mini'],
      ...['--data', 'both/a.jsonl', 'both/b.jsonl'],
    )
    expect(evaluations).toMatchObject([{ rows: 60 }])
  })

  it('audit', async () => {
    await write(
      'log.jsonl',
      jsonLines(
        results('gpt-4o').map(({ prompt, model }) => ({
          request: { model, messages: [{ role: 'user', content: prompt }] },
          response: { model, choices: [], usage: { prompt_tokens: 9, completion_tokens: 9 } },
        })),
      ),
    )
    const { risk } = await run(
      ...['audit', 'log.jsonl', '--router', 'length', '--labels', 'both/a.jsonl', '--labels', 'both/b.jsonl'],
    )
    expect(risk).toMatchObject({ labels: 60 })
  })
})

describe('files that are read one by one', () => {
  it('keep their own form, and files of both models stay apart', async () => {
    const outcomes = await write('apart/outcomes.jsonl', jsonLines([{ prompt: 'p', scores: { x: 1, y: 0 } }]))
    const battles = await write(
      'apart/battles.jsonl',
      jsonLines([{ prompt: 'p', model_a: 'x', model_b: 'y', winner: 'model_a' }]),
    )
    expect(await groupFiles([outcomes, battles])).toEqual([[outcomes], [battles]])
    expect(await groupFiles([outcomes, outcomes])).toEqual([[outcomes], [outcomes]])
    const data = await toTrainingData([outcomes, battles, outcomes])
    expect(data.map(({ name }) => name)).toEqual([outcomes, battles, outcomes])
    expect((await collectComparisons({ data, ties: 'half' })).rowsUsed).toEqual([1, 1, 1])
  })

  it('keep the columns of outcomes that are joined, and the tokens of each model', async () => {
    const one = { prompt: 'p', scores: { x: 1 }, tokens: { x: { input: 1, output: 2 } }, id: 7 }
    const other = { prompt: 'p', scores: { y: 0 }, tokens: { y: { input: 1, output: 3 } }, id: 8 }
    const files = [
      await write('columns/a.jsonl', jsonLines([one])),
      await write('columns/b.jsonl', jsonLines([other])),
    ]
    expect(await rowsOf(files)).toEqual([
      { prompt: 'p', scores: { x: 1, y: 0 }, tokens: { ...one.tokens, ...other.tokens }, id: 7 },
    ])
    expect(await rowsOf(files[0] ?? '')).toEqual([one])
  })

  it('an only file of one model says what to name', async () => {
    const file = await write('only/a.jsonl', jsonLines([{ prompt: 'p', scores: { x: 1 } }]))
    await expect(readPairLabels(file)).rejects.toThrow(/name the files of all models, or a folder of them/)
    const { stderr } = await routellm(['evaluate', '--benchmark', file, '--routers', 'length'], { folder })
    expect(stderr).toMatch(/Name the files of all models/)
  })
})
