import { describe, expect, it } from 'vitest'
import type { Row } from '../../row.ts'
import { readReply } from './chat-reply.ts'

const reply = (usage: Row, more: Row = {}) =>
  readReply({ model: 'm', choices: [{ message: { content: 'x' } }], usage, ...more })

describe('the cost that a reply states', () => {
  it.each<[string, Row, Row | undefined, number]>([
    ['OpenRouter', { cost: 0.0042, cost_details: { upstream_inference_cost: 0.0042 } }, undefined, 0.0042],
    [
      'OpenRouter with own keys: the fee and the provider',
      { cost: 0.001, is_byok: true, cost_details: { upstream_inference_cost: 0.02 } },
      undefined,
      0.021,
    ],
    ['a free model', { cost: 0 }, undefined, 0],
    ['Perplexity', { cost: { input_tokens_cost: 0.001, total_cost: 0.006 } }, undefined, 0.006],
    ['DeepInfra', { estimated_cost: 0.0003 }, undefined, 0.0003],
    ['xAI, in ticks', { cost_in_usd_ticks: 318_319_000 }, undefined, 0.0318319],
    ['LiteLLM', {}, { _hidden_params: { response_cost: 0.004 } }, 0.004],
  ])('%s', (_, usage, more, usd) => expect(reply(usage, more).costUsd).toBeCloseTo(usd, 12))

  it('is unknown if the reply states none', () => {
    expect(reply({ prompt_tokens: 3 })).not.toHaveProperty('costUsd')
  })
})

describe('the tokens of a reply', () => {
  it.each<[string, Row, Row]>([
    [
      'LiteLLM counts cached tokens among prompt_tokens and lists them once more',
      { prompt_tokens: 100, cache_read_input_tokens: 90, completion_tokens: 2 },
      { inputTokens: 100, cachedInputTokens: 90, outputTokens: 2 },
    ],
    [
      'Anthropic lists cached tokens beside input_tokens',
      { input_tokens: 5, cache_read_input_tokens: 90, cache_creation_input_tokens: 5, output_tokens: 2 },
      { inputTokens: 100, cachedInputTokens: 90, outputTokens: 2 },
    ],
    [
      'Bedrock does, too',
      { inputTokens: 5, cacheReadInputTokens: 90, cacheWriteInputTokens: 5, outputTokens: 2 },
      { inputTokens: 100, cachedInputTokens: 90, outputTokens: 2 },
    ],
    [
      'DeepSeek',
      { prompt_tokens: 100, prompt_cache_hit_tokens: 90, completion_tokens: 2 },
      { inputTokens: 100, cachedInputTokens: 90, outputTokens: 2 },
    ],
    [
      'LangChain',
      { input_tokens: 100, input_token_details: { cache_read: 90 }, output_tokens: 2 },
      { inputTokens: 100, cachedInputTokens: 90, outputTokens: 2 },
    ],
  ])('%s', (_, usage, tokens) => expect(reply(usage).tokens).toEqual(tokens))
})
