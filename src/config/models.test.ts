import { describe, expect, it } from 'vitest'
import { parseConfig } from './parse-config.ts'

const provider = 'providers: { local: { kind: openai-compatible, baseUrl: http://127.0.0.1:11434/v1 } }'

function parse(large: string) {
  const models = `models:\n  large: ${large}\n  small: { provider: local }`
  return parseConfig(`version: 1\n${provider}\n${models}\npolicy: { strong: large, weak: small }\n`, 'f.yaml')
}

describe('models', () => {
  it('state effort, limits, abilities, place, prices and energy', () => {
    const config = parse(
      '{ provider: local, upstream: gpt-5, effort: xhigh, contextTokens: 400000, maxOutputTokens: 128000, modalities: [text, image], tools: true, structuredOutput: false, region: eu, tags: [contract, on site], ' +
        'inputUsdPerMillionTokens: 1.25, outputUsdPerMillionTokens: 10, cacheReadUsdPerMillionTokens: 0.125, cacheWriteUsdPerMillionTokens: 1.25, cacheWrite1hUsdPerMillionTokens: 2.5, energy: { wattHoursPerMillionOutputTokens: 300, wattHoursPerMillionInputTokens: { low: 1, high: 2 }, source: measured } }',
    )
    expect(config.models).toEqual([
      {
        name: 'large',
        provider: 'local',
        upstream: 'gpt-5',
        effort: 'xhigh',
        contextTokens: 400_000,
        maxOutputTokens: 128_000,
        modalities: ['text', 'image'],
        tools: true,
        structuredOutput: false,
        region: 'eu',
        tags: ['contract', 'on site'],
        inputUsdPerMillionTokens: 1.25,
        outputUsdPerMillionTokens: 10,
        cacheReadUsdPerMillionTokens: 0.125,
        cacheWriteUsdPerMillionTokens: 1.25,
        cacheWrite1hUsdPerMillionTokens: 2.5,
        energy: {
          wattHoursPerMillionOutputTokens: { low: 300, high: 300 },
          wattHoursPerMillionInputTokens: { low: 1, high: 2 },
          source: 'measured',
        },
      },
      { name: 'small', provider: 'local', upstream: 'small' },
    ])
  })

  it.each([
    [
      'effort: hard',
      'models.large.effort: "hard" does not fit: expected "none" or "minimal" or "low" or "medium" or "high" or "xhigh" or "max"',
    ],
    ['contextTokens: 0', 'models.large.contextTokens: 0 is too small: at least 1'],
    ['contextTokens: 8k', 'models.large.contextTokens: "8k" does not fit: expected number'],
    ['maxOutputTokens: 1.5', 'models.large.maxOutputTokens: 1.5 does not fit: expected a whole number'],
    [
      'modalities: [text, video]',
      'models.large.modalities[1]: "video" does not fit: expected "text" or "image" or "audio" or "file"',
    ],
    ['modalities: []', 'models.large.modalities: '],
    ['tools: yes please', 'models.large.tools: "yes please" does not fit: expected true or false'],
    ['tags: [" a"]', 'models.large.tags[0]: " a" must have no comma, and no space at either end'],
    ['tags: ["a,b"]', 'models.large.tags[0]: "a,b" must have no comma'],
    ['region: ""', 'models.large.region: "" must have no comma'],
    [
      'energy: { wattHoursPerMillionOutputTokens: { low: 3, high: 2 }, source: x }',
      'models.large.energy.wattHoursPerMillionOutputTokens: {"low":3,"high":2} must have a `low` that is at most its `high`',
    ],
    [
      'energy: { wattHoursPerMillionOutputTokens: { low: 3 }, source: x }',
      'models.large.energy.wattHoursPerMillionOutputTokens.high: missing; expected number',
    ],
    [
      'energy: { wattHoursPerMillionOutputTokens: 3 }',
      'models.large.energy.source: missing; expected string',
    ],
    ['cacheReadUsdPerMillionTokens: -1', 'cacheReadUsdPerMillionTokens: -1 is too small: at least 0'],
    ['cacheReadUsdPerMilionTokens: 1', 'Did you mean "cacheReadUsdPerMillionTokens"?'],
    ['contextToken: 1', 'Did you mean "contextTokens"?'],
  ])('refuses %s', (key, message) => {
    expect(() => parse(`{ provider: local, ${key} }`)).toThrow(message)
  })

  it('are one each, also those that only a policy names by provider', () => {
    const file = `version: 1
${provider}
models: { large: { provider: local } }
policies:
  one: { kind: pair, strong: large, weak: local/llama3.1, router: length }
  two: { kind: pair, strong: local/llama3.1, weak: local/phi3, router: length }
policy: { strong: large, weak: local/phi3 }
`
    expect(parseConfig(file, 'f.yaml').models.map(({ name, upstream }) => [name, upstream])).toEqual([
      ['large', 'large'],
      ['local/phi3', 'phi3'],
      ['local/llama3.1', 'llama3.1'],
    ])
  })
})
