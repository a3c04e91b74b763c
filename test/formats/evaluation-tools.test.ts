import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readRows } from '../../src/learning/formats/read-rows.ts'

const tools = fileURLToPath(new URL('../cases/evaluation-tools/', import.meta.url))

async function valuesOf(...paths: readonly string[]) {
  const values: unknown[] = []
  for await (const { value } of readRows(paths.map((path) => join(tools, path)))) values.push(value)
  return values
}

const quiz = [
  'Which of these is a prime number? A. 7 B. 8',
  'Which planet is the largest? A. Jupiter B. Mars',
  'Which gas do plants take in? A. Carbon dioxide B. Neon',
]

it('RouterArena: evaluated predictions, those of other models for the optimum included', async () => {
  expect(await valuesOf('routerarena/predictions.json')).toEqual([
    {
      prompt: quiz[0],
      scores: { 'gpt-4o': 1, 'gpt-4o-mini': 1 },
      answers: { 'gpt-4o': '\\boxed{A}', 'gpt-4o-mini': '\\boxed{A}' },
    },
    {
      prompt: quiz[1],
      scores: { 'gpt-4o': 1, 'gpt-4o-mini': 0 },
      answers: { 'gpt-4o': '\\boxed{A}', 'gpt-4o-mini': '\\boxed{B}' },
    },
    // The third prediction of gpt-4o-mini is not evaluated.
    {
      prompt: quiz[2],
      scores: { 'gpt-4o': 1 },
      answers: { 'gpt-4o': '\\boxed{A}', 'gpt-4o-mini': '\\boxed{B}' },
    },
  ])
})

it('RouterArena: cached results, whose success says only that the call went through', async () => {
  const scores = (await valuesOf('routerarena-cached')).map((row) => row)
  expect(scores).toMatchObject(
    quiz.map((prompt, index) => ({
      prompt,
      scores: { 'claude-3-haiku-20240307': index === 0 ? 1 : 0, 'gpt-4o': 1 },
    })),
  )
})

it('lm-eval: the first filter of the answers, and the model that the summary names', async () => {
  const rows = await valuesOf('lm-eval')
  expect(rows).toMatchObject([
    {
      prompt: 'Ann has 2 apples and buys 3. How many has she?',
      scores: { 'openai/gpt-4o': 1, 'own/model__8b': 0 },
    },
    {
      prompt: 'Ann has 3 apples and buys 3. How many has she?',
      scores: { 'openai/gpt-4o': 1, 'own/model__8b': 1 },
    },
  ])
  expect(rows).toHaveLength(2)
})

it.each(['promptfoo/results.json', 'promptfoo/results.jsonl'])('promptfoo: %s', async (file) => {
  expect(await valuesOf(file)).toEqual([
    {
      prompt: 'What is the capital of Peru?',
      scores: { 'openai:gpt-4o': 1, 'openai:gpt-4o-mini': 0 },
      answers: { 'openai:gpt-4o': 'Lima', 'openai:gpt-4o-mini': 'Lima' },
    },
    // The second call of gpt-4o-mini failed: it is no result.
    {
      prompt: 'What is the capital of Chile?',
      scores: { 'openai:gpt-4o': 0.5 },
      answers: { 'openai:gpt-4o': 'Lima' },
    },
  ])
})

it('promptfoo: its table of several providers names the file to write instead', async () => {
  await expect(valuesOf('promptfoo/results.csv')).rejects.toThrow(/promptfoo eval --output results\.json/)
})

it('AlpacaEval: annotations, a preference from 1 to 2', async () => {
  const models = { model_a: 'gpt4_1106_preview', model_b: 'own-model' }
  expect(await valuesOf('alpaca-eval/annotations.json')).toEqual([
    { dataset: 'helpful_base', prompt: 'How do US states get their names?', ...models, pref_b: 0.25 },
    { dataset: 'koala', prompt: 'Write a biography of nobody.', ...models, pref_b: 1 },
  ])
})
