import { canaryPrefix } from '../../../src/config/lock/lock-file.ts'

/** Whether an experiment of a request is the trial of a router; the configuration gives no other this name. */
export function isCanary(experiment: string): boolean {
  return experiment.startsWith(canaryPrefix)
}

/** What the arm of a session had to do with the decision, as a sentence. */
export function describeArm(experiment: string, arm: string | null): string {
  if (!isCanary(experiment)) {
    const ofArm = arm === null ? '' : `, in the ${arm} arm, whose policy decided`
    return `Its session takes part in the experiment ${experiment}${ofArm}.`
  }
  const router = experiment.slice(canaryPrefix.length)
  const ofArm =
    arm === null ? '' : arm === 'treatment' ? ': the canary decided' : ': the router in service decided'
  return `Its session takes part in the trial of the canary ${router}${ofArm}.`
}
