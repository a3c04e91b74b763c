import { certificateStatus } from '../../../routing/certificate/certificate.ts'
import type { ThresholdSetting } from '../../../routing/policies/policy-kind.ts'
import { type CertifiedRouter, isCertified, type LockedRouter } from '../lock-file.ts'

/**
 * A router of a lock file at another threshold, with what is promised of it there: a certificate belongs to the threshold that it was
 * made for, and holds at those at which no more requests can be lost, until it expires.
 *
 * @param known the same router at other thresholds, such as at those before. The certificate of the nearest one that holds is taken.
 * @param nowMs milliseconds since 1970.
 */
export function atThreshold(
  { router, artifact, sha256 }: LockedRouter,
  threshold: number,
  known: readonly LockedRouter[],
  { keepsPromise }: Pick<ThresholdSetting, 'keepsPromise'>,
  nowMs: number,
): LockedRouter {
  const changed = { router, artifact, sha256, threshold }
  const held = known
    .filter(isCertified)
    .filter((each) => each.sha256 === sha256 && keepsPromise(each.threshold, threshold))
    .filter(({ certificate }) => certificateStatus(certificate, nowMs).kind === 'valid')
    .toSorted((a, b) => Math.abs(a.threshold - threshold) - Math.abs(b.threshold - threshold))[0]
  if (held === undefined) return changed
  return { ...changed, ...(held.threshold === threshold ? promiseOf(held) : movedPromise(held)) }
}

function promiseOf({ certificate, evidence }: CertifiedRouter): object {
  return { certificate, evidence }
}

/** The bound holds there too. How many labels were lost, and who answered them, was counted at the other threshold. */
function movedPromise({ certificate, evidence: { against, apgr, lossBound } }: CertifiedRouter): object {
  return { certificate, evidence: { against, apgr, ...(lossBound !== undefined && { lossBound }) } }
}
