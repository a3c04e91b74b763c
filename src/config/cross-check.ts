import { isClientKeyHmac } from './client-key.ts'
import type { Config, RouterConfig } from './config.ts'
import { isLoopback } from './loopback.ts'
import { referencedModel } from './model-reference.ts'
import { looksLikeKey, nearestHint, type Problem } from './problems.ts'
import { causalLlmKeyNames } from './schema/causal-llm-schema.ts'
import { isRouterKind, routerKinds, trainedKinds } from './schema/router-kinds.ts'
import { type ConfigFile, routerNamePattern } from './schema/schema.ts'

/** What the parts of a configuration say about each other: every name exists, nothing contradicts itself. */
export function crossCheck(config: Config, file: ConfigFile): Problem[] {
  return [
    ...serverProblems(config),
    ...providerProblems(config),
    ...modelProblems(config),
    ...routerProblems(config),
    ...policyProblems(config),
    ...autoProblems(config, file.auto),
  ]
}

/** Who may reach the server: a key is asked of everybody as soon as another machine could. */
export function serverProblems(config: Pick<Config, 'server'>): Problem[] {
  const problems: Problem[] = config.server.clientKeys.flatMap((entry, index) =>
    isClientKeyHmac(entry)
      ? []
      : [
          {
            path: ['server', 'clientKeys', index],
            message:
              'the value (not shown: it may be a key) is not an HMAC (`hmac-sha256:<salt>:<digest>`); `routellm client-key` makes a key and its entry',
          },
        ],
  )
  if (!isLoopback(config.server.host) && config.server.clientKeys.length === 0)
    problems.push({
      path: ['server', 'host'],
      message: `"${config.server.host}" can be reached from other machines, so clients need keys: set server.clientKeys (\`routellm client-key\` makes one) or --client-key, or bind 127.0.0.1`,
    })
  return problems
}

function providerProblems(config: Config): Problem[] {
  const problems: Problem[] = []
  for (const provider of config.providers) {
    const path = ['providers', provider.name]
    if (provider.name.includes('/') || provider.name === '')
      problems.push({ path, message: `the name "${provider.name}" may not be empty or contain a slash` })
    if (provider.kind !== 'openai-compatible') continue
    if (provider.apiKeyEnv !== undefined && looksLikeKey(provider.apiKeyEnv))
      problems.push({
        path: [...path, 'apiKeyEnv'],
        message: 'takes the name of an environment variable such as OPENAI_API_KEY, never the key',
      })
    for (const [name, value] of Object.entries(provider.headers))
      if (/^(authorization|api-key|x-api-key|cookie)$/i.test(name) || looksLikeKey(value))
        problems.push({
          path: [...path, 'headers', name],
          message:
            'keys are never in this file; put the key in an environment variable and name it in apiKeyEnv',
        })
  }
  return problems
}

function modelProblems(config: Config): Problem[] {
  const providers = config.providers.map((provider) => provider.name)
  return config.models.flatMap((model) => {
    const path = ['models', model.name]
    if (model.name === 'auto' || model.name.startsWith('router-'))
      return [{ path, message: `the name "${model.name}" is taken by routing; choose another` }]
    if (providers.includes(model.provider)) return []
    const hint = nearestHint(model.provider, providers) || ' `providers` is empty.'
    return [{ path: [...path, 'provider'], message: `no provider "${model.provider}".${hint}` }]
  })
}

/** Kinds that load what others have trained. */
const checkpointKinds = ['mf', 'bert', 'causal_llm']

type KeyOfKinds = { readonly key: keyof RouterConfig; readonly kinds: readonly (string | undefined)[] }

/** Which kinds have a use for a key; undefined is the kind that an artifact's manifest will say. */
const keysOfKinds: readonly KeyOfKinds[] = [
  { key: 'artifact', kinds: ['mf', 'bert', ...trainedKinds, undefined] },
  { key: 'embedder', kinds: ['mf', ...trainedKinds, undefined] },
  { key: 'scoringStrongModel', kinds: ['mf', 'sw_ranking', undefined] },
  { key: 'scoringWeakModel', kinds: ['mf', 'sw_ranking', undefined] },
  { key: 'precision', kinds: ['bert', undefined] },
  { key: 'rules', kinds: ['rules'] },
  { key: 'otherwise', kinds: ['rules'] },
  ...causalLlmKeyNames.map((key) => ({ key, kinds: ['causal_llm'] })),
]

function routerProblems(config: Config): Problem[] {
  if (config.routers.length === 0)
    return [{ path: ['routers'], message: 'no router is configured; add `mf: {}` for the built-in one' }]
  return config.routers.flatMap((router) => {
    const path = ['routers', router.name]
    const problems: Problem[] = []
    const refuse = (key: string, message: string) => problems.push({ path: [...path, key], message })
    if (!routerNamePattern.test(router.name))
      problems.push({
        path,
        message: `the name "${router.name}" must be of the letters a-z, digits, _ and -, because model names carry it`,
      })
    if (router.artifact !== undefined && router.checkpoint !== undefined)
      refuse(
        'checkpoint',
        'an artifact already says where the weights are; keep one of artifact and checkpoint',
      )
    if (router.artifact === undefined && router.kind === undefined)
      problems.push({
        path,
        message: `"${router.name}" is not a kind of router.${nearestHint(router.name, routerKinds)} A trained router needs \`artifact: <folder>\`, another name for a kind needs \`kind:\``,
      })
    if (router.checkpoint !== undefined && !checkpointKinds.includes(router.kind ?? ''))
      refuse(
        'checkpoint',
        `only the kinds ${checkpointKinds.join(', ')} load checkpoints, and this is ${router.kind ?? router.name}`,
      )
    if (router.kind === 'causal_llm') problems.push(...causalLlmProblems(router))
    if (router.seed !== undefined && router.kind !== 'random')
      refuse('seed', `only the kind random takes a seed, and this is ${router.kind ?? router.name}`)
    if (router.revision !== undefined && router.checkpoint === undefined)
      refuse('revision', 'belongs to a checkpoint, and none is given')
    if (router.kind !== undefined && trainedKinds.includes(router.kind) && router.artifact === undefined)
      problems.push({
        path,
        message: `the kind ${router.kind} needs the artifact that training writes: \`routellm train ${router.kind} --data <file> --output ./my-${router.kind}\`, then \`artifact: ./my-${router.kind}\` here`,
      })
    for (const { key, kinds } of keysOfKinds)
      if (router[key] !== undefined && !kinds.includes(router.kind))
        refuse(
          key,
          router.kind === undefined
            ? `belongs to a router of the kind ${kinds.join(' or ')}, and this is an artifact; remove it`
            : `the kind ${router.kind} has no use for it; remove it`,
        )
    return problems
  })
}

function causalLlmProblems(router: RouterConfig): Problem[] {
  const path = ['routers', router.name]
  const problems: Problem[] = []
  if (router.model === undefined)
    problems.push({
      path,
      message:
        'the kind causal_llm asks a language model: say which as `model:`, and where it is served as `baseUrl:` unless it is OpenAI',
    })
  if (router.apiKeyEnv !== undefined && looksLikeKey(router.apiKeyEnv))
    problems.push({
      path: [...path, 'apiKeyEnv'],
      message: 'takes the name of an environment variable such as OPENAI_API_KEY, never the key',
    })
  for (const [name, value] of Object.entries(router.parameters ?? {}))
    if (typeof value === 'string' && looksLikeKey(value))
      problems.push({
        path: [...path, 'parameters', name],
        message:
          'keys are never in this file; put the key in an environment variable and name it in apiKeyEnv',
      })
  if (router.template !== undefined && router.mode !== 'completion')
    problems.push({
      path: [...path, 'template'],
      message: 'belongs to `mode: completion`; in chat mode the server has the template',
    })
  return problems
}

function policyProblems(config: Config): Problem[] {
  const providers = config.providers.map((provider) => provider.name)
  const known = config.models.map((model) => model.name)
  const problems: Problem[] = (['strong', 'weak'] as const).flatMap((side) => {
    const name = config.policy[side]
    if (referencedModel(name, config.models, providers) !== undefined) return []
    const hint = nearestHint(name, known) || ' `models` is empty.'
    return [{ path: ['policy', side], message: `no model "${name}".${hint}` }]
  })
  if (config.policy.strong === config.policy.weak && problems.length === 0)
    problems.push({
      path: ['policy', 'weak'],
      message: `"${config.policy.weak}" is the strong model too; a pair needs two models`,
    })
  return problems
}

function autoProblems(config: Config, written: ConfigFile['auto']): Problem[] {
  const problems: Problem[] = []
  const names = config.routers.map((router) => router.name)
  if (!names.includes(config.auto.router) && names.length > 0) {
    const kindHint = isRouterKind(config.auto.router) ? ` Add \`${config.auto.router}: {}\` to routers.` : ''
    problems.push({
      path: ['auto', 'router'],
      message: `no router "${config.auto.router}".${nearestHint(config.auto.router, names)}${kindHint}`,
    })
  }
  if (written.threshold !== undefined && written.strongPercent !== undefined)
    problems.push({
      path: ['auto', 'strongPercent'],
      message: 'a threshold is given already; keep one of threshold and strongPercent',
    })
  return problems
}
