import { referencedModel } from '../config/model-reference.ts'
import { ConfigError } from '../errors.ts'
import { createGateway, type Gateway } from '../gateway/gateway.ts'
import { createDemoProvider } from '../providers/demo/provider.ts'
import type { Model } from '../routing/catalogue/model.ts'
import { loadRouter, routerSpec } from '../routing/routers/registry.ts'
import { isCalibratedRouter, type Router } from '../routing/routers/router.ts'
import { ownModel, ownProviderName, type RoutingOptions } from './options.ts'

/** Routers that are loaded, and the decisions made with them. Requests are sent by the client, not by the gateway. */
export type RouterPool = {
  readonly routers: ReadonlyMap<string, Router>
  readonly gateway: Gateway
}

export type RouterLoading = {
  /**
   * Loads the routers when they are first asked for, once. A failure is told to everybody who waits for that
   * attempt; the next call tries again.
   */
  load(): Promise<RouterPool>
  /** Closes the routers that hold a thread, if any were loaded. A later call loads them again. */
  close(): Promise<void>
}

export function createRouterLoading(options: RoutingOptions): RouterLoading {
  const pair = pairOf(options)
  let loading: Promise<RouterPool> | undefined
  return {
    load() {
      loading ??= load(options, pair).catch((error: unknown) => {
        loading = undefined
        throw error
      })
      return loading
    },
    async close() {
      const loaded = loading
      loading = undefined
      // Routers that could not be loaded need no closing; whoever asked for them was told.
      const pool = await loaded?.catch(() => undefined)
      await pool?.gateway.close()
    },
  }
}

/** The two models. Throws `ConfigError` where they are missing or the same, or a provider has no base URL. */
export function pairOf(options: RoutingOptions): { strong: Model; weak: Model } {
  for (const [name, provider] of Object.entries(options.providers ?? {}))
    if (!/^https?:\/\/[^\s/]/.test(provider.baseURL ?? ''))
      throw new ConfigError(
        'bad-base-url',
        `providers.${name}.baseURL ${JSON.stringify(provider.baseURL)} must start with http:// or https:// and name a host`,
        { param: `providers.${name}.baseURL` },
      )
  const strong = modelOf('strongModel', options)
  const weak = modelOf('weakModel', options)
  if (strong.provider === weak.provider && strong.upstream === weak.upstream)
    throw new ConfigError(
      'one-model',
      `strongModel and weakModel are both ${strong.name}; a pair needs two models`,
      { param: 'weakModel' },
    )
  return { strong, weak }
}

function modelOf(option: 'strongModel' | 'weakModel', options: RoutingOptions): Model {
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

async function load(options: RoutingOptions, pair: { strong: Model; weak: Model }): Promise<RouterPool> {
  const { embedderOptions = {}, hub = {}, inference } = options
  const dependencies = { embedderOptions, hub, ...(inference !== undefined && { inference }) }
  const specs = (options.routers ?? ['mf']).map((name) => routerSpec(name))
  const routers = await Promise.all(specs.map((spec) => loadRouter(spec, dependencies)))
  const first = routers[0]
  if (first === undefined)
    throw new ConfigError('no-router', "routers is empty; name at least one, as in routers: ['mf']", {
      param: 'routers',
    })
  const names = new Set([pair.strong.provider, pair.weak.provider])
  const gateway = createGateway({
    routers,
    // Only the names count: this gateway decides and never forwards.
    providers: [...names].map((name) => createDemoProvider({ name })),
    models: [pair.strong, pair.weak],
    pair: { strong: pair.strong.name, weak: pair.weak.name },
    auto: autoOf(first, options.autoThreshold),
    ...(options.promptRule !== undefined && { promptRule: options.promptRule }),
  })
  return { routers: new Map(routers.map((router) => [router.name, router])), gateway }
}

function autoOf(router: Router, threshold: number | undefined) {
  return threshold === undefined && isCalibratedRouter(router)
    ? ({ kind: 'strong-percent', router: router.name, strongPercent: 50 } as const)
    : ({ kind: 'threshold', router: router.name, threshold: threshold ?? 0.5 } as const)
}
