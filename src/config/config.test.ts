import { describe, expect, it } from 'vitest'
import { ConfigError } from '../errors.ts'
import { builtinRouterKinds } from '../routing/routers/registry.ts'
import { clientKeyHmac } from './client-key.ts'
import { demoConfig, parseConfig } from './parse-config.ts'

const example = `version: 1                       # a file without it is read as upstream's
server: { host: 127.0.0.1, port: 6061 }
providers:
  openai: { kind: openai-compatible, baseUrl: https://api.openai.com/v1/, apiKeyEnv: OPENAI_API_KEY }
  local:  { kind: openai-compatible, baseUrl: http://127.0.0.1:11434/v1 }
models:
  strong: { provider: openai, upstream: gpt-5, inputUsdPerMillionTokens: 1.25, outputUsdPerMillionTokens: 10 }
  weak:   { provider: local, upstream: llama3.1 }
routers:
  mf: {}
  mine: { artifact: ./my-router }
policy: { kind: pair, strong: strong, weak: weak }
auto: { router: mine, threshold: 0.35 }
`

function messageOf(text: string): string {
  try {
    parseConfig(text, 'routellm.yaml')
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'no error'
}

/** The example with one line replaced. */
function altered(line: number, text: string): string {
  return example
    .split('\n')
    .map((old, index) => (index === line - 1 ? text : old))
    .join('\n')
}

describe('parseConfig', () => {
  it('reads the documented example', () => {
    const config = parseConfig(example, '/etc/routellm/routellm.yaml')
    expect(config.server).toEqual({
      host: '127.0.0.1',
      port: 6061,
      clientKeys: [],
      routerTimeoutMs: 500,
      bodyLimitBytes: 33_554_432,
      drainTimeoutMs: 30_000,
      forwardClientKey: false,
    })
    expect(config.providers).toEqual([
      {
        name: 'openai',
        kind: 'openai-compatible',
        baseUrl: 'https://api.openai.com/v1',
        apiKeyEnv: 'OPENAI_API_KEY',
        headers: {},
        connectTimeoutMs: 10_000,
        headersTimeoutMs: 600_000,
        idleTimeoutMs: 300_000,
        maxConnections: 1024,
      },
      expect.objectContaining({ name: 'local', baseUrl: 'http://127.0.0.1:11434/v1' }),
    ])
    expect(config.models).toEqual([
      {
        name: 'strong',
        provider: 'openai',
        upstream: 'gpt-5',
        inputUsdPerMillionTokens: 1.25,
        outputUsdPerMillionTokens: 10,
      },
      { name: 'weak', provider: 'local', upstream: 'llama3.1' },
    ])
    expect(config.routers).toEqual([
      { name: 'mf', kind: 'mf' },
      { name: 'mine', artifact: '/etc/routellm/my-router' },
    ])
    expect(config.policy).toEqual({ kind: 'pair', strong: 'strong', weak: 'weak' })
    expect(config.auto).toEqual({ kind: 'threshold', router: 'mine', threshold: 0.35 })
  })

  it('takes the demonstration pair, the standard routers and half of the prompts where nothing is said', () => {
    expect({ ...parseConfig('version: 1', 'f.yaml'), source: '' }).toEqual({ ...demoConfig(), source: '' })
    expect(demoConfig().auto).toEqual({ kind: 'router-default', router: 'mf' })
    expect(demoConfig().models.map((model) => model.upstream)).toEqual(['demo-strong', 'demo-weak'])
    expect(demoConfig().routers.map((router) => router.name)).toEqual(['mf', 'random', 'length', 'rules'])
  })

  it('adds models that the policy names by provider', () => {
    const config = parseConfig(altered(12, 'policy: { strong: openai/gpt-5.1/x, weak: weak }'), 'f.yaml')
    expect(config.models.at(-1)).toEqual({
      name: 'openai/gpt-5.1/x',
      provider: 'openai',
      upstream: 'gpt-5.1/x',
    })
  })

  it('lets the command line say host, port and keys before it is checked', () => {
    const key = clientKeyHmac('k')
    const config = parseConfig(example, 'f.yaml', { host: '0.0.0.0', port: 1, clientKeys: [key] })
    expect(config.server).toMatchObject({ host: '0.0.0.0', port: 1, clientKeys: [key] })
  })
})

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
      altered(5, '  local:  { kind: anthropic }'),
      'routellm.yaml:5: providers.local.kind: "anthropic" does not fit: expected "openai-compatible" or "demo"',
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
    for (const part of says) expect(messageOf(text)).toContain(part)
  })

  it.each(builtinRouterKinds.filter(({ training }) => training?.isNeeded).map(({ kind }) => kind))(
    'takes an artifact and an embedder of the kind %s',
    (kind) => {
      const text = altered(11, `  mine: { kind: ${kind}, artifact: ./a, embedder: builtin }`)
      expect(messageOf(text)).toBe('no error')
    },
  )

  it('says every problem at once, each on its line', () => {
    const lines = messageOf(altered(2, 'server: { prot: 1, hots: a }').replace('0.35', '35')).split('\n')
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
    const message = messageOf(altered(5, line))
    expect(message).toContain(says)
    expect(message).not.toContain('planted')
  })
})

describe('a causal_llm router', () => {
  const routers = (entry: string) =>
    parseConfig(`version: 1\nrouters:\n  ask: ${entry}\n`, '/a/routellm.yaml')

  it('is known by its model; the key is that of OpenAI at OpenAI only', () => {
    expect(routers('{ model: gpt-4.1-nano }').routers).toEqual([
      { name: 'ask', kind: 'causal_llm', model: 'gpt-4.1-nano', apiKeyEnv: 'OPENAI_API_KEY' },
    ])
    expect(routers('{ model: m, baseUrl: http://127.0.0.1:8000/v1 }').routers[0]).not.toHaveProperty(
      'apiKeyEnv',
    )
    expect(routers('{ model: m, baseUrl: http://x/v1, apiKeyEnv: MINE }').routers[0]).toMatchObject({
      apiKeyEnv: 'MINE',
    })
  })

  it('finds its prompt files against the file, and takes what it is given for requests', () => {
    const [router] = routers(
      '{ model: m, baseUrl: http://x/v1, checkpoint: ./tuned, mode: completion, template: "{system} {user}", parameters: { max_tokens: null, chat_template_kwargs: { enable_thinking: false } } }',
    ).routers
    expect(router).toMatchObject({
      checkpoint: '/a/tuned',
      parameters: { max_tokens: null, chat_template_kwargs: { enable_thinking: false } },
    })
  })

  it('is at its default threshold as auto', () => {
    expect(routers('{ model: m }').auto).toEqual({ kind: 'router-default', router: 'ask' })
  })
})

describe("a file in upstream's format", () => {
  it('maps a checkpoint of mf with its embedder', () => {
    const config = parseConfig('mf:\n  checkpoint_path: routellm/mf_gpt4_augmented\nrandom:\n', 'config.yaml')
    expect(config.routers).toEqual([
      {
        name: 'mf',
        kind: 'mf',
        checkpoint: 'routellm/mf_gpt4_augmented',
        embedder: 'openai-compatible:text-embedding-3-small',
      },
      { name: 'random', kind: 'random' },
    ])
    expect(config.auto).toEqual({ kind: 'threshold', router: 'mf', threshold: 0.5 })
    expect(config.providers.map((provider) => provider.kind)).toEqual(['demo'])
  })

  it('resolves a checkpoint folder against the file', () => {
    const config = parseConfig('mf: { checkpoint_path: ./mf, strong_model: gpt-4-0613 }', '/a/config.yaml')
    expect(config.routers[0]).toMatchObject({ checkpoint: '/a/mf', scoringStrongModel: 'gpt-4-0613' })
  })

  it('asks a checkpoint of causal_llm where vLLM serves it, in the format of the reference', () => {
    const config = parseConfig(
      'causal_llm:\n  checkpoint_path: routellm/causal_llm_gpt4_augmented\n',
      'config.yaml',
    )
    expect(config.routers).toEqual([
      {
        name: 'causal_llm',
        kind: 'causal_llm',
        checkpoint: 'routellm/causal_llm_gpt4_augmented',
        model: 'routellm/causal_llm_gpt4_augmented',
        baseUrl: 'http://127.0.0.1:8000/v1',
        mode: 'completion',
      },
    ])
    expect(config.auto).toEqual({ kind: 'threshold', router: 'causal_llm', threshold: 0.5 })
  })

  it.each([
    [
      'sw_ranking: { arena_battle_datasets: [a] }',
      'sw_ranking: the router sw_ranking is trained once, not at every start: `routellm train sw_ranking',
    ],
    ['causal_llm:', 'causal_llm: needs checkpoint_path'],
    ['causal_llm: { checkpoint_path: 3 }', 'causal_llm.checkpoint_path: must be a text'],
    ['causal_llm: { checkpoint_path: a/b, score_threshold: 4 }', 'score_threshold: is fixed'],
    ['causal_llm: { checkpoint_path: a/b, model_id: x }', 'model_id: is up to the server'],
    ['causal_llm: { checkpoint: a/b }', 'Did you mean "checkpoint_path"?'],
    ['bert: { checkpoint_path: 3 }', 'bert.checkpoint_path: must be a text'],
    [
      'bert: { checkpoint: x }',
      'bert.checkpoint: unknown argument "checkpoint". Did you mean "checkpoint_path"?',
    ],
    ['bert: { num_labels: 2 }', 'bert.num_labels: must be 3'],
    ['mff: {}', 'f.yaml:1: mff: unknown router "mff". Did you mean "mf"?'],
    [
      'mf:\n  checkpoint: x',
      'f.yaml:2: mf.checkpoint: unknown argument "checkpoint". Did you mean "checkpoint_path"?',
    ],
    ['mf: { hidden_size: 128 }', 'mf.hidden_size: is read from the checkpoint'],
    ['server: { port: 1 }', 'start the file with `version: 1`'],
    ['random: { seed: 1 }', 'random.seed: the router random takes no arguments'],
    ['mf: 3', 'neither `version: 1`'],
  ])('%s', (text, says) => {
    expect(() => parseConfig(text, 'f.yaml')).toThrow(says)
  })
})
