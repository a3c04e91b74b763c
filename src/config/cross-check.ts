import { nearestHint } from '../base/settings/nearest-name.ts'
import { findProviderKind } from '../providers/registry.ts'
import { findRouterKind } from '../routing/routers/registry.ts'
import type { RouterKind } from '../routing/routers/router-kind.ts'
import { isClientKeyHmac } from './client-key.ts'
import type { Config } from './config.ts'
import { isLoopback } from './loopback.ts'
import { referencedModel } from './model-reference.ts'
import type { Problem } from './problems.ts'
import type { ConfigFile } from './schema/schema.ts'

/** Checks the parts of a configuration against each other: every name exists, and no settings contradict. */
export function crossCheck(config: Config, file: ConfigFile, kinds: readonly RouterKind[]): Problem[] {
  return [
    ...serverProblems(config),
    ...providerProblems(config),
    ...modelProblems(config),
    ...policyProblems(config),
    ...autoProblems(config, file.auto, kinds),
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
    for (const problem of findProviderKind(provider.kind).check?.(provider) ?? [])
      problems.push({ path: [...path, ...problem.path], message: problem.message })
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

function autoProblems(config: Config, written: ConfigFile['auto'], kinds: readonly RouterKind[]): Problem[] {
  const problems: Problem[] = []
  const names = config.routers.map((router) => router.name)
  if (!names.includes(config.auto.router) && names.length > 0) {
    const isKind = findRouterKind(config.auto.router, kinds) !== undefined
    const kindHint = isKind ? ` Add \`${config.auto.router}: {}\` to routers.` : ''
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
