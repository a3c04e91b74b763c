import { expect, it } from 'vitest'
import type { RoutedChoice } from '../routing/policies/choice.ts'
import type { Policy } from '../routing/policies/policy.ts'
import { policyContract } from './policy-contract.ts'

const models = ['large', 'small'].map((name) => ({ name, provider: 'p', upstream: name }))
const [large, small] = [models[0]!, models[1]!]

function choiceOf(changes: Partial<RoutedChoice> = {}): RoutedChoice {
  return {
    kind: 'routed',
    model: small,
    policy: 'sound',
    router: null,
    threshold: null,
    strongWinRate: null,
    side: null,
    candidates: models.map((model) => ({ model, usd: 0.1, excluded: null })),
    scores: [0.2, 0.8],
    check: null,
    ...changes,
  }
}

const sound: Policy = { name: 'sound', models, safest: large, choose: () => choiceOf() }

async function brokenRules(policy: Policy): Promise<string[]> {
  const broken: string[] = []
  for (const { name, run } of policyContract(() => policy, { createWithRouter: () => policy })) {
    try {
      await run()
    } catch {
      broken.push(name)
    }
  }
  return broken
}

it('passes a policy that keeps the rules and asks no router', async () => {
  for (const { run } of policyContract(() => sound)) await run()
})

const excluded = models.map((model) => ({ model, usd: null, excluded: 'tools' as const }))
let turn = 0

it.each<[string, Policy, string]>([
  ['a name with capitals', { ...sound, name: 'Sound' }, 'its name can stand in'],
  ['no models', { ...sound, models: [] }, 'it has at least one model'],
  ['a safest model of its own', { ...sound, safest: { ...large } }, 'it has at least one model'],
  ['a model twice', { ...sound, models: [large, large] }, 'it has at least one model'],
  [
    'a model that is no candidate',
    { ...sound, choose: () => choiceOf({ model: { ...small } }) },
    'a prompt of',
  ],
  ['an excluded model', { ...sound, choose: () => choiceOf({ candidates: excluded }) }, 'a prompt of'],
  [
    'a forgotten candidate',
    { ...sound, choose: () => choiceOf({ candidates: excluded.slice(1) }) },
    'a prompt of',
  ],
  ['one score for two', { ...sound, choose: () => choiceOf({ scores: [1] }) }, 'a prompt of'],
  ['an endless score', { ...sound, choose: () => choiceOf({ scores: [Infinity, 0] }) }, 'a prompt of'],
  ['the name of another', { ...sound, choose: () => choiceOf({ policy: 'other' }) }, 'a prompt of'],
  [
    'the wrong side',
    { ...sound, choose: () => choiceOf({ side: 'weak', strongWinRate: 0.5, threshold: 0.5 }) },
    'a prompt of',
  ],
  [
    'moods',
    { ...sound, choose: () => choiceOf({ strongWinRate: turn++ / 1e6 }) },
    'equal requests have equal choices',
  ],
  [
    'deafness to an abort',
    { ...sound, choose: async () => choiceOf() },
    'after an abort it rejects with the reason',
  ],
])('finds %s', async (_what, policy, rule) => {
  expect(await brokenRules(policy)).toContainEqual(expect.stringContaining(rule))
})

it('finds a policy that ignores its failing router', async () => {
  const broken = await brokenRules(sound)
  for (const rule of ['a router that throws', 'a router that never answers', 'a router that is overloaded'])
    expect(broken).toContainEqual(expect.stringContaining(rule))
})
