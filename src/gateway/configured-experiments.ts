import type { AutoConfig, Config, ExperimentConfig } from '../config/config.ts'
import type { LockedRoute } from '../config/lock/applied-lock.ts'
import { toAuto, withLearnedRouter } from '../config/lock/apply-lock.ts'
import { canaryPrefix, type LockedCanary } from '../config/lock/lock-file.ts'
import type { Policy } from '../routing/policies/policy.ts'
import type { PolicySpec } from '../routing/policies/registry.ts'
import type { NamedExperiment } from './decide/experiments/experiments.ts'
import { autoName } from './decide/model-name.ts'

/** How the policies of canaries are made. */
export type CanaryParts = {
  createPolicies(specs: readonly PolicySpec[]): Promise<ReadonlyMap<string, Policy>>
  createAuto(auto: AutoConfig): Policy
}

/**
 * The experiments of a configuration, and after them the canaries of its lock file: a canary whose policy is the control of an
 * experiment waits until that has ended.
 */
export async function createExperiments(
  config: Config,
  policies: ReadonlyMap<string, Policy>,
  parts: CanaryParts,
): Promise<NamedExperiment[]> {
  const experiments = config.experiments.flatMap((experiment) => toNamedExperiment(experiment, policies))
  for (const route of config.lock?.routes ?? [])
    if (route.canary !== null) experiments.push(await createCanary(config, route, route.canary, parts))
  return experiments
}

function toNamedExperiment(
  { id, control, treatment: name, share, seed }: ExperimentConfig,
  policies: ReadonlyMap<string, Policy>,
): NamedExperiment[] {
  // The configuration has been checked, so the policy exists.
  const treatment = policies.get(name)
  return treatment === undefined ? [] : [{ id, control, treatment, share, seed }]
}

async function createCanary(
  { policies }: Config,
  { policy: name }: LockedRoute,
  canary: LockedCanary,
  { createPolicies, createAuto }: CanaryParts,
): Promise<NamedExperiment> {
  const experiment = { id: canaryId(canary), share: canary.share, seed: 0 }
  if (name === null) return { ...experiment, control: autoName, treatment: createAuto(toAuto(canary)) }
  const specs = policies.filter((each) => each.name === name)
  const learned = specs.flatMap((spec) => withLearnedRouter(spec, canary) ?? [])
  const treatment = (await createPolicies(learned)).get(name)
  if (treatment === undefined) throw new Error(`the lock file's policy ${name} has not been checked`)
  return { ...experiment, control: name, treatment }
}

/** The name of a canary's experiment in records and replies. */
export function canaryId({ router }: Pick<LockedCanary, 'router'>): string {
  return `${canaryPrefix}${router}`
}
