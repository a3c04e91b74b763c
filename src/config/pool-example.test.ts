import { expect, it } from 'vitest'
import { findPolicyKind } from '../routing/policies/registry.ts'
import { parseConfig } from './parse-config.ts'

/** The example of the documentation of every kind of policy; the providers are of the kinds that there are. */
const file = `version: 1
providers:
  openai: { kind: openai-compatible, baseUrl: https://api.openai.com/v1, apiKeyEnv: OPENAI_API_KEY }
  local: { kind: openai-compatible, baseUrl: http://127.0.0.1:11434/v1 }
models:
  large:
    { provider: openai, upstream: gpt-5, effort: high, contextTokens: 400000, maxOutputTokens: 128000, modalities: [text, image], tools: true, structuredOutput: true, region: eu, tags: [contract],
      inputUsdPerMillionTokens: 1.25, outputUsdPerMillionTokens: 10, cacheReadUsdPerMillionTokens: 0.125, cacheWriteUsdPerMillionTokens: 1.25, cacheWrite1hUsdPerMillionTokens: 2.5 }
  small: { provider: local, upstream: llama3.1, contextTokens: 8000, tools: false }
routers:
  mf: {}
  mine: { artifact: ./my-router }
policy: { kind: pair, strong: large, weak: small }
policies:
  halves: { kind: pair, strong: large, weak: small, router: mf, strongPercent: 50 }
  frugal: { kind: cheapest-good-enough, candidates: [large, small], router: mine, tolerance: 0.05 }
  by-table: { kind: cheapest-good-enough, candidates: [large, small], quality: { large: 0.9, small: 0.6 }, tolerance: 0.05 }
  balanced: { kind: utility, candidates: [large, small], router: mine, weights: { quality: 1, usd: 20 }, maxUsdPerRequest: 0.05 }
  checked: { kind: cascade, strong: large, weak: small, verifier: ./my-cascade, threshold: 0.4 }
  plain: { kind: fixed, model: small }
auto: { policy: frugal }
`

it('one policy of each kind is read as it is written, and described', () => {
  const { policies, auto } = parseConfig(file, 'f.yaml')
  expect(auto).toEqual({ kind: 'policy', policy: 'frugal' })
  const described = policies.map(({ name, kind, ...settings }) => [
    name,
    findPolicyKind(kind).describe(settings),
  ])
  expect(Object.fromEntries(described)).toMatchObject({
    halves: 'large or small, by mf at the threshold for 50 % strong calls',
    frugal: 'the cheapest of large, small within 0.05 of the best, by mine',
    'by-table': 'the cheapest of large, small within 0.05 of the best, by a table',
    balanced: 'the highest utility of large, small (1 · quality − 20 · dollars), by mine',
    plain: 'always small',
  })
  expect(policies.map(({ name }) => name)).toContain('checked')
})
