import { dirname, resolve } from 'node:path'
import { nearestHint } from '../../base/settings/nearest-name.ts'
import {
  findPolicyKind,
  type PolicyKinds,
  type PolicySpec,
  policyKinds,
} from '../../routing/policies/registry.ts'
import type { RouterSpec } from '../../routing/routers/registry.ts'
import type { AutoConfig, Config } from '../config.ts'
import { configError, type Problem } from '../problems.ts'
import type { LockedRoute } from './applied-lock.ts'
import type { LockedPolicy, LockedRouter, LockFile } from './lock-file.ts'

/**
 * The configuration with the routers of a lock file: in the places of those of its policies, and beside them for canaries,
 * which the gateway tries on their share of the sessions. A lock file for `auto` changes the policy that `auto` stands for, if
 * it is one.
 *
 * @param file the lock file's path: artifacts are relative to its folder.
 * @throws ConfigError `invalid-lock`: policies that do not exist or have no router, names of routers that are taken.
 */
export function applyLock(
  config: Config,
  lock: LockFile,
  file: string,
  kinds: PolicyKinds = policyKinds,
): Config {
  const problems: Problem[] = []
  const routes: LockedRoute[] = []
  let changed = config
  for (const [name, locked] of Object.entries(lock.policies)) {
    const route = findRoute(config, name, locked)
    const found = 'message' in route ? [route] : findProblems(changed, route, file, kinds)
    problems.push(...found.map(({ path, message }) => ({ path: ['policies', name, ...path], message })))
    if (found.length > 0 || 'message' in route) continue
    const other = routes.find(({ policy }) => policy === route.policy)
    if (other !== undefined)
      problems.push({
        path: ['policies', name],
        message: `is the same policy as "${other.name}"; keep one of them`,
      })
    routes.push(route)
    changed = withRoute(changed, route, file, kinds)
  }
  if (problems.length > 0)
    throw configError(problems, { source: file, lineOf: () => undefined }, 'invalid-lock')
  return { ...changed, lock: { file, routes } }
}

/** The settings of a policy with a locked router; undefined if its kind has none that could be replaced. */
export function withLearnedRouter(
  { name, kind: kindName, fallback, ...settings }: PolicySpec,
  { router, threshold }: LockedRouter,
  kinds: PolicyKinds = policyKinds,
): PolicySpec | undefined {
  const kind = findPolicyKind(kindName, kinds)
  const learned = kind.withLearned?.(settings, { router, threshold })
  return learned && { ...learned, name, kind: kindName, ...(fallback !== undefined && { fallback }) }
}

/** The settings of a policy with its own router at another threshold; undefined if its kind has none. */
export function withThreshold(
  { name, kind: kindName, fallback, ...settings }: PolicySpec,
  threshold: number,
  kinds: PolicyKinds = policyKinds,
): PolicySpec | undefined {
  const changed = findPolicyKind(kindName, kinds).threshold?.set(settings, threshold)
  return changed && { ...changed, name, kind: kindName, ...(fallback !== undefined && { fallback }) }
}

function findRoute({ auto, policies }: Config, name: string, locked: LockedPolicy): LockedRoute | Problem {
  if (name === 'auto') {
    const policy = auto.kind === 'policy' ? auto.policy : null
    return { name, policy, ...locked }
  }
  const names = policies.map((policy) => policy.name)
  if (names.includes(name)) return { name, policy: name, ...locked }
  const hint = nearestHint(name, names) || ' `policies` of the configuration is empty.'
  return {
    path: [],
    message: `the configuration has no policy "${name}".${hint} Remove it from the lock file`,
  }
}

function findProblems(
  { routers, policies }: Config,
  { policy, serving, canary, threshold }: LockedRoute,
  file: string,
  kinds: PolicyKinds,
): Problem[] {
  const problems: Problem[] = []
  const spec = policies.find(({ name }) => name === policy)
  if (threshold !== undefined)
    problems.push(
      ...findThresholdProblems(spec, threshold, (of) => withThreshold(of, threshold, kinds), kinds).map(
        (message) => ({ path: ['threshold'], message }),
      ),
    )
  if (serving !== null && serving.router === canary?.router && serving.artifact !== canary.artifact)
    problems.push({
      path: ['canary', 'router'],
      message: `"${canary.router}" is the name of the router in service too; rename one of them`,
    })
  for (const [path, locked] of [
    [[], serving],
    [['canary'], canary],
  ] as const) {
    if (locked === null) continue
    const known = routers.find(({ name }) => name === locked.router)
    if (known !== undefined && known.artifact !== toRouterSpec(locked, file).artifact)
      problems.push({
        path: [...path, 'router'],
        message: `"${locked.router}" is the name of another router, ${known.artifact ?? known.kind ?? 'of the configuration'}; rename one of them`,
      })
    problems.push(
      ...findThresholdProblems(
        spec,
        locked.threshold,
        (of) => withLearnedRouter(of, locked, kinds),
        kinds,
      ).map((message) => ({ path: [...path, 'threshold'], message })),
    )
  }
  return problems
}

function findThresholdProblems(
  spec: PolicySpec | undefined,
  threshold: number,
  change: (spec: PolicySpec) => PolicySpec | undefined,
  kinds: PolicyKinds,
): string[] {
  if (spec === undefined) return threshold > 1 ? [`${threshold} is too large: at most 1`] : []
  const changed = change(spec)
  if (changed === undefined)
    return [
      `"${spec.name}" is a policy of the kind ${spec.kind}, which has no router and threshold to replace; remove it from the lock file`,
    ]
  const { name: _, kind, fallback: __, ...settings } = changed
  const parsed = findPolicyKind(kind, kinds).settings.safeParse(settings)
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => message)
}

function withRoute(config: Config, route: LockedRoute, file: string, kinds: PolicyKinds): Config {
  const { policy, serving, canary, threshold } = route
  const routers = [serving, canary]
    .filter((locked) => locked !== null)
    .reduce((all, locked) => withRouter(all, toRouterSpec(locked, file)), config.routers)
  if (policy === null) return { ...config, routers, auto: changeAuto(config.auto, route) }
  const change = (spec: PolicySpec) =>
    serving !== null
      ? withLearnedRouter(spec, serving, kinds)
      : threshold !== undefined
        ? withThreshold(spec, threshold, kinds)
        : undefined
  const policies = config.policies.map((each) => (each.name === policy ? (change(each) ?? each) : each))
  return { ...config, routers, policies }
}

function changeAuto(auto: AutoConfig, { serving, threshold }: LockedRoute): AutoConfig {
  if (serving !== null) return toAuto(serving)
  if (threshold === undefined || auto.kind === 'policy') return auto
  return { kind: 'threshold', router: auto.router, threshold }
}

export function toAuto({ router, threshold }: LockedRouter): AutoConfig {
  return { kind: 'threshold', router, threshold }
}

function withRouter(routers: readonly RouterSpec[], router: RouterSpec): readonly RouterSpec[] {
  return routers.some(({ name }) => name === router.name) ? routers : [...routers, router]
}

function toRouterSpec({ router, artifact }: LockedRouter, file: string): RouterSpec & { artifact: string } {
  return { name: router, artifact: resolve(dirname(file), artifact) }
}
