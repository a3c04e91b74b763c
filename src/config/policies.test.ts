import { describe, expect, it } from 'vitest'
import { parseConfig } from './parse-config.ts'

const halves = '{ kind: pair, strong: strong, weak: weak, router: length, strongPercent: 50 }'

const two = 'candidates: [strong, weak]'
const cheapest = (settings: string) => `{ kind: cheapest-good-enough, tolerance: 0.05, ${settings} }`

function parse(policies: string, auto = '{}') {
  return parseConfig(`version: 1\npolicies:\n  ${policies}\nauto: ${auto}\n`, 'f.yaml')
}

describe('policies', () => {
  it('are read with their names', () => {
    const config = parse(`halves: ${halves}`, '{ policy: halves }')
    expect(config.policies).toEqual([
      { name: 'halves', kind: 'pair', strong: 'strong', weak: 'weak', router: 'length', strongPercent: 50 },
    ])
    expect(config.auto).toEqual({ kind: 'policy', policy: 'halves' })
    expect(config.policy).toEqual({ kind: 'pair', strong: 'strong', weak: 'weak' })
  })

  it.each([
    ['p: { kind: best }', 'f.yaml:3: policies.p.kind: "best" does not fit: expected "pair" or'],
    ['p: { strong: strong, weak: weak, router: mf }', 'policies.p.kind: missing'],
    [
      'p: { kind: pair, strong: strong, weak: weak }',
      'policies.p.router: missing; expected string. The router that scores the prompt: a key of `routers`, such as `mf`.',
    ],
    [
      'p: { kind: cascade, strong: strong, weak: weak }',
      'policies.p.verifier: missing; expected string. The folder',
    ],
    ['p: { kind: pair, strong: strong, weak: weak, router: mf, thresold: 1 }', 'Did you mean "threshold"?'],
    ['p: { kind: pair, strong: strong, weak: weak, router: mf, threshold: 2 }', 'at most 1'],
    ['p: { kind: pair, strong: stron, weak: weak, router: mf }', 'policies.p.strong: no model "stron"'],
    [
      'p: { kind: pair, strong: strong, weak: weak, router: lenght }',
      'policies.p.router: no router "lenght"',
    ],
    [
      'p: { kind: pair, strong: weak, weak: weak, router: mf }',
      'policies.p.weak: "weak" is the strong model',
    ],
    [
      'p: { kind: pair, strong: strong, weak: weak, router: mf, threshold: 0.5, strongPercent: 50 }',
      'policies.p.strongPercent: a threshold is given already',
    ],
    ['p: { kind: fixed, model: smal }', 'policies.p.model: no model "smal"'],
    [`p: { kind: cheapest-good-enough, ${two}, router: mf }`, 'policies.p.tolerance: missing'],
    [`p: ${cheapest('candidates: [strong], router: mf')}`, 'policies.p.candidates'],
    [`p: ${cheapest('candidates: [strong, weka], router: mf')}`, 'policies.p.candidates[1]: no model "weka"'],
    [
      `p: ${cheapest('candidates: [strong, weak, strong], router: mf')}`,
      'policies.p.candidates[2]: "strong" is there already',
    ],
    [`p: ${cheapest(`${two}, router: fm`)}`, 'policies.p.router: no router "fm"'],
    [`p: ${cheapest(two)}`, 'policies.p.router: missing; name the router'],
    [
      `p: ${cheapest(`${two}, router: mf, quality: { strong: 1, weak: 0 }`)}`,
      'policies.p.quality: a router is given already',
    ],
    [
      `p: ${cheapest(`${two}, quality: { strong: 1 }`)}`,
      'policies.p.quality: no quality for the candidate "weak"',
    ],
    [
      `p: ${cheapest(`${two}, quality: { strong: 1, weak: 0, week: 0 }`)}`,
      'policies.p.quality.week: "week" is no candidate. Did you mean "weak"?',
    ],
    [
      `p: ${cheapest(`${two}, router: mf, outputTokens: { strong: 900, weka: 9 }`)}`,
      'policies.p.outputTokens.weka: "weka" is no candidate. Did you mean "weak"?',
    ],
    [`p: ${cheapest(`${two}, router: mf, outputTokens: many`)}`, 'policies.p.outputTokens'],
    [`p: { kind: utility, ${two}, router: mf }`, 'policies.p.weights: missing'],
    [
      `p: { kind: utility, ${two}, router: mf, weights: { usd: 20, dollars: 1 } }`,
      'policies.p.weights.dollars: unknown key "dollars"',
    ],
    [
      `p: { kind: utility, ${two}, router: mf, weights: { usd: -1 } }`,
      'policies.p.weights.usd: -1 is too small',
    ],
    [
      `p: { kind: utility, ${two}, router: mf, weights: {}, maxUsdPerRequest: -1 }`,
      'policies.p.maxUsdPerRequest: -1 is too small',
    ],
    [
      `p: { kind: utility, ${two}, router: mf, weights: {}, firstTokenSeconds: { strng: 1 } }`,
      'policies.p.firstTokenSeconds.strng: "strng" is no candidate',
    ],
    [`Halves: ${halves}`, 'policies.Halves: the name "Halves" must be of the letters a-z'],
  ])('refuses %s', (policies, message) => {
    expect(() => parse(policies)).toThrow(message)
  })

  it.each([
    ['{ policy: halve }', 'auto.policy: no policy "halve". Did you mean "halves"?'],
    ['{ policy: halves, router: mf }', 'auto.router: a policy is given already'],
    ['{ policy: halves, threshold: 0.5 }', 'auto.threshold: a policy is given already'],
    ['{ policy: halves, strongPercent: 50 }', 'auto.strongPercent: a policy is given already'],
  ])('refuses auto: %s', (auto, message) => {
    expect(() => parse(`halves: ${halves}`, auto)).toThrow(message)
  })

  it('of a kind that has no router to train are not named by learn', () => {
    const learn = (names: string) =>
      parseConfig(
        `version: 1\npolicies:\n  halves: ${halves}\n  plain: { kind: fixed, model: strong }\nlearn: { policies: [${names}] }\n`,
        'f.yaml',
      )
    expect(learn('auto, halves').learn.policies).toEqual(['auto', 'halves'])
    expect(() => learn('halves, plain')).toThrow(
      'learn.policies[1]: the policy "plain" is of the kind fixed, and routers are trained for policies of the kind pair only',
    )
  })

  it('are asked for if no model has the name of a role', () => {
    const text = (policy: string) =>
      `version: 1\nproviders: { d: { kind: demo } }\nmodels: { x: { provider: d }, y: { provider: d } }\n${policy}`
    expect(() => parseConfig(text(''), 'f.yaml')).toThrow(
      'policy.strong: no model "strong". There are: x, y. Say which they are: policy: { strong: <model>, weak: <model> }',
    )
    expect(() => parseConfig(text('policy: { strong: z, weak: y }'), 'f.yaml')).toThrow(
      /policy\.strong: no model "z"\. There are: x, y\.$/,
    )
  })

  it('reserve the names of models', () => {
    const text =
      'version: 1\nproviders: { d: { kind: demo } }\nmodels: { policy-x: { provider: d }, b: { provider: d } }\npolicy: { strong: policy-x, weak: b }\n'
    expect(() => parseConfig(text, 'f.yaml')).toThrow('models.policy-x: the name "policy-x" is taken')
  })
})
