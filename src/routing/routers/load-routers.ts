import { ConfigError, RouteLLMError } from '../../errors.ts'
import { loadRouter, type RouterSpec } from './registry.ts'
import { isClosableRouter, type Router } from './router.ts'
import type { RouterDependencies } from './router-kind.ts'

/**
 * Loads several routers at the same time. If one fails, the others are closed.
 *
 * @throws what `loadRouter` throws if one fails, ConfigError `routers-unloadable` with all reasons if several do.
 */
export async function loadRouters(
  specs: readonly RouterSpec[],
  dependencies: RouterDependencies,
): Promise<readonly Router[]> {
  const loads = await Promise.allSettled(specs.map((spec) => loadRouter(spec, dependencies)))
  const routers = loads.flatMap((load) => (load.status === 'fulfilled' ? [load.value] : []))
  const failures = loads.flatMap((load, index) =>
    load.status === 'rejected' ? [{ name: specs[index]!.name, error: load.reason as unknown }] : [],
  )
  if (failures.length === 0) return routers
  await Promise.all(routers.filter(isClosableRouter).map((router) => router.close()))
  const unexpected = failures.find(({ error }) => !(error instanceof RouteLLMError))
  throw failures.length === 1 || unexpected !== undefined
    ? (unexpected ?? failures[0]!).error
    : unloadable(failures, specs.length)
}

function unloadable(
  failures: readonly { readonly name: string; readonly error: unknown }[],
  routers: number,
): ConfigError {
  const reasons = failures.map(
    ({ name, error }) => `\n  ${name}: ${error instanceof Error ? error.message : String(error)}`,
  )
  return new ConfigError(
    'routers-unloadable',
    `${failures.length} of ${routers} routers cannot be loaded:${reasons.join('')}`,
    { cause: failures[0]!.error },
  )
}
