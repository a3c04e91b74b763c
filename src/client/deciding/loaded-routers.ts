import { addListPricesAt } from '../../config/prices/add-list-prices.ts'
import { ConfigError } from '../../errors.ts'
import { createDecider, type Decider } from '../../gateway/decide/decider.ts'
import { findFollowUpReader } from '../../routing/follow-ups/follow-up-reader.ts'
import { loadRouter, routerSpec } from '../../routing/routers/registry.ts'
import { isClosableRouter, type Router } from '../../routing/routers/router.ts'
import type { Sessions } from '../../routing/sessions/sessions.ts'
import { findTaskReader } from '../../routing/tasks/task-reader.ts'
import type { ClientModels } from '../client-models.ts'
import { createClientSessions } from '../client-sessions.ts'
import type { RouterOptions } from './router-options.ts'

/** The client's routers, and the decisions that are made with them. The client itself sends the requests. */
export type LoadedRouters = {
  readonly routers: ReadonlyMap<string, Router>
  readonly decider: Decider
}

/** The pair, and where the providers are, by name. */
export type ClientPlaces = {
  readonly pair: Pick<ClientModels, 'strong' | 'weak'>
  readonly baseUrls: ReadonlyMap<string, string>
}

export type RouterLoading = {
  /** The conversations of the decisions; null if they are off. Closing keeps them. */
  readonly sessions: Sessions | null
  /**
   * Loads the routers on the first call. Calls that wait for the same attempt share its failure; the next call tries
   * again.
   *
   * @param onWarning called with what does not stop the loading, such as a missing file without which follow-ups are
   *   recognised less well.
   */
  load(onWarning: (message: string) => void): Promise<LoadedRouters>
  /** Closes the routers that hold a thread, if any were loaded. A later call loads them again. */
  close(): Promise<void>
}

export function createRouterLoading(options: RouterOptions, { pair, baseUrls }: ClientPlaces): RouterLoading {
  let loading: Promise<LoadedRouters> | undefined
  const sessions = createClientSessions(options)
  return {
    sessions,
    load(onWarning) {
      loading ??= loadRouters(options, { pair, baseUrls, sessions, onWarning }).catch((error: unknown) => {
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

async function loadRouters(
  options: RouterOptions,
  {
    pair,
    baseUrls,
    sessions,
    onWarning,
  }: ClientPlaces & {
    readonly sessions: Sessions | null
    readonly onWarning: (message: string) => void
  },
): Promise<LoadedRouters> {
  const { hub = {}, inference, autoThreshold, promptRule } = options
  const embedderOptions = { ...options.embedderOptions, shared: new Map() }
  const dependencies = { embedderOptions, hub, onWarning, ...(inference !== undefined && { inference }) }
  const specs = (options.routers ?? ['mf']).map((name) => routerSpec(name))
  const named = [pair.strong, pair.weak]
  const [{ models }, taskReader, followUpReader, ...routers] = await Promise.all([
    addListPricesAt(named, baseUrls, new Date()),
    findTaskReader(embedderOptions, onWarning),
    findFollowUpReader(embedderOptions, onWarning),
    ...specs.map((spec) => loadRouter(spec, dependencies)),
  ])
  const first = routers[0]
  if (first === undefined)
    throw new ConfigError('no-router', "routers is empty; name at least one, as in routers: ['mf']", {
      param: 'routers',
    })
  const decider = createDecider({
    routers,
    providers: [...new Set([pair.strong.provider, pair.weak.provider])],
    models,
    pair: { strong: pair.strong.name, weak: pair.weak.name },
    auto:
      autoThreshold === undefined
        ? { kind: 'router-default', router: first.name }
        : { kind: 'threshold', router: first.name, threshold: autoThreshold },
    ...(promptRule !== undefined && { promptRule }),
    ...(taskReader !== undefined && { taskReader }),
    ...(followUpReader !== undefined && { followUpReader }),
    ...(sessions !== null && { sessions }),
  })
  return { routers: new Map(routers.map((router) => [router.name, router])), decider }
}
