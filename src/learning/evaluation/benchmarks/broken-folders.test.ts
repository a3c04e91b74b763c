import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { upstreamPair } from './evals-folder.ts'
import { mmluSubjects } from './mmlu.ts'
import { loadBenchmark } from './registry.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-evals-'))
})
afterEach(() => rm(folder, { recursive: true }))

const { strong, weak } = upstreamPair
const header = `prompt,${weak},${strong}\n`
const contaminated = '{"eval_prompt":"leaked"}\n'
const question = (id: number, turns = ['first', 'second']) =>
  `${JSON.stringify({ question_id: id, category: 'maths', turns })}\n`
const judgement = (model: string, turn: unknown, score: unknown = 7, id: unknown = 1) =>
  `${JSON.stringify({ question_id: id, model, turn, score })}\n`
const judgements = [strong, weak].map((model) => judgement(model, 1) + judgement(model, 2)).join('')

/** A sound folder; each case breaks one file. */
function soundFiles(): Record<string, string | null> {
  return {
    'gsm8k/gsm8k_responses.csv': `${header}"one, two",False,True\nleaked,True,True\n"a\nb",True,False\n`,
    'gsm8k/contaminated_prompts.jsonl': contaminated,
    ...Object.fromEntries(
      mmluSubjects.map((subject) => [
        `mmlu/responses/mmlu_${subject}.csv`,
        `${header}${subject},False,True\n`,
      ]),
    ),
    'mmlu/contaminated_prompts.jsonl': contaminated,
    'mt_bench/question.jsonl': question(1) + question(2, ['leaked', 'second']),
    'mt_bench/judgements.jsonl': judgements + judgements.replaceAll('"question_id":1', '"question_id":2'),
    'mt_bench/contaminated_prompts.jsonl': contaminated,
  }
}

async function loadFrom(name: string, changes: Record<string, string | null> = {}) {
  for (const [file, text] of Object.entries({ ...soundFiles(), ...changes })) {
    if (text === null) continue
    const path = join(folder, 'routellm/evals', file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
  return loadBenchmark(name, { dataFolder: folder })
}

describe('a sound folder', () => {
  it('reads GSM8K, contaminated rows apart', async () => {
    const benchmark = await loadFrom('gsm8k')
    expect(benchmark).toMatchObject({ name: 'gsm8k', unit: 'percent', strongModel: strong, weakModel: weak })
    expect(benchmark.rows).toEqual([
      { prompt: 'one, two', strongScore: 100, weakScore: 0 },
      { prompt: 'a\nb', strongScore: 0, weakScore: 100 },
    ])
    expect(benchmark.contaminated).toEqual([{ prompt: 'leaked', strongScore: 100, weakScore: 100 }])
  })

  it('reads MMLU with its subjects', async () => {
    const { rows } = await loadFrom('mmlu')
    expect(rows).toHaveLength(57)
    expect(rows[0]).toEqual({
      prompt: 'abstract_algebra',
      category: 'abstract_algebra',
      strongScore: 100,
      weakScore: 0,
    })
  })

  it('reads MT-Bench, a question a row', async () => {
    const { rows, contaminated, unit } = await loadFrom('mt-bench', {
      'mt_bench/judgements.jsonl': `${judgements.replace('"score":7', '"score":10')}${judgements.replaceAll('"question_id":1', '"question_id":2')}`,
    })
    expect(unit).toBe('1-10')
    expect(rows).toEqual([{ prompt: 'first', category: 'maths', strongScore: 8.5, weakScore: 7 }])
    expect(contaminated).toHaveLength(1)
  })

  it('takes equal duplicates', async () => {
    const twice = await loadFrom('gsm8k', {
      'gsm8k/gsm8k_responses.csv': `${header}a,True,False\na,True,False\n`,
    })
    expect(twice.rows).toHaveLength(2)
    await expect(
      loadFrom('mt-bench', {
        'mt_bench/judgements.jsonl': `${soundFiles()['mt_bench/judgements.jsonl']}${judgement(weak, 1)}`,
      }),
    ).resolves.toBeDefined()
  })
})

type Case = [
  what: string,
  name: string,
  changes: Record<string, string | null>,
  code: string,
  message: RegExp,
]
const cases: Case[] = [
  [
    'a missing subject',
    'mmlu',
    { 'mmlu/responses/mmlu_anatomy.csv': null },
    'benchmark-subject-missing',
    /57 subjects, and 1 of them .*mmlu_anatomy\.csv.* Restore the file from the lm-sys/,
  ],
  [
    'no contaminated prompts',
    'gsm8k',
    { 'gsm8k/contaminated_prompts.jsonl': null },
    'data-file-unreadable',
    /contaminated_prompts\.jsonl cannot be read.*check the path/,
  ],
  [
    'a contaminated prompt without text',
    'gsm8k',
    { 'gsm8k/contaminated_prompts.jsonl': '{"eval":1}\n' },
    'benchmark-row',
    /contaminated_prompts\.jsonl line 1 has no text in "eval_prompt"\. Restore the line/,
  ],
  [
    'no answers',
    'gsm8k',
    { 'gsm8k/gsm8k_responses.csv': null },
    'data-file-unreadable',
    /gsm8k_responses\.csv cannot be read\..*check the path/,
  ],
  [
    'wrong columns',
    'gsm8k',
    { 'gsm8k/gsm8k_responses.csv': 'prompt,gpt-5,llama\na,True,True\n' },
    'benchmark-columns',
    /gsm8k_responses\.csv line 1 has no column "gpt-4-1106-preview"; its columns are prompt, gpt-5, llama\. Name the models/,
  ],
  [
    'a short row',
    'gsm8k',
    { 'gsm8k/gsm8k_responses.csv': `${header}a,True,True\nb,True\n` },
    'csv-field-count',
    /line 3 has 2 fields, but the header names 3/,
  ],
  [
    'an open quote',
    'mmlu',
    { 'mmlu/responses/mmlu_virology.csv': `${header}"a,True,True\n` },
    'csv-unclosed-quote',
    /mmlu_virology\.csv line 2 opens a quoted field/,
  ],
  [
    'neither true nor false',
    'gsm8k',
    { 'gsm8k/gsm8k_responses.csv': `${header}"a\nb",True,True\nc,maybe,True\n` },
    'benchmark-row',
    /line 4 \(row 2\) says "maybe" for mistralai.* Restore the row/,
  ],
  [
    'unequal duplicates',
    'mmlu',
    { 'mmlu/responses/mmlu_virology.csv': `${header}a,True,True\nb,True,True\na,True,False\n` },
    'benchmark-unequal-duplicates',
    /mmlu_virology\.csv line 4 \(row 3\) repeats the prompt of line 2 \(row 1\) with other outcomes\. Keep the right one/,
  ],
  [
    'an extra turn',
    'mt-bench',
    { 'mt_bench/question.jsonl': question(1, ['a', 'b', 'c']) },
    'benchmark-turns',
    /question\.jsonl line 1 \(question 1\) has 3 turns, but MT-Bench has two\. Restore the line/,
  ],
  [
    'a missing turn',
    'mt-bench',
    { 'mt_bench/question.jsonl': question(1, ['a']) },
    'benchmark-turns',
    /has 1 turns/,
  ],
  [
    'a question twice',
    'mt-bench',
    { 'mt_bench/question.jsonl': question(1) + question(1) },
    'benchmark-unequal-duplicates',
    /line 2 is question 1 again, as on line 1/,
  ],
  [
    'a question without category',
    'mt-bench',
    { 'mt_bench/question.jsonl': '{"question_id":1,"turns":["a","b"]}\n' },
    'benchmark-row',
    /line 1 needs a number in "question_id", a text in "category"/,
  ],
  [
    'a judged third turn',
    'mt-bench',
    { 'mt_bench/judgements.jsonl': judgements + judgement(weak, 3) },
    'benchmark-turns',
    /judgements\.jsonl line 5 judges turn 3 of question 1.* Remove the line/,
  ],
  [
    'unequal judgements',
    'mt-bench',
    { 'mt_bench/judgements.jsonl': judgements + judgement(weak, 2, 9) },
    'benchmark-unequal-duplicates',
    /line 5 gives mistralai.* 9 on turn 2 of question 1 where line 4 gives 7\. Keep the right one/,
  ],
  [
    'a failed judgement',
    'mt-bench',
    { 'mt_bench/judgements.jsonl': judgements.replace('"score":7', '"score":-1') },
    'benchmark-score',
    /line 1 gives gpt-4-1106-preview -1 on turn 1 of question 1.* Judge the answer again/,
  ],
  [
    'a missing judgement',
    'mt-bench',
    { 'mt_bench/judgements.jsonl': judgement(strong, 1) + judgement(strong, 2) + judgement(weak, 1) },
    'benchmark-judgement-missing',
    /no judgement of mistralai.* on turn 2 of question 1/,
  ],
  [
    'a judgement of no question',
    'mt-bench',
    { 'mt_bench/judgements.jsonl': judgements + judgement(weak, 1, 7, 99) },
    'benchmark-row',
    /line 5 judges question 99, which question\.jsonl does not have/,
  ],
  [
    'a judgement without score',
    'mt-bench',
    { 'mt_bench/judgements.jsonl': judgement(weak, 1, 'good') },
    'benchmark-row',
    /line 1 needs numbers in "question_id" and "score"/,
  ],
  [
    'a line that is no JSON',
    'mt-bench',
    { 'mt_bench/question.jsonl': `${question(1)}{oops\n` },
    'invalid-json-line',
    /question\.jsonl line 2 is not JSON/,
  ],
  [
    'a line that is no object',
    'mt-bench',
    { 'mt_bench/question.jsonl': '[1]\n' },
    'invalid-row',
    /question\.jsonl line 1 is \[1\]/,
  ],
]

describe('a broken folder names file, row and remedy', () => {
  it.each(cases)('%s', async (_, name, changes, code, message) => {
    await expect(loadFrom(name, changes)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })

  it('a folder that is none', async () => {
    await expect(loadBenchmark('mmlu', { dataFolder: folder })).rejects.toThrow(
      /routellm\/evals\/mmlu does not exist\. Give the folder that contains routellm\/evals/,
    )
  })

  it('the folder above the right one', async () => {
    await loadFrom('gsm8k')
    await mkdir(join(folder, 'above'))
    await expect(loadBenchmark('gsm8k', { dataFolder: dirname(folder) })).rejects.toThrow(/does not exist/)
    const { symlink } = await import('node:fs/promises')
    await symlink(folder, join(folder, 'above', 'routellm'))
    await expect(loadBenchmark('gsm8k', { dataFolder: join(folder, 'above') })).rejects.toThrow(
      /Give .*above\/routellm instead/,
    )
  })

  it('no folder, and a name that is no benchmark', async () => {
    await expect(loadBenchmark('mmlu')).rejects.toThrow(/--data, or set ROUTELLM_DATA/)
    await expect(loadBenchmark('mmul')).rejects.toThrow(/no benchmark "mmul"\. Give mmlu, gsm8k, mt-bench/)
  })
})
