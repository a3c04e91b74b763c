import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createInspector } from '../../src/learning/datasets/inspect/inspection.ts'
import { readRows } from '../../src/learning/formats/read-rows.ts'

const casesFolder = fileURLToPath(new URL('../cases/', import.meta.url))

type Expected = {
  readonly layout: string
  readonly form: string
  readonly rows: number
  readonly prompts: number
  /** With their mean scores, as `data inspect` says. */
  readonly models?: Readonly<Record<string, number>>
  readonly firstPrompt?: string
}

const peru = 'What is the capital of Peru?'
const routerBench = { 'gpt-4-1106-preview': 1, 'mistralai/mixtral-8x7b-chat': 0.5 }
const openai = { 'gpt-4o': 1, 'gpt-4o-mini': 0.5 }

/** What each file of test/cases is read as. */
const manifest: readonly (readonly [file: string, expected: Expected])[] = [
  [
    '30-routerbench/routerbench.csv',
    { layout: 'wide', form: 'outcomes', rows: 12, prompts: 12, models: routerBench, firstPrompt: peru },
  ],
  [
    '31-sprout/sprout.jsonl',
    {
      layout: 'wide',
      form: 'outcomes',
      rows: 12,
      prompts: 12,
      models: { 'aws-claude-3-5-sonnet-v1': 1, 'openai-gpt-4o-mini': 0.5 },
      firstPrompt: peru,
    },
  ],
  [
    '32-long-form/long.csv',
    { layout: 'long', form: 'outcomes', rows: 12, prompts: 12, models: routerBench, firstPrompt: peru },
  ],
  [
    '32-long-form/llmrouter.jsonl',
    { layout: 'long', form: 'outcomes', rows: 12, prompts: 12, models: routerBench, firstPrompt: peru },
  ],
  [
    '32-long-form/llmrouterbench.json',
    {
      layout: 'long',
      form: 'outcomes',
      rows: 12,
      prompts: 12,
      models: { 'gpt-4-1106-preview': 1 },
      firstPrompt: peru,
    },
  ],
  [
    '36-helpsteer/helpsteer2-preference.jsonl',
    { layout: 'prompts', form: 'prompts', rows: 12, prompts: 12, firstPrompt: peru },
  ],
  [
    '36-helpsteer/helpsteer2-regression.jsonl',
    { layout: 'prompts', form: 'prompts', rows: 12, prompts: 12, firstPrompt: peru },
  ],
  [
    '36-helpsteer/helpsteer3.jsonl',
    { layout: 'prompts', form: 'prompts', rows: 12, prompts: 12, firstPrompt: peru },
  ],
  ['37-arena/arena-55k.csv', { layout: 'arena', form: 'arena', rows: 12, prompts: 12 }],
  ['37-arena/arena-55k-surrogate.csv', { layout: 'arena', form: 'arena', rows: 12, prompts: 12 }],
  ['37-arena/arena-100k.jsonl', { layout: 'arena', form: 'arena', rows: 12, prompts: 12 }],
  ['37-arena/arena-140k.jsonl', { layout: 'arena', form: 'arena', rows: 12, prompts: 12 }],
  ['37-arena/conversations-33k.jsonl', { layout: 'arena', form: 'arena', rows: 12, prompts: 12 }],
  [
    '37-arena/arena-test-no-winner.csv',
    { layout: 'prompts', form: 'prompts', rows: 12, prompts: 12, firstPrompt: peru },
  ],
  [
    '37-arena/winner-as-name.jsonl',
    {
      layout: 'battles',
      form: 'battles',
      rows: 12,
      prompts: 12,
      models: { 'gpt-4o': 0.5, 'llama-3-8b': 0.5 },
      firstPrompt: peru,
    },
  ],
  [
    '37-arena/wsdm-cup.csv',
    {
      layout: 'battles',
      form: 'battles',
      rows: 12,
      prompts: 12,
      models: { 'grok-2': 0.5, 'gemma-2-9b': 0.5 },
      firstPrompt: peru,
    },
  ],
  [
    '40-wide-form/wide.csv',
    { layout: 'wide', form: 'outcomes', rows: 12, prompts: 12, models: openai, firstPrompt: peru },
  ],
  [
    '40-wide-form/wide-suffix.csv',
    { layout: 'wide', form: 'outcomes', rows: 12, prompts: 12, models: openai, firstPrompt: peru },
  ],
  [
    '40-wide-form/scores-columns.csv',
    { layout: 'nested', form: 'outcomes', rows: 12, prompts: 12, models: openai, firstPrompt: peru },
  ],
  [
    '40-wide-form/scores-string.jsonl',
    { layout: 'nested', form: 'outcomes', rows: 12, prompts: 12, models: openai, firstPrompt: peru },
  ],
  [
    '40-wide-form/scores-null.jsonl',
    {
      layout: 'nested',
      form: 'outcomes',
      rows: 12,
      prompts: 12,
      models: { 'gpt-4o': 1, 'gpt-4o-mini': 5 / 9 },
      firstPrompt: peru,
    },
  ],
  [
    '40-wide-form/messages-column.jsonl',
    { layout: 'nested', form: 'outcomes', rows: 12, prompts: 12, models: openai, firstPrompt: peru },
  ],
  [
    '40-wide-form/prompt-as-messages.jsonl',
    { layout: 'nested', form: 'outcomes', rows: 12, prompts: 12, models: openai, firstPrompt: peru },
  ],
  [
    '40-wide-form/question-column.jsonl',
    { layout: 'nested', form: 'outcomes', rows: 12, prompts: 12, models: openai, firstPrompt: peru },
  ],
  [
    '40-wide-form/notdiamond-gpt-4o.csv',
    { layout: 'long', form: 'outcomes', rows: 12, prompts: 12, models: { 'gpt-4o': 1 }, firstPrompt: peru },
  ],
  [
    '41-helm',
    {
      layout: 'helm',
      form: 'outcomes',
      rows: 12,
      prompts: 12,
      models: { '41-helm': 0.5 },
      firstPrompt: peru,
    },
  ],
  ['41-helm/instances.json', { layout: 'helm', form: 'prompts', rows: 12, prompts: 12, firstPrompt: peru }],
  [
    '43-upstream-migration/gpt4_dataset.jsonl',
    {
      layout: 'gpt4-dataset',
      form: 'outcomes',
      rows: 12,
      prompts: 12,
      models: { 'gpt-4-1106-preview': 1, 'mixtral-8x7b-instruct-v0.1': 1 / 3 },
    },
  ],
  ['44-parquet/arena-int64.parquet', { layout: 'arena', form: 'arena', rows: 12, prompts: 12 }],
  ['44-parquet/scores-int64.parquet', { layout: 'nested', form: 'outcomes', rows: 12, prompts: 12 }],
  ['44-parquet/log-int64.parquet', { layout: 'prompts', form: 'prompts', rows: 12, prompts: 12 }],
  ['44-parquet/log-epoch-int64.parquet', { layout: 'prompts', form: 'prompts', rows: 12, prompts: 12 }],
]

async function read(file: string) {
  const inspector = createInspector()
  const prompts: unknown[] = []
  let layout = ''
  const onLayout = (_: string, name: string) => {
    layout = name
  }
  for await (const row of readRows(`${casesFolder}${file}`, { onLayout, onBadRow: inspector.addInvalid })) {
    inspector.add(row)
    prompts.push(Object(row.value).prompt)
  }
  return { layout, firstPrompt: prompts[0], ...inspector.result() }
}

describe('a file that people have', () => {
  it.each(manifest)('%s is read', async (file, expected) => {
    const { layout, form, rows, prompts, models, firstPrompt, invalid } = await read(file)
    expect(invalid).toEqual([])
    expect({ layout, form, rows, prompts: prompts.distinct }).toEqual({
      layout: expected.layout,
      form: expected.form,
      rows: expected.rows,
      prompts: expected.prompts,
    })
    if (expected.firstPrompt !== undefined) expect(firstPrompt).toBe(expected.firstPrompt)
    if (expected.models === undefined) return
    const means = Object.fromEntries(models.map(({ model, meanScore }) => [model, meanScore]))
    expect(Object.keys(means).sort()).toEqual(Object.keys(expected.models).sort())
    for (const [model, mean] of Object.entries(expected.models))
      expect(means[model], model).toBeCloseTo(mean, 6)
  })

  it('that needs another file says which', async () => {
    await expect(read('41-helm/display_predictions.json')).rejects.toMatchObject({
      code: 'helm-run',
      message: expect.stringMatching(/without their prompts\. Name the folder .* instances\.json/),
    })
  })
})
