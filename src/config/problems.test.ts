import { describe, expect, it } from 'vitest'
import { altered, configErrorMessage } from '../../test/support/config-example.ts'
import { ConfigError } from '../errors.ts'
import { builtinRouterKinds } from '../routing/routers/registry.ts'
import { parseConfig } from './parse-config.ts'

describe('what is wrong with a file', () => {
  const cases: [what: string, text: string, ...says: string[]][] = [
    [
      'an unknown key',
      altered(2, 'server: { prot: 1 }'),
      'routellm.yaml:2: server.prot: unknown key "prot"',
      'Did you mean "port"?',
    ],
    [
      'an unknown section',
      altered(9, 'router:'),
      'routellm.yaml:9: router: unknown key',
      'Did you mean "routers"?',
    ],
    [
      'an unknown key of a provider',
      altered(5, '  local:  { kind: openai-compatible, baseURL: http://x/v1 }'),
      'providers.local.baseURL: unknown key',
      'Did you mean "baseUrl"?',
    ],
    [
      'a wrong type',
      altered(2, 'server: { port: sixty }'),
      'routellm.yaml:2: server.port: "sixty" does not fit: expected',
    ],
    [
      'a port out of range',
      altered(2, 'server: { port: 70000 }'),
      'server.port: 70000 is too large: at most 65535',
    ],
    [
      'a missing base URL',
      altered(5, '  local:  { kind: openai-compatible }'),
      'routellm.yaml:5: providers.local.baseUrl: missing',
    ],
    [
      'a base URL without scheme',
      altered(5, '  local:  { kind: openai-compatible, baseUrl: localhost:1 }'),
      'providers.local.baseUrl: "localhost:1" must start with http:// or https://',
    ],
    [
      'another kind of provider',
      altered(5, '  local:  { kind: antropic }'),
      'routellm.yaml:5: providers.local.kind: "antropic" does not fit',
    ],
    ['a model without a provider', altered(8, '  weak: { upstream: x }'), 'models.weak.provider: missing'],
    [
      'a model of no provider',
      altered(8, '  weak: { provider: loca }'),
      'routellm.yaml:8: models.weak.provider: no provider "loca". Did you mean "local"?',
    ],
    [
      'a model with a reserved name',
      altered(8, '  auto: { provider: local }'),
      'models.auto: the name "auto" is taken',
    ],
    [
      'a policy of no model',
      altered(12, 'policy: { strong: stron }'),
      'routellm.yaml:12: policy.strong: no model "stron". Did you mean "strong"?',
    ],
    [
      'a policy of one model',
      altered(12, 'policy: { weak: strong }'),
      'policy.weak: "strong" is the strong model too',
    ],
    [
      'another kind of policy',
      altered(12, 'policy: { kind: cascade }'),
      'policy.kind: "cascade" does not fit: expected "pair"',
    ],
    [
      'auto of no router',
      altered(13, 'auto: { router: mind }'),
      'routellm.yaml:13: auto.router: no router "mind". Did you mean "mine"?',
    ],
    [
      'a percentage as threshold',
      altered(13, 'auto: { threshold: 50 }'),
      'auto.threshold: 50 is too large: at most 1',
    ],
    [
      'a share of nothing',
      altered(13, 'shadow: { share: 0, usdPerDay: 1, judge: strong }'),
      'shadow.share: 0 is too small: more than 0',
    ],
    [
      'a share of everything where a part is needed',
      altered(13, 'learn: { maxLoss: 1 }'),
      'learn.maxLoss: 1 is too large: less than 1',
    ],
    [
      'two thresholds',
      altered(13, 'auto: { threshold: 0.5, strongPercent: 50 }'),
      'auto.strongPercent',
      'keep one',
    ],
    [
      'a router of no kind',
      altered(11, '  lenght: {}'),
      'routers.lenght: "lenght" is not a kind of router. Did you mean "length"?',
    ],
    [
      'a router name in capitals',
      altered(11, '  Mine: { artifact: ./a }'),
      'routellm.yaml:11: routers.Mine: the name "Mine" must be',
    ],
    [
      'two routers of one name',
      altered(11, '  mf: { artifact: ./a }'),
      'routellm.yaml:11: not valid YAML: Map keys must be unique',
    ],
    [
      'artifact and checkpoint',
      altered(11, '  mf2: { kind: mf, artifact: ./a, checkpoint: a/b }'),
      'keep one of artifact and checkpoint',
    ],
    [
      'a trained kind without its artifact',
      altered(11, '  knn: {}'),
      'routellm.yaml:11: routers.knn: the kind knn needs the artifact',
      '`routellm train knn --data <file> --output ./my-knn`',
    ],
    [
      'an artifact of a kind that has none',
      altered(11, '  rules: { artifact: ./a, kind: rules }'),
      'routers.rules.artifact: the kind rules has no use for it',
    ],
    [
      'an embedder of rules',
      altered(11, '  rules: { embedder: builtin }'),
      'routers.rules.embedder: the kind rules has no use for it',
    ],
    [
      'another pair of knn',
      altered(11, '  near: { kind: knn, artifact: ./a, scoringWeakModel: b }'),
      'routers.near.scoringWeakModel: the kind knn has no use for it',
    ],
    [
      'rules of an artifact',
      altered(11, '  mine: { artifact: ./a, otherwise: 0.5 }'),
      'routers.mine.otherwise: belongs to a router of the kind rules',
    ],
    [
      'a causal_llm without a model',
      altered(11, '  ask: { kind: causal_llm, baseUrl: http://127.0.0.1:8000/v1 }'),
      'routers.ask: the kind causal_llm asks a language model: say which as `model:`',
    ],
    [
      'a key of a causal_llm',
      altered(11, '  ask: { model: m, parameters: { user: sk-planted-1 } }'),
      'routers.ask.parameters.user: keys are never in this file',
    ],
    [
      'a template in chat mode',
      altered(11, '  ask: { model: m, template: llama-3 }'),
      'routers.ask.template: belongs to `mode: completion`',
    ],
    [
      'a template without a place for the question',
      altered(11, '  ask: { model: m, mode: completion, template: chatml }'),
      'routers.ask.template: "chatml" must be llama-3, or a text with {system} and {user}',
    ],
    [
      'a model of mf',
      altered(10, '  mf: { model: gpt-5 }'),
      'routers.mf.model: the kind mf has no use for it',
    ],
    [
      'a seed of mf',
      altered(10, '  mf: { seed: 1 }'),
      'routers.mf.seed: the kind mf has no use for it: it belongs to the kind random',
    ],
    [
      'a revision of nothing',
      altered(10, '  mf: { revision: main }'),
      'routers.mf.revision: belongs to a checkpoint',
    ],
    ['another version', altered(1, 'version: 2'), 'routellm.yaml:1: version: 2 does not fit: expected 1'],
    ['broken YAML', altered(2, 'server: { host: 127.0.0.1'), 'not valid YAML'],
    [
      'a host that others reach',
      altered(2, 'server: { host: 0.0.0.0 }'),
      'routellm.yaml:2: server.host: "0.0.0.0" can be reached',
      'client-key',
    ],
    [
      'a plain client key',
      altered(2, 'server: { clientKeys: [secret] }'),
      'server.clientKeys',
      'is not an HMAC',
      'routellm client-key',
    ],
    ['no file at all', '', 'neither `version: 1` nor router names'],
    ['a list', '- a', 'neither `version: 1` nor router names'],
  ]
  it.each(cases)('%s', (_what, text, ...says) => {
    for (const part of says) expect(configErrorMessage(text)).toContain(part)
  })

  it.each(builtinRouterKinds.filter(({ training }) => training?.isNeeded).map(({ kind }) => kind))(
    'takes an artifact and an embedder of the kind %s',
    (kind) => {
      const text = altered(11, `  mine: { kind: ${kind}, artifact: ./a, embedder: builtin }`)
      expect(configErrorMessage(text)).toBe('no error')
    },
  )

  it('says every problem at once, each on its line', () => {
    const lines = configErrorMessage(altered(2, 'server: { prot: 1, hots: a }').replace('0.35', '35')).split(
      '\n',
    )
    expect(lines.map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      'routellm.yaml:2: server.prot',
      'routellm.yaml:2: server.hots',
      'routellm.yaml:13: auto.threshold',
    ])
  })

  it.each([
    [
      'apiKey',
      '  local: { kind: openai-compatible, baseUrl: http://x/v1, apiKey: sk-planted-1 }',
      'apiKeyEnv: LOCAL_API_KEY',
    ],
    [
      'apiKeyEnv',
      '  local: { kind: openai-compatible, baseUrl: http://x/v1, apiKeyEnv: sk-planted-1 }',
      'never the key',
    ],
    [
      'a header',
      '  local: { kind: openai-compatible, baseUrl: http://x/v1, headers: { Authorization: Bearer sk-planted-1 } }',
      'keys are never in this file',
    ],
  ])('refuses a key in %s and does not repeat it', (_where, line, says) => {
    const message = configErrorMessage(altered(5, line))
    expect(message).toContain(says)
    expect(message).not.toContain('planted')
  })
})

describe('a hostile file', () => {
  const many = 5_000

  it.each<[string, string, string | RegExp]>([
    [
      'unknown keys',
      `version: 1\n${lines(many, (index) => `key${index}: 1`)}`,
      /f\.yaml: and 4950 more problems$/,
    ],
    [
      'unknown keys of a section',
      `version: 1\nserver:\n${lines(many, (index) => ` key${index}: 1`)}`,
      /and 4950 more/,
    ],
    ['bad values', `version: 1\nserver: { clientKeys: [${'1, '.repeat(many)}] }`, /and 4950 more/],
    [
      'models without a provider',
      `version: 1\nmodels:\n${lines(many, (index) => ` m${index}: { provider: p }`)}`,
      'more',
    ],
    ['a very long unknown key', `version: 1\n${'k'.repeat(1_000)}: 1`, 'unknown key "kkk'],
    [
      'more values than a configuration has',
      `version: 1\n${lines(60_000, (index) => `k${index}: 1`)}`,
      /more than 100000 keys and values/,
    ],
    [
      'more levels than a configuration has',
      `version: 1\nserver: ${'['.repeat(200)}${']'.repeat(200)}`,
      /f\.yaml:2: .*more than 64 levels/,
    ],
    ['levels that the parser cannot read', `version: ${'['.repeat(50_000)}`, /not valid YAML/],
    ['levels by dashes', `${'- '.repeat(5_000)}x`, /not valid YAML/],
    ['keys within keys', `${'? '.repeat(5_000)}x`, /not valid YAML/],
    ['a key that is a list', 'version: 1\n? [a]\n: b', /a key is not a text/],
    [
      'aliases that grow',
      `version: 1\na: &a [x, x]\n${lines(30, (index) => `${'b'.repeat(index + 1)}: &${'b'.repeat(index + 1)} [*${'b'.repeat(index) || 'a'}, *${'b'.repeat(index) || 'a'}]`)}`,
      /not valid YAML|more than|unknown key/,
    ],
    [
      'one key twice, far apart',
      `version: 1\n${lines(100, (index) => `k${index}: 1`)}\nk0: 2`,
      /f\.yaml:102: .*unique: k0/,
    ],
  ])('%s: one short error', (_what, text, problem) => {
    let message = ''
    try {
      parseConfig(text, 'f.yaml')
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      message = String(error)
    }
    expect(message).toMatch(problem)
    expect(message.length).toBeLessThan(20_000)
  })
})

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n')
}
