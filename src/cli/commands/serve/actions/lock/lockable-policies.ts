import { createHash } from 'node:crypto'
import type { Config } from '../../../../../config/config.ts'
import { commandLineSource, demoSource } from '../../../../../config/demo.ts'
import type { LockedRoute } from '../../../../../config/lock/applied-lock.ts'
import { formatLocked } from '../../../../../config/lock/changes/change-lock.ts'
import type { LockedPolicy } from '../../../../../config/lock/lock-file.ts'
import { findPolicySpecs } from '../../../../../jobs/policies/open-policies.ts'
import { findPolicyKind, type PolicySpec } from '../../../../../routing/policies/registry.ts'
import type {
  LockablePolicy,
  OtherPolicy,
  PlannedShare,
} from '../../../../../server/admin/actions/lock-actions.ts'

/** Flags of the server that say what `auto` is, whatever a lock file says. */
export type AutoFlags = { readonly routers?: readonly string[]; readonly threshold?: number }

export type ListedPolicies = {
  readonly lockable: readonly LockablePolicy[]
  readonly others: readonly OtherPolicy[]
}

/**
 * The policies of a server, `auto` first.
 *
 * @param config what is served, with the lock file.
 * @param thresholds of policies whose settings leave them to the router's calibration, by name.
 */
export function listPolicies(
  config: Config,
  flags: AutoFlags,
  thresholds: ReadonlyMap<string, number>,
): ListedPolicies {
  const [lockable, others]: [LockablePolicy[], OtherPolicy[]] = [[], []]
  for (const spec of findPolicySpecs(config)) {
    const { name, kind: kindName, fallback: _, ...settings } = spec
    const kind = findPolicyKind(kindName)
    const description = kind.describe(settings)
    if (kind.threshold === undefined || kind.withLearned === undefined) {
      const candidates = kind.references(settings).models.map((model) => model.name)
      others.push({ name, kind: kindName, description, candidates })
      continue
    }
    const route = findRoute(config, spec)
    const { models, routers } = kind.references(settings)
    lockable.push({
      ...{ name: route.name, policy: route.policy, kind: kindName, description },
      router: routers[0]?.name ?? null,
      measure: kind.threshold.measure,
      threshold: kind.threshold.find(settings) ?? thresholds.get(name) ?? null,
      plannedShare: findPlannedShare(kind.threshold.findShare?.(settings) ?? null, route),
      settings: JSON.stringify([kindName, kind.threshold.set(settings, 0)]),
      isThresholdLocked: route.threshold !== undefined,
      problem: isAuto(config, spec) ? describeFlags(flags) : null,
      state: stateOf(route),
      candidates: models.map((model) => model.name),
      serving: route.serving,
      canary: route.canary,
    })
  }
  return {
    lockable: lockable.toSorted((a, b) => Number(b.name === 'auto') - Number(a.name === 'auto')),
    others,
  }
}

/** @param asked of the settings, which a lock file replaces. */
function findPlannedShare(asked: number | null, { serving }: LockedRoute): PlannedShare | null {
  if (asked !== null) return { share: asked, by: 'calibration', sessions: null }
  const { strongCallFraction: share, comparedSessions: sessions = null } = serving?.evidence ?? {}
  return share === undefined ? null : { share, by: 'comparison', sessions }
}

/** Identifies what a lock file has of a policy. */
export function stateOf({ serving, canary, threshold }: LockedPolicy): string {
  const locked = { serving, canary, ...(threshold !== undefined && { threshold }) }
  return createHash('sha256').update(formatLocked(locked)).digest('hex').slice(0, 16)
}

/** Why no lock file can be changed; null if one can. */
export function describeUnchangeable({ source }: Config, keeps: boolean): string | null {
  if (source === demoSource || source === commandLineSource)
    return 'The server runs without a configuration file, and only beside one does it follow changes that are made here. `routellm init` writes one.'
  return keeps
    ? null
    : 'The server keeps no requests (`store: off`, or --no-store), so who changes what could not be recorded.'
}

function describeFlags({ routers, threshold }: AutoFlags): string | null {
  const given = [
    ...(routers === undefined ? [] : ['--routers']),
    ...(threshold === undefined ? [] : ['--threshold']),
  ]
  return given.length === 0
    ? null
    : `The server was started with ${given.join(' and ')}, which says what auto is, whatever is changed here. Start it without.`
}

function isAuto({ auto }: Config, { name }: PolicySpec): boolean {
  return auto.kind === 'policy' ? auto.policy === name : name === 'auto'
}

/**
 * What the lock file has of a policy. The one that `auto` stands for is named so, unless the lock file has its own name, or
 * `learn.policies`: else its versions and events, which have the name that `learn` writes, would be of another after a roll back.
 */
function findRoute(config: Config, spec: PolicySpec): LockedRoute {
  const policy = config.auto.kind !== 'policy' && spec.name === 'auto' ? null : spec.name
  const found = config.lock?.routes.find((route) => route.policy === policy)
  const isNamedAuto = isAuto(config, spec) && !config.learn.policies.includes(spec.name)
  return found ?? { name: isNamedAuto ? 'auto' : spec.name, policy, serving: null, canary: null }
}
