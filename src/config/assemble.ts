import { omitUndefined } from '../base/settings/omit-undefined.ts'
import type { ProviderConfig } from '../providers/registry.ts'
import type { Model } from '../routing/catalogue/model.ts'
import { resolveModelReference } from '../routing/catalogue/model-reference.ts'
import { findPolicyKind, type PolicyKinds, type PolicySpec } from '../routing/policies/registry.ts'
import type { RouterSpec } from '../routing/routers/registry.ts'
import type { RouterKind } from '../routing/routers/router-kind.ts'
import {
  type AlertsConfig,
  type AutoConfig,
  type ClientKey,
  type Config,
  type EmbedderConfig,
  onlyCheckers,
  type StoreConfig,
} from './config.ts'
import { demoModels, demoProviders } from './demo.ts'
import { energyOf } from './energy/energy-of.ts'
import { parseRouters, type ResolvePath } from './parse-routers.ts'
import type { Problem } from './problems.ts'
import type { ConfigFile } from './schema/schema.ts'

/** Where a configuration comes from. */
export type ConfigOrigin = {
  /** For messages. */
  readonly source: string
  readonly resolvePath: ResolvePath
}

/** The configuration that a file describes, with the problems of its routers; `crossCheck` checks the rest. */
export function assembleConfig(
  file: ConfigFile,
  { source, resolvePath }: ConfigOrigin,
  kinds: readonly RouterKind[],
  policyKinds?: PolicyKinds,
): { readonly config: Config; readonly problems: readonly Problem[] } {
  const isOwn = file.models !== undefined || file.providers !== undefined
  const providers = isOwn ? providersOf(file) : demoProviders
  const models = isOwn ? modelsOf(file) : demoModels
  const { routers, problems } = parseRouters(file.routers, resolvePath, kinds)
  const policies = policiesOf(file)
  const judge = file.shadow === undefined || file.shadow.judge === onlyCheckers ? [] : [file.shadow.judge]
  const referenced = [
    file.policy.strong,
    file.policy.weak,
    ...referencedModels(policies, policyKinds),
    ...judge,
  ]
  const config = {
    source,
    server: { ...file.server, keys: keysOf(file), limits: file.limits },
    providers,
    models: withReferencedModels(referenced, models, providers),
    routers,
    policy: file.policy,
    policies,
    auto: autoOf(file.auto, routers),
    embedder: embedderOf(file.embedder),
    prompt: file.prompt,
    sessions: typeof file.sessions === 'object' ? file.sessions : null,
    store: storeOf(file.store, resolvePath),
    alerts: file.alerts === undefined ? null : alertsOf(file.alerts),
    telemetry: file.telemetry,
    metrics: file.metrics.module === undefined ? {} : { module: resolvePath(file.metrics.module) },
    energy: energyOf(file.energy),
    experiments: Object.entries(file.experiments ?? {}).map(([id, experiment]) => ({ id, ...experiment })),
    exploration: file.exploration ?? null,
    shadow: file.shadow ?? null,
    learn: file.learn,
    labels: file.labels ?? null,
    lock: null,
    keyFile: null,
  }
  return { config, problems }
}

function alertsOf(alerts: NonNullable<ConfigFile['alerts']>): AlertsConfig {
  return { ...alerts, webhooks: alerts.webhooks.map((webhook) => omitUndefined(webhook)) }
}

function storeOf(file: ConfigFile['store'], resolvePath: ConfigOrigin['resolvePath']): StoreConfig | null {
  if (typeof file !== 'object') return null
  const { path, text, features, days, bytes, journalBytes } = file
  return {
    folder: resolvePath(path),
    text,
    features,
    journalBytes,
    ...(days !== undefined && { days }),
    ...(bytes !== undefined && { bytes }),
  }
}

/**
 * The models, and those that policies name as `provider/upstream name`: each is one model with its limits and prices,
 * whichever policy names it. Names that stand for no model are left to `crossCheck`.
 */
function withReferencedModels(
  references: readonly string[],
  models: readonly Model[],
  providers: readonly ProviderConfig[],
): readonly Model[] {
  const all = new Map(models.map((model) => [model.name, model]))
  const names = providers.map((provider) => provider.name)
  for (const name of references) {
    const reference = resolveModelReference(name, (each) => all.get(each), names)
    if (reference.kind === 'model') all.set(reference.model.name, reference.model)
  }
  return [...all.values()]
}

function referencedModels(policies: readonly PolicySpec[], kinds?: PolicyKinds): string[] {
  return policies.flatMap(({ name: _, kind, ...settings }) =>
    findPolicyKind(kind, kinds)
      .references(settings)
      .models.map(({ name }) => name),
  )
}

/** `auto` with its defaults. Without a policy and a router: `mf`, or else the first router, at its default threshold. */
export function autoOf(
  auto: {
    policy?: string | undefined
    router?: string | undefined
    threshold?: number | undefined
    strongPercent?: number | undefined
  },
  routers: readonly RouterSpec[],
): AutoConfig {
  if (auto.policy !== undefined) return { kind: 'policy', policy: auto.policy }
  const router =
    auto.router ?? (routers.some(({ name }) => name === 'mf') ? 'mf' : (routers[0]?.name ?? 'mf'))
  if (auto.threshold !== undefined) return { kind: 'threshold', router, threshold: auto.threshold }
  if (auto.strongPercent === undefined) return { kind: 'router-default', router }
  return { kind: 'strong-percent', router, strongPercent: auto.strongPercent }
}

/** OpenAI's key is the default at OpenAI's own address only. */
function embedderOf(given: ConfigFile['embedder']): EmbedderConfig {
  // The section's schema is built from the kinds of embedder, so these are settings of a kind.
  const embedder = given as EmbedderConfig
  const { baseUrl, apiKeyEnv = baseUrl === undefined ? 'OPENAI_API_KEY' : undefined } = embedder
  return omitUndefined({ ...embedder, baseUrl: baseUrl?.replace(/\/+$/, ''), apiKeyEnv })
}

function providersOf(file: ConfigFile): ProviderConfig[] {
  return Object.entries(file.providers ?? {}).map(([name, provider]) => {
    const { baseUrl } = provider as { readonly baseUrl?: string }
    // The file's schema is built from the kinds, so an entry that passed it holds the settings of a kind.
    return omitUndefined({ name, ...provider, baseUrl: baseUrl?.replace(/\/+$/, '') }) as ProviderConfig
  })
}

function keysOf(file: ConfigFile): ClientKey[] {
  return Object.entries(file.keys ?? {}).map(([name, key]) => ({ name, ...key }))
}

function policiesOf(file: ConfigFile): PolicySpec[] {
  return Object.entries(file.policies ?? {}).map(([name, policy]) => ({ ...policy, name }))
}

function modelsOf(file: ConfigFile): Model[] {
  return Object.entries(file.models ?? {}).map(([name, model]) =>
    omitUndefined({ name, ...model, upstream: model.upstream ?? name }),
  )
}
