import { referencedModel } from '../config/model-reference.ts'
import { ConfigError } from '../errors.ts'
import { createDecider, type Decider } from '../gateway/decide/decider.ts'
import type { Model } from '../routing/catalogue/model.ts'
import { loadRouter, routerSpec } from '../routing/routers/registry.ts'
import { isClosableRouter, type Router } from '../routing/routers/router.ts'
import { ownModel, ownProviderName, type RoutingOptions } from './options.ts'

/** The client's routers, and the decisions that are made with them. The client itself sends the requests. */
export type LoadedRouters = {
  readonly routers: ReadonlyMap<string, Router>
  readonly decider: Decider
}

export type RouterLoading = {
  /**
   * Loads the routers on the first call. Calls that wait for the same attempt share its failure; the next call tries
   * again.
   */
  load(): Promise<LoadedRouters>
  /** Closes the routers that hold a thread, if any were loaded. A later call loads them again. */
  close(): Promise<void>
}

export function createRouterLoading(options: RoutingOptions): RouterLoading {
  const pair = findPair(options)
  let loading: Promise<LoadedRouters> | undefined
  return {
    load() {
      loading ??= loadRouters(options, pair).catch((error: unknown) => {
        loading = undefined
        throw error
      })
      return loading
    },
    async close() {
      const loaded = loading
      loading = undefined
      // Routers that could not be loaded need no closing, and their callers have the error.
      const { routers } = (await loaded?.catch(() => undefined)) ?? { routers: new Map<string, Router>() }
      await Promise.all([...routers.values()].filter(isClosableRouter).map((router) => router.close()))
    },
  }
}

/** The two models. @throws ConfigError if they are missing or the same, or if a provider has no base URL. */
export function findPair(options: RoutingOptions): { strong: Model; weak: Model } {
  for (const [name, provider] of Object.entries(options.providers ?? {}))
    if (!/^https?:\/\/[^\s/]/.test(provider.baseURL ?? ''))
      throw new ConfigError(
        'bad-base-url',
        `providers.${name}.baseURL ${JSON.stringify(provider.baseURL)} must start with http:// or https:// and name a host`,
        { param: `providers.${name}.baseURL` },
      )
  const strong = findModel('strongModel', options)
  const weak = findModel('weakModel', options)
  if (strong.provider === weak.provider && strong.upstream === weak.upstream)
    throw new ConfigError(
      'one-model',
      `strongModel and weakModel are both ${strong.name}; a pair needs two models`,
      { param: 'weakModel' },
    )
  return { strong, weak }
}

function findModel(option: 'strongModel' | 'weakModel', options: RoutingOptions): Model {
  const name = options[option]
  if (typeof name !== 'string' || name === '')
    throw new ConfigError(
      'missing-model',
      `${option} is missing; name a model, as in ${option}: 'openai/gpt-5'`,
      {
        param: option,
      },
    )
  const providers = [ownProviderName, ...Object.keys(options.providers ?? {})]
  return referencedModel(name, [], providers) ?? ownModel(name)
}

async function loadRouters(
  options: RoutingOptions,
  pair: { strong: Model; weak: Model },
): Promise<LoadedRouters> {
  const { embedderOptions = {}, hub = {}, inference, autoThreshold, promptRule } = options
  const dependencies = { embedderOptions, hub, ...(inference !== undefined && { inference }) }
  const specs = (options.routers ?? ['mf']).map((name) => routerSpec(name))
  const routers = await Promise.all(specs.map((spec) => loadRouter(spec, dependencies)))
  const first = routers[0]
  if (first === undefined)
    throw new ConfigError('no-router', "routers is empty; name at least one, as in routers: ['mf']", {
      param: 'routers',
    })
  const decider = createDecider({
    routers,
    providers: [...new Set([pair.strong.provider, pair.weak.provider])],
    models: [pair.strong, pair.weak],
    pair: { strong: pair.strong.name, weak: pair.weak.name },
    auto:
      autoThreshold === undefined
        ? { kind: 'router-default', router: first.name }
        : { kind: 'threshold', router: first.name, threshold: autoThreshold },
    ...(promptRule !== undefined && { promptRule }),
  })
  return { routers: new Map(routers.map((router) => [router.name, router])), decider }
}
