import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { logFormats } from '../../src/learning/formats/logs/formats.ts'
import { type LogEntry, readLog, recogniseLog } from '../../src/learning/formats/logs/read-log.ts'
import { routedPrompt } from '../../src/routing/prompts/prompt-rule.ts'

/** What a file of `test/cases` is read as. The sums are over its requests; one that is not in the log is absent. */
type Expected = {
  readonly format: string
  readonly requests: number
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly costUsd?: number
  readonly leftOut?: Readonly<Record<string, number>>
  /** The first prompt, if it is not the one that most files begin with. */
  readonly prompt?: string
  readonly models?: readonly string[]
  readonly answers?: number
  readonly isWithoutTimes?: boolean
}

const tokens = { inputTokens: 942, outputTokens: 1926 }
const dozen = { requests: 12, ...tokens, answers: 12 }
const paid = { ...dozen, costUsd: 0.014363 }

const cases: Readonly<Record<string, Expected>> = {
  'request-logs/routellm.jsonl': {
    format: 'routellm',
    requests: 2,
    inputTokens: 40,
    outputTokens: 20,
    costUsd: 0.0002,
    answers: 2,
    models: ['small'],
  },
  'request-logs/helicone.json': {
    format: 'helicone',
    requests: 2,
    inputTokens: 80,
    outputTokens: 200,
    costUsd: 0.0011,
    answers: 2,
    models: ['gpt-4o-2024-08-06'],
    leftOut: { cached: 1 },
  },
  '20-langfuse-api-page/observations.json': { format: 'langfuse', ...paid },
  '20-langfuse-api-page/observations-one-line.json': { format: 'langfuse', ...paid },
  '20-langfuse-api-page/observations-ok.json': { format: 'langfuse', ...paid },
  '21-langfuse-ui-csv/export.csv': { format: 'langfuse', ...paid },
  '21-langfuse-ui-csv/observe-decorator.jsonl': { format: 'langfuse', ...paid },
  '21-langfuse-ui-csv/trace-with-observations.json': { format: 'langfuse', ...paid },
  '21-langfuse-ui-csv/traces.json': {
    format: 'langfuse',
    requests: 12,
    costUsd: 0.014363,
    answers: 12,
    models: ['unknown'],
  },
  '23-litellm/spend-logs.json': { format: 'litellm', ...paid },
  '23-litellm/ui-page.json': { format: 'litellm', ...paid },
  '23-litellm/messages-as-string.jsonl': { format: 'litellm', ...paid },
  '23-litellm/psql-copy.csv': { format: 'litellm', ...paid },
  '23-litellm/psr-only.jsonl': { format: 'litellm', ...paid },
  '23-litellm/responses-call.jsonl': { format: 'litellm', ...paid },
  '23-litellm/psr-truncated-flag.jsonl': {
    format: 'litellm',
    ...paid,
    answers: 0,
    leftOut: { truncated: 12 },
    prompt: '',
  },
  '23-litellm/cut-content.jsonl': {
    format: 'litellm',
    requests: 6,
    inputTokens: 345,
    outputTokens: 765,
    costUsd: 0.0056055,
    answers: 6,
    leftOut: { truncated: 6 },
    prompt: 'Please review this contract',
  },
  '24-openai-batch/input.jsonl+24-openai-batch/output.jsonl': { format: 'batch', ...dozen },
  '24-openai-batch/output.jsonl+24-openai-batch/input.jsonl': { format: 'batch', ...dozen },
  '24-openai-batch/input.jsonl': { format: 'batch', requests: 12, answers: 0, isWithoutTimes: true },
  '24-openai-batch/finetune-chat.jsonl': {
    format: 'openai',
    requests: 12,
    answers: 12,
    models: ['unknown'],
    isWithoutTimes: true,
  },
  '25-otel-genai/otlp.jsonl': { format: 'otel', ...dozen },
  '25-otel-genai/spans-flat.jsonl': { format: 'otel', ...dozen, answers: 0 },
  '26-langsmith/runs.jsonl': { format: 'langsmith', ...paid },
  '26-langsmith/runs.csv': { format: 'langsmith', ...paid },
  '26-langsmith/runs-openai-wrap.jsonl': { format: 'langsmith', ...paid },
  '28-nested-logs/braintrust.jsonl': { format: 'braintrust', ...paid },
  '28-nested-logs/openpipe.jsonl': { format: 'openai', ...dozen },
  '28-nested-logs/vercel-logs.jsonl': { format: 'openai', ...dozen },
  '28-nested-logs/phoenix.csv': { format: 'phoenix', ...dozen },
  '28-nested-logs/portkey.jsonl': { format: 'portkey', ...paid },
  '28-nested-logs/cloudflare-ai-gateway.jsonl': { format: 'openai', ...paid },
  '28-nested-logs/cloudflare-cached.jsonl': {
    format: 'openai',
    ...dozen,
    costUsd: 0.007946,
    leftOut: { error: 3, cached: 3 },
  },
  '29-streamed-and-odd-logs/sse-response.jsonl': {
    format: 'openai',
    requests: 1,
    inputTokens: 20,
    outputTokens: 40,
    answers: 1,
    models: ['gpt-4o-2024-08-06'],
    prompt: 'Question number 0 about gardens, please answer in one sentence.',
  },
  '29-streamed-and-odd-logs/chunks-response.jsonl': { format: 'openai', ...dozen },
  '29-streamed-and-odd-logs/openrouter-usage-cost.jsonl': {
    format: 'openai',
    requests: 3,
    inputTokens: 90,
    outputTokens: 30,
    costUsd: 0.006,
    answers: 3,
    models: ['some-lab/new-model:beta', 'openai/gpt-4o'],
    prompt: 'Name a river in France.',
  },
  '29-streamed-and-odd-logs/pretty-ndjson.json': {
    format: 'openai',
    requests: 12,
    ...tokens,
    answers: 0,
    isWithoutTimes: true,
  },
  '29-streamed-and-odd-logs/epoch-strings.csv': {
    format: 'columns',
    ...dozen,
    costUsd: 0.014362,
    answers: 0,
  },
  '29-streamed-and-odd-logs/excel-semicolon.csv': {
    format: 'columns',
    ...dozen,
    costUsd: 0.014362,
    answers: 0,
  },
  '29-streamed-and-odd-logs/title-case.csv': { format: 'columns', ...dozen, costUsd: 0.014362, answers: 0 },
  '29-streamed-and-odd-logs/thousands.csv': {
    format: 'columns',
    requests: 12,
    inputTokens: 12942,
    outputTokens: 13926,
    answers: 0,
  },
  '29-streamed-and-odd-logs/latin1.csv': {
    format: 'columns',
    requests: 12,
    ...tokens,
    answers: 0,
    isWithoutTimes: true,
    prompt: "Qu'est-ce que café à la crème? What is the capital of Peru?",
  },
  '29-streamed-and-odd-logs/utf16.csv': {
    format: 'columns',
    requests: 12,
    ...tokens,
    answers: 0,
    isWithoutTimes: true,
  },
}

async function read(name: string) {
  const files = name.split('+').map((file) => join(import.meta.dirname, '../cases', file))
  const format = await recogniseLog(files)
  const entries: LogEntry[] = []
  for (const file of files)
    for await (const entry of readLog(file, format, { pickPrompt: routedPrompt })) entries.push(entry)
  return {
    format,
    requests: entries.flatMap((entry) => (entry.kind === 'request' ? [entry.request] : [])),
    unreadable: entries.flatMap((entry) => (entry.kind === 'unreadable' ? [entry.reason] : [])),
  }
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0)
}

describe('a log of test/cases', () => {
  it.each(Object.entries(cases))('%s', async (name, expected) => {
    const { format, requests, unreadable } = await read(name)
    expect(format.name).toBe(expected.format)
    expect(unreadable).toEqual([])
    expect(requests).toHaveLength(expected.requests)
    expect(requests[0]?.prompt.text).toMatch(
      expected.prompt === undefined ? 'What is the capital of Peru?' : expected.prompt,
    )
    expect([...new Set(requests.map(({ model }) => model))]).toEqual(
      expected.models ?? ['gpt-4o-2024-08-06', 'gpt-4o-mini-2024-07-18'],
    )
    expect(sum(requests.map(({ inputTokens }) => inputTokens))).toBe(expected.inputTokens)
    expect(sum(requests.map(({ outputTokens }) => outputTokens))).toBe(expected.outputTokens)
    const costUsd = sum(requests.map((request) => request.costUsd))
    if (expected.costUsd === undefined) expect(costUsd).toBeUndefined()
    else expect(costUsd).toBeCloseTo(expected.costUsd, 6)
    expect(requests.filter(({ answer }) => answer !== undefined)).toHaveLength(expected.answers ?? 0)
    expect(requests.every(({ time }) => time !== undefined)).toBe(expected.isWithoutTimes !== true)
    const leftOut: Record<string, number> = {}
    for (const { notRoutable } of requests)
      if (notRoutable !== undefined) leftOut[notRoutable] = (leftOut[notRoutable] ?? 0) + 1
    expect(leftOut).toEqual(expected.leftOut ?? {})
  })

  it('is tested for every format, as the documentation says', () => {
    for (const { name, documentation } of logFormats)
      for (const file of documentation.testedWith) expect([file, cases[file]?.format]).toEqual([file, name])
  })

  it('that lacks the requests says where they are', async () => {
    const output = await read('24-openai-batch/output.jsonl')
    expect(output.requests).toEqual([])
    expect(output.unreadable[0]).toContain('name the input file of the batch too')
    const stored = await read('24-openai-batch/stored-completions.json')
    expect(stored.unreadable).toHaveLength(12)
    expect(stored.unreadable[0]).toContain('/v1/chat/completions/ID/messages')
  })
})
