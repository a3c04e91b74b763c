import { nearestHint } from '../base/settings/nearest-name.ts'
import { toDisplayText } from '../base/text/display.ts'
import { findProviderKind } from '../providers/registry.ts'
import { pair } from '../routing/policies/pair/kind.ts'
import type { PolicyReference } from '../routing/policies/policy-kind.ts'
import { findPolicyKind, type PolicyKinds } from '../routing/policies/registry.ts'
import { findRouterKind } from '../routing/routers/registry.ts'
import type { RouterKind } from '../routing/routers/router-kind.ts'
import { isClientKeyHmac } from './client-key.ts'
import { type ClientKey, type Config, type ExperimentConfig, onlyCheckers } from './config.ts'
import { findKeyNameProblem } from './key-fields/key-name.ts'
import { configuredKeys } from './key-file/merge-keys.ts'
import { canaryPrefix } from './lock/lock-file.ts'
import { isLoopback } from './loopback.ts'
import { referencedModel } from './model-reference.ts'
import { nameProblems } from './parse-routers.ts'
import type { Problem } from './problems.ts'
import { anyOrigin } from './schema/origin.ts'
import type { ConfigFile } from './schema/schema.ts'

/** The names that a file declares, also those of entries that are wrong in another way. */
export type DeclaredNames = {
  readonly providers: readonly string[]
  readonly models: readonly string[]
  readonly routers: readonly string[]
  readonly policies: readonly string[]
}

export function declaredNames({ providers, models, routers, policies }: Config): DeclaredNames {
  const names = (parts: readonly { readonly name: string }[]) => parts.map(({ name }) => name)
  return {
    providers: names(providers),
    models: names(models),
    routers: names(routers),
    policies: names(policies),
  }
}

/**
 * Checks the parts of a configuration against each other: every name exists, and no settings contradict.
 *
 * @param declared default: the names of `config`.
 */
export function crossCheck(
  config: Config,
  file: ConfigFile,
  kinds: readonly RouterKind[],
  policies: PolicyKinds,
  declared: DeclaredNames = declaredNames(config),
): Problem[] {
  return [
    ...serverProblems(config),
    ...findKeyProblems(config, configuredKeys(config), declared),
    ...providerProblems(config),
    ...modelProblems(config, declared),
    ...pairProblems(config, declared),
    ...policyProblems(config, policies, declared),
    ...autoProblems(config, file.auto, kinds, declared),
    ...experimentProblems(config, declared),
    ...shadowProblems(config, declared),
    ...learnProblems(config, declared),
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
  const { queue, maxInFlight } = config.server.limits
  if (queue !== undefined && maxInFlight === undefined)
    problems.push({
      path: ['limits', 'queue'],
      message:
        'without limits.maxInFlight no request ever waits: set it to the requests that are answered at once',
    })
  const isKeyless = config.server.clientKeys.length === 0 && config.server.keys.length === 0
  if (config.server.allowedOrigins.includes(anyOrigin) && isKeyless)
    problems.push({
      path: ['server', 'allowedOrigins'],
      message:
        '"*" lets every web page spend the keys of the providers: list the origins, or set `keys` or server.clientKeys',
    })
  if (!isLoopback(config.server.host) && isKeyless)
    problems.push({
      path: ['server', 'host'],
      message: `"${config.server.host}" can be reached from other machines, so clients need keys: set \`keys\` or server.clientKeys (\`routellm client-key\` makes one) or --client-key, or bind 127.0.0.1`,
    })
  return problems
}

/** Of `keys`: names, HMACs, and the models and policies that they allow. */
export function findKeyProblems(
  config: Config,
  keys: readonly ClientKey[],
  declared: DeclaredNames = declaredNames(config),
): Problem[] {
  return keys.flatMap(({ name, hmac, models = [], policies = [] }) => {
    const problems: Problem[] = [
      ...keyNameProblems(name),
      ...models.flatMap((model, index) =>
        missingModel(config, { path: ['models', index], name: model }, declared),
      ),
      ...policies.flatMap((policy, index) =>
        missingPolicy({ path: ['policies', index], name: policy }, declared),
      ),
    ]
    if (!isClientKeyHmac(hmac))
      problems.push({
        path: ['hmac'],
        message: `the value (not shown: it may be a key) is not an HMAC (\`hmac-sha256:<salt>:<digest>\`); \`routellm client-key --name ${toDisplayText(name, 60)}\` makes a key and its entry`,
      })
    return problems.map(({ path, message }) => ({ path: ['keys', name, ...path], message }))
  })
}

function keyNameProblems(name: string): Problem[] {
  const problem = findKeyNameProblem(name)
  return problem === null ? [] : [{ path: [], message: problem }]
}

function missingPolicy({ path, name }: PolicyReference, { policies }: DeclaredNames): Problem[] {
  if (policies.includes(name)) return []
  const hint = nearestHint(name, policies) || ' `policies` is empty.'
  return [{ path, message: `no policy "${name}".${hint}` }]
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

function modelProblems(config: Config, { providers }: DeclaredNames): Problem[] {
  const known = new Set(providers)
  return config.models.flatMap((model) => {
    const path = ['models', model.name]
    if (model.name === 'auto' || /^(?:router|policy)-/.test(model.name))
      return [{ path, message: `the name "${model.name}" is taken by routing; choose another` }]
    if (known.has(model.provider)) return []
    const hint = nearestHint(model.provider, providers) || ' `providers` is empty.'
    return [{ path: [...path, 'provider'], message: `no provider "${model.provider}".${hint}` }]
  })
}

function pairProblems(config: Config, declared: DeclaredNames): Problem[] {
  const problems = (['strong', 'weak'] as const).flatMap((side) => {
    const name = config.policy[side]
    // The default, which nobody may have written.
    const help = name === side ? ' Say which they are: policy: { strong: <model>, weak: <model> }' : ''
    return missingModel(config, { path: ['policy', side], name }, declared).map(({ path, message }) => ({
      path,
      message: `${message}${help}`,
    }))
  })
  if (config.policy.strong === config.policy.weak && problems.length === 0)
    problems.push({
      path: ['policy', 'weak'],
      message: `"${config.policy.weak}" is the strong model too; a pair needs two models`,
    })
  return problems
}

function policyProblems(config: Config, kinds: PolicyKinds, declared: DeclaredNames): Problem[] {
  return config.policies.flatMap(({ name, kind: kindName, ...settings }) => {
    const kind = findPolicyKind(kindName, kinds)
    const { models, routers } = kind.references(settings)
    const problems = [
      ...nameProblems(name),
      ...models.flatMap((model) => missingModel(config, model, declared)),
      ...routers.flatMap((router) => missingRouter(router, declared)),
      ...(kind.check?.(settings) ?? []),
    ]
    return problems.map(({ path, message }) => ({ path: ['policies', name, ...path], message }))
  })
}

function experimentProblems({ experiments, auto }: Config, declared: DeclaredNames): Problem[] {
  const standsFor = (name: string) => (name === 'auto' && auto.kind === 'policy' ? auto.policy : name)
  return experiments.flatMap(({ id, control, treatment, success, guards, mostUsdPerSession }, index) => {
    const problems: Problem[] = [
      ...ruleProblems('success', success, mostUsdPerSession),
      ...ruleProblems('guards', guards, mostUsdPerSession),
      ...nameProblems(id),
      ...(control === 'auto' ? [] : missingPolicy({ path: ['control'], name: control }, declared)),
      ...missingPolicy({ path: ['treatment'], name: treatment }, declared),
    ]
    if (standsFor(control) === treatment)
      problems.push({ path: ['treatment'], message: `"${treatment}" is the control too; name two policies` })
    const other = experiments.slice(0, index).find((each) => standsFor(each.control) === standsFor(control))
    if (other !== undefined)
      problems.push({
        path: ['control'],
        message: `"${control}" is the control of the experiment "${other.id}" already, and a session takes part in one; remove one of them`,
      })
    if (id.startsWith(canaryPrefix))
      problems.push({
        path: [],
        message: `the name "${id}" is that of a canary, which begins with ${canaryPrefix}; choose another`,
      })
    return problems.map(({ path, message }) => ({ path: ['experiments', id, ...path], message }))
  })
}

/** Limits that nothing can pass: what `checkPlan` refuses, said where the file has it. */
function ruleProblems(
  key: 'success' | 'guards',
  rules: ExperimentConfig['success'],
  mostUsdPerSession: number,
): Problem[] {
  return rules.flatMap(({ outcome, of, limit }, index) => {
    const most = outcome === 'quality' ? 1 : mostUsdPerSession
    const least = of === 'difference' ? -most : 0
    if (limit > least && limit < most) return []
    const passing = of === 'difference' ? 'difference' : 'mean'
    return [
      {
        path: [key, index, 'limit'],
        message: `${limit} is a limit that no ${passing} of ${outcome} can pass; it must be between ${least} and ${most}`,
      },
    ]
  })
}

function shadowProblems(config: Config, declared: DeclaredNames): Problem[] {
  const { shadow, store, server } = config
  if (shadow === null) return []
  const { judge, policies = [] } = shadow
  const problems: Problem[] = [
    ...(judge === onlyCheckers ? [] : missingModel(config, { path: ['judge'], name: judge }, declared)),
    ...policies.flatMap((name, index) =>
      name === 'auto' ? [] : missingPolicy({ path: ['policies', index], name }, declared),
    ),
  ]
  if (store === null)
    problems.push({ path: [], message: 'nothing keeps what shadow calls show while `store` is off' })
  if (server.forwardClientKey)
    problems.push({
      path: [],
      message:
        "server.forwardClientKey sends the clients' own keys, which must not pay for shadow calls: remove one of the two",
    })
  return problems.map(({ path, message }) => ({ path: ['shadow', ...path], message }))
}

function learnProblems({ learn, server, policies: configured }: Config, declared: DeclaredNames): Problem[] {
  const keys = server.keys.map(({ name }) => name)
  const policies = learn.policies.flatMap((name, index) =>
    name === 'auto' ? [] : missingPolicy({ path: ['policies', index], name }, declared),
  )
  const unlearned = learn.policies.flatMap((name, index) => {
    const kind = configured.find((policy) => policy.name === name)?.kind
    if (name === 'auto' || kind === undefined || kind === pair.kind) return []
    const message = `the policy "${name}" is of the kind ${kind}, and routers are trained for policies of the kind ${pair.kind} only; name such a policy or auto`
    return [{ path: ['policies', index], message }]
  })
  const trusted = learn.trustedKeys.flatMap((name, index) =>
    keys.includes(name)
      ? []
      : [
          {
            path: ['trustedKeys', index],
            message: `the configuration has no key "${name}".${nearestHint(name, keys) || ' `keys` is empty.'}`,
          },
        ],
  )
  return [...policies, ...unlearned, ...trusted].map(({ path, message }) => ({
    path: ['learn', ...path],
    message,
  }))
}

function missingModel(
  config: Config,
  { path, name }: PolicyReference,
  { providers, models }: DeclaredNames,
): Problem[] {
  if (models.includes(name) || referencedModel(name, config.models, providers) !== undefined) return []
  const hint = nearestHint(name, models) || ' `models` is empty.'
  return [{ path, message: `no model "${name}".${hint}` }]
}

function missingRouter({ path, name }: PolicyReference, { routers }: DeclaredNames): Problem[] {
  if (routers.includes(name)) return []
  return [{ path, message: `no router "${name}".${nearestHint(name, routers)}` }]
}

function autoProblems(
  config: Config,
  written: ConfigFile['auto'],
  kinds: readonly RouterKind[],
  declared: DeclaredNames,
): readonly Problem[] {
  const { auto } = config
  const { routers: names } = declared
  if (auto.kind === 'policy') return autoPolicyProblems(declared, auto.policy, written)
  const problems: Problem[] = []
  if (!names.includes(auto.router) && names.length > 0) {
    const isKind = findRouterKind(auto.router, kinds) !== undefined
    const kindHint = isKind ? ` Add \`${auto.router}: {}\` to routers.` : ''
    problems.push({
      path: ['auto', 'router'],
      message: `no router "${auto.router}".${nearestHint(auto.router, names)}${kindHint}`,
    })
  }
  if (written.threshold !== undefined && written.strongPercent !== undefined)
    problems.push({
      path: ['auto', 'strongPercent'],
      message: 'a threshold is given already; keep one of threshold and strongPercent',
    })
  return problems
}

function autoPolicyProblems(declared: DeclaredNames, policy: string, written: ConfigFile['auto']): Problem[] {
  const problems: Problem[] = (['router', 'threshold', 'strongPercent'] as const)
    .filter((key) => written[key] !== undefined)
    .map((key) => ({
      path: ['auto', key],
      message: `a policy is given already; keep one of policy and ${key}`,
    }))
  return [...problems, ...missingPolicy({ path: ['auto', 'policy'], name: policy }, declared)]
}
