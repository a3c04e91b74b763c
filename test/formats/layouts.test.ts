import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readRows } from '../../src/learning/formats/read-rows.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layouts-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function write(name: string, content: unknown): Promise<string> {
  const file = join(folder, name)
  await mkdir(dirname(file), { recursive: true })
  const text = Array.isArray(content) ? content.map((row) => `${JSON.stringify(row)}\n`).join('') : content
  await writeFile(file, typeof text === 'string' ? text : JSON.stringify(text))
  return file
}

async function valuesOf(path: string | readonly string[]) {
  const values: unknown[] = []
  for await (const { value } of readRows(path)) values.push(value)
  return values
}

const read = async (name: string, content: unknown) => valuesOf(await write(name, content))

describe('labels in a column for each model', () => {
  it.each([
    ['prompt,gpt-4o,claude-3-5-haiku\np,1,0\n'],
    ['prompt;gpt-4o;claude-3-5-haiku\np;1,0;0,0\n'],
    [
      'Prompt,GPT-4o Score\n'.replace('Prompt,GPT-4o Score', 'Prompt,scores/gpt-4o,scores/claude-3-5-haiku') +
        'p,1,0\n',
    ],
    ['prompt\tgpt-4o|score\tclaude-3-5-haiku|score\np\t1\t0\n'],
    ['question,gpt-4o_correct,claude-3-5-haiku_correct\np,True,False\n'],
    ['query,score.gpt-4o,score.claude-3-5-haiku\np,100%,0%\n'],
    ['prompt,accuracy:gpt-4o,accuracy:claude-3-5-haiku\np,yes,no\n'],
    ['prompt,gpt-4o,claude-3-5-haiku,gpt-4o_cost,claude-3-5-haiku_cost\np,1.0,0.0,0.02,0.001\n'],
  ])('%j', async (text) => {
    expect(await read('a.csv', text)).toEqual([
      { prompt: 'p', scores: { 'gpt-4o': 1, 'claude-3-5-haiku': 0 } },
    ])
  })

  it('with any names if answers or costs stand beside them, whose lists are unpacked', async () => {
    const text =
      'prompt,eval_name,big,small,big|model_response,small|model_response,big|total_cost,small|total_cost\n' +
      `"['it''s \\\\'ok\\\\'\\n2']",mmlu,1,0.5,['yes'],['no'],0.1,0.2\n`
        .replaceAll("''", "\\\\'")
        .replaceAll('\\\\', '\\')
    expect(await read('a.csv', text)).toEqual([
      {
        eval_name: 'mmlu',
        prompt: "it's 'ok'\n2",
        scores: { big: 1, small: 0.5 },
        answers: { big: 'yes', small: 'no' },
      },
    ])
  })

  it('an empty cell is a score that the row lacks, in every form', async () => {
    const lacks = [
      { prompt: 'p', scores: { 'gpt-4o': 1 } },
      { prompt: 'q', scores: {} },
    ]
    expect(await read('a.csv', 'prompt,gpt-4o,gpt-4o-mini\np,1,\nq,NaN,null\n')).toEqual(lacks)
    expect(await read('b.csv', 'prompt,scores.gpt-4o,scores.gpt-4o-mini\np,1,\nq,,\n')).toEqual(lacks)
    expect(
      await read('c.jsonl', [
        { prompt: 'p', scores: { 'gpt-4o': 1, 'gpt-4o-mini': null } },
        { prompt: 'q', scores: { 'gpt-4o': null } },
      ]),
    ).toEqual(lacks)
    expect(
      await read('d.jsonl', [
        { prompt: 'p', 'gpt-4o': 1, 'gpt-4o-mini': null },
        { prompt: 'q', 'gpt-4o': null, 'gpt-4o-mini': null },
      ]),
    ).toEqual(lacks)
    expect(await read('e.csv', 'prompt,model,score\np,gpt-4o,1\np,gpt-4o-mini,\nq,gpt-4o,null\n')).toEqual(
      lacks,
    )
  })

  it('numbers that are no scores of models are not taken for them', async () => {
    for (const text of [
      'prompt,helpfulness,coherence\np,1,2\n',
      'prompt,quality_score,f1_score\np,1,2\n',
      'prompt,gpt-4o_cost,gpt-4o_latency\np,1,2\n',
      'prompt,large,small\np,1,0\n',
    ])
      expect(Object.keys(Object((await read('a.csv', text))[0])), text).not.toContain('scores')
  })

  it('a comma that may be of thousands or of a decimal is named', async () => {
    await expect(read('a.csv', 'prompt;scores.a\np;7,125\n')).rejects.toThrow(
      /"7,125" in "scores.a", which may be thousands or a decimal/,
    )
    expect(await read('b.csv', 'prompt;scores.a;weight\np;0,125;"1,040.5"\n')).toEqual([
      { prompt: 'p', scores: { a: 0.125 }, weight: 1040.5 },
    ])
  })
})

describe('labels in a row for each prompt and model', () => {
  const grouped = [
    { prompt: 'p', scores: { a: 1, b: 0 } },
    { prompt: 'q', scores: { a: 0.5, b: 1 } },
  ]
  it.each([
    [{ prompt: 'x', model: 'x', score: 1 }],
    [{ question: 'x', model_name: 'x', correct: 1 }],
    [{ query: 'x', llm: 'x', performance: 1 }],
    [{ Prompt: 'x', 'Model Name': 'x', Accuracy: 1 }],
    [{ 'global index': 'x', prompt: 'x', prediction: 'x', accuracy: 1 }],
  ])('with the columns of %j', async (columns) => {
    const [prompt, model, score] = Object.keys(columns).filter((name) => name !== 'global index')
    const rows = (
      [
        ['p', 'a', 1],
        ['q', 'a', 0],
        ['p', 'b', 0],
        ['q', 'b', 1],
        ['q', 'a', 1],
      ] as const
    ).map(([one, two, three]) => ({ ...columns, [prompt!]: one, [model!]: two, [score!]: three }))
    expect(await read('a.jsonl', rows)).toEqual(grouped)
    expect(await read('a.json', { data: rows })).toEqual(grouped)
  })

  it('files of one model each are joined, whether the model stands beside the rows or in the name', async () => {
    const one = await write('run/mine-gpt-4o.csv', 'query,response,score\np,yes,1\nq,no,0\n')
    const other = await write('run/mine-gpt-4o-mini.csv.txt', 'query,response,score\nq,no,1\np,yes,0\n')
    const joined = [
      {
        prompt: 'p',
        scores: { 'gpt-4o': 1, 'gpt-4o-mini': 0 },
        answers: { 'gpt-4o': 'yes', 'gpt-4o-mini': 'yes' },
      },
      {
        prompt: 'q',
        scores: { 'gpt-4o': 0, 'gpt-4o-mini': 1 },
        answers: { 'gpt-4o': 'no', 'gpt-4o-mini': 'no' },
      },
    ]
    expect(await valuesOf([one, other])).toEqual(joined)
    expect(await valuesOf(join(folder, 'run'))).toHaveLength(2)
    const records = [{ prompt: 'p', score: 1 }]
    const files = [
      await write('x.json', { model_name: 'a', records }),
      await write('y.json', { records, model_name: 'b' }),
    ]
    expect(await valuesOf(files)).toEqual([{ prompt: 'p', scores: { a: 1, b: 1 } }])
  })
})

describe('nested labels', () => {
  it.each([
    [{ prompt: 'p', models: { a: { score: 1 }, b: { score: 0 } } }],
    [
      {
        prompt: 'p',
        models: [
          { model: 'a', score: 1 },
          { model: 'b', score: 0 },
        ],
      },
    ],
    [
      {
        prompt: 'p',
        scores: [
          { model: 'a', score: 1 },
          { model: 'b', score: 0 },
        ],
      },
    ],
    [
      {
        instruction: 'p',
        completions: [
          { model: 'a', overall_score: 1 },
          { model: 'b', overall_score: 0 },
        ],
      },
    ],
    [{ messages: [{ role: 'user', content: 'p' }], scores: { a: '1', b: '0' } }],
    [{ prompt: [{ role: 'user', content: 'p' }], results: { a: { correct: true }, b: { correct: false } } }],
    [
      {
        conversations: [
          { from: 'human', value: 'p' },
          { from: 'gpt', value: 'x' },
        ],
        model_scores: { a: 1, b: 0 },
      },
    ],
  ])('%j', async (row) => {
    expect(await read('a.jsonl', [row])).toEqual([{ prompt: 'p', scores: { a: 1, b: 0 } }])
  })

  it('answers that are numbers are no scores', async () => {
    const row = { prompt: 'What is 6 × 7?', answers: { a: '42', b: '41' } }
    expect(await read('a.jsonl', [row])).toEqual([row])
  })
})

describe('results of evaluation tools', () => {
  it('promptfoo', async () => {
    const result = (text: string, provider: unknown, score: number, error: string | null = null) => ({
      promptIdx: 0,
      testIdx: 0,
      vars: { q: text },
      prompt: { raw: text, label: '{{q}}' },
      provider,
      response: error === null ? { output: `answer ${score}` } : undefined,
      error,
      score,
      success: score === 1,
    })
    const results = [
      result('p', { id: 'openai:gpt-4o', label: '' }, 1),
      result('p', { id: 'openai:gpt-4o-mini', label: 'mini' }, 0.25),
      result('p', { id: 'openai:broken', label: '' }, 0, '429'),
      result(
        '[{"role":"system","content":"s"},{"role":"user","content":"q"}]',
        { id: 'openai:gpt-4o', label: '' },
        1,
      ),
    ]
    const content = {
      evalId: 'e',
      results: { version: 3, prompts: [{ raw: '{{q}}', label: 'x', provider: 'y' }], results, stats: {} },
      config: { prompts: ['{{q}}'] },
    }
    const expected = [
      {
        prompt: 'p',
        scores: { 'openai:gpt-4o': 1, mini: 0.25 },
        answers: { 'openai:gpt-4o': 'answer 1', mini: 'answer 0.25' },
      },
      { prompt: 'q', scores: { 'openai:gpt-4o': 1 }, answers: { 'openai:gpt-4o': 'answer 1' } },
    ]
    expect(await read('results.json', JSON.stringify(content, undefined, 2))).toEqual(expected)
  })

  it('lm-eval, a folder for each model', async () => {
    const sample = (doc_id: number, exact_match: number) => ({
      doc_id,
      doc: { question: `q${doc_id}`, answer: 'x' },
      target: 'x',
      arguments: { gen_args_0: { arg_0: `Question: q${doc_id}\nAnswer:`, arg_1: { until: ['\n'] } } },
      resps: [['x']],
      filtered_resps: ['x'],
      filter: 'strict-match',
      metrics: ['exact_match'],
      exact_match,
    })
    await write('openai__gpt-4o/samples_gsm8k_2026-01-01T00-00-00.jsonl', [sample(0, 1), sample(1, 1)])
    await write('meta-llama__Llama-3.1-8B/samples_gsm8k_2026-01-01T00-00-00.jsonl', [
      sample(0, 0),
      sample(1, 1),
    ])
    expect(await valuesOf(folder)).toEqual([
      {
        prompt: 'q0',
        scores: { 'meta-llama/Llama-3.1-8B': 0, 'openai/gpt-4o': 1 },
        answers: { 'meta-llama/Llama-3.1-8B': 'x', 'openai/gpt-4o': 'x' },
      },
      {
        prompt: 'q1',
        scores: { 'meta-llama/Llama-3.1-8B': 1, 'openai/gpt-4o': 1 },
        answers: { 'meta-llama/Llama-3.1-8B': 'x', 'openai/gpt-4o': 'x' },
      },
    ])
  })

  it('HELM, a folder for each run', async () => {
    const run = async (name: string, model: string, correct: number, stats: 'display' | 'per instance') => {
      await write(
        `${name}/instances.json`,
        JSON.stringify([
          { id: 'id0', input: { text: 'p' }, references: [] },
          { id: 'id0', input: { text: 'P' }, references: [], perturbation: { name: 'uppercase' } },
        ]),
      )
      await write(`${name}/run_spec.json`, { name, adapter_spec: { model, method: 'generation' } })
      await write(`${name}/stats.json`, '[{"name":{"name":"exact_match"},"sum":1}]')
      if (stats === 'display')
        await write(
          `${name}/display_predictions.json`,
          JSON.stringify([
            {
              instance_id: 'id0',
              perturbation: { name: 'uppercase' },
              predicted_text: 'A',
              stats: { exact_match: 1 - correct },
            },
            {
              instance_id: 'id0',
              train_trial_index: 0,
              predicted_text: 'a',
              stats: { exact_match: correct },
            },
          ]),
        )
      else
        await write(
          `${name}/per_instance_stats.json`,
          `[${JSON.stringify({ instance_id: 'id0', stats: [{ name: { name: 'exact_match', split: 'test' }, count: 1, sum: correct, mean: correct }] })}]`,
        )
    }
    await run('mmlu:model=openai_gpt-4', 'openai/gpt-4', 1, 'display')
    await run('mmlu:model=meta_llama-3-8b', 'meta/llama-3-8b', 0, 'per instance')
    expect(await valuesOf(folder)).toEqual([
      { prompt: 'p', scores: { 'meta/llama-3-8b': 0, 'openai/gpt-4': 1 }, answers: { 'openai/gpt-4': 'a' } },
    ])
  })

  it('AlpacaEval’s annotations', async () => {
    const row = (preference: number | null) => ({
      instruction: 'p',
      output_1: 'x',
      generator_1: 'a',
      output_2: 'y',
      generator_2: 'b',
      annotator: 'judge',
      preference,
    })
    const preference = (pref_b: number) => ({ prompt: 'p', model_a: 'a', model_b: 'b', pref_b })
    expect(
      await read(
        'annotations.json',
        `[${[1, 2, 1.25, 1.5, 0, null].map((each) => JSON.stringify(row(each)))}]`,
      ),
    ).toEqual([0, 1, 0.25, 0.5, 0.5].map(preference))
    await expect(read('a.jsonl', [row(3)])).rejects.toThrow(
      /line 1 needs a number from 1 to 2 in "preference", got 3/,
    )
  })
})

describe('prompts', () => {
  it.each([
    [
      {
        messages: [
          { role: 'system', content: 's' },
          { role: 'user', content: 'p' },
        ],
      },
    ],
    [
      {
        messages: [
          { role: 'user', content: 'p' },
          { role: 'assistant', content: 'a' },
          { role: 'user', content: 'and why is that?' },
          { role: 'assistant', content: 'b' },
        ],
      },
    ],
    [
      {
        conversations: [
          { from: 'system', value: 's' },
          { from: 'human', value: 'p' },
          { from: 'gpt', value: 'a' },
        ],
      },
    ],
    [
      {
        id: 'x',
        conversation: [
          { role: 'user', content: [{ type: 'text', text: 'p' }] },
          { role: 'assistant', content: 'a' },
        ],
      },
    ],
    [{ instruction: 'p', input: '', output: 'a' }],
    [{ question: 'p', context: 'a passage' }],
    [{ Query: 'p' }],
    [
      {
        custom_id: '1',
        method: 'POST',
        url: '/v1/chat/completions',
        body: { model: 'm', messages: [{ role: 'user', content: 'p' }] },
      },
    ],
    [
      {
        request: { model: 'm', messages: [{ role: 'user', content: 'p' }] },
        response: { choices: [{ message: { content: 'a' } }] },
      },
    ],
  ])('%j', async (row) => {
    expect((await read('a.jsonl', [row])).map((each) => Object(each).prompt)).toEqual(['p'])
  })

  it('an instruction with its input', async () => {
    const [row] = await read('a.json', [{ instruction: 'Translate.', input: 'Guten Tag', output: 'x' }])
    expect(Object(row).prompt).toBe('Translate.\n\nGuten Tag')
  })

  it('leaves out of a log what is no prompt', async () => {
    const call = (messages: unknown, model = 'gpt-4o', url = '/v1/chat/completions') => ({
      url,
      request: { model, messages },
      response: { usage: { prompt_tokens: 1 } },
    })
    const rows = [
      call([{ role: 'user', content: 'p' }]),
      call([
        { role: 'user', content: 'p' },
        { role: 'assistant', tool_calls: [] },
        { role: 'tool', content: 'r' },
      ]),
      { url: '/v1/embeddings', request: { model: 'text-embedding-3-small', input: 'x' }, response: {} },
    ]
    expect(await read('a.jsonl', rows)).toEqual([{ prompt: 'p' }])
  })

  it('lists of texts in cells: of the arena, and as Python prints them', async () => {
    expect(
      (await read('a.csv', 'id,prompt,response_a,response_b\n0,"[""p"",""q""]",a,b\n')).map(
        (row) => Object(row).prompt,
      ),
    ).toEqual(['p'])
    expect(
      (await read('b.csv', `prompt\n"['p']"\n"[""it's""]"\n"['a\\'b\\n\\u00e9', None]"\n`)).map(
        (row) => Object(row).prompt,
      ),
    ).toEqual(['p', "it's", "a'b\né"])
    expect(
      (await read('c.csv', 'prompt\n"[1] What is this?"\n"[""p""]"\n')).map((row) => Object(row).prompt),
    ).toEqual(['[1] What is this?', '["p"]'])
  })
})
