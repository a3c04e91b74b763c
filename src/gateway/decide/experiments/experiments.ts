import { ConfigError } from '../../../errors.ts'
import type { Policy } from '../../../routing/policies/policy.ts'
import { autoName } from '../model-name.ts'
import type { DrawnArm } from './drawn-arm.ts'
import { sessionFraction } from './session-fraction.ts'

/** Two policies that are compared on live sessions. */
export type ExperimentArms = {
  /** Is part of the hash that assigns sessions, so that experiments are independent. */
  readonly id: string
  /** What is in service; requests for it take part. */
  readonly control: Policy
  readonly treatment: Policy
  /** Of the sessions, for the treatment; between 0 and 1. */
  readonly share: number
  readonly seed: number
}

/** An experiment whose control is `auto` or the name of a policy. */
export type NamedExperiment = Omit<ExperimentArms, 'control'> & { readonly control: string }

/** The policy of a session, and the arm that it is of. */
export type ArmPolicy = { readonly policy: Policy; readonly experiment: DrawnArm }

/**
 * Assigns a session to an arm of the experiment that its policy is the control of: always to the same one, on every replica.
 * Null if the policy takes part in none. Of several experiments of a policy the first that is not stopped takes its sessions.
 *
 * @param isStopped whether everyone gets the control again; is asked for each request.
 */
export function createArmOf(
  experiments: readonly ExperimentArms[],
  isStopped: (id: string) => boolean,
): (policy: Policy, session: string) => ArmPolicy | null {
  const ofControl = new Map<Policy, ExperimentArms[]>()
  for (const experiment of experiments)
    ofControl.set(experiment.control, [...(ofControl.get(experiment.control) ?? []), experiment])
  return (policy, session) => {
    const experiment = ofControl.get(policy)?.find(({ id }) => !isStopped(id))
    if (experiment === undefined) return null
    const { id, treatment, share, seed } = experiment
    return sessionFraction(seed, id, session) < share
      ? { policy: treatment, experiment: { id, arm: 'treatment' } }
      : { policy, experiment: { id, arm: 'control' } }
  }
}

/** @throws ConfigError `bad-experiment` for a control that is no policy. */
export function findControl(
  { id, control }: NamedExperiment,
  auto: Policy,
  policies: ReadonlyMap<string, Policy>,
): Policy {
  const policy = control === autoName ? auto : policies.get(control)
  if (policy !== undefined) return policy
  throw new ConfigError(
    'bad-experiment',
    `The experiment "${id}" names the control "${control}", which is not configured. Policies: ${[...policies.keys()].join(', ') || 'none'}.`,
    { param: `experiments.${id}.control` },
  )
}
