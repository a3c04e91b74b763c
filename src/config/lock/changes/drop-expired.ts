import { certificateStatus } from '../../../routing/certificate/certificate.ts'
import { isCertified, type LockedRouter } from '../lock-file.ts'

/**
 * A router of a lock file as it is put in service: without its certificate if that has expired, because it promises nothing then.
 *
 * @param nowMs milliseconds since 1970.
 */
export function dropExpired<Locked extends LockedRouter>(locked: Locked, nowMs: number): Locked {
  if (!isExpired(locked, nowMs)) return locked
  const { certificate: _certificate, evidence: _evidence, ...uncertified } = locked
  return uncertified as Locked
}

/** A sentence about the promise if it has expired; else empty. It begins with a space. */
export function describeExpired(locked: LockedRouter, nowMs: number): string {
  return isExpired(locked, nowMs)
    ? ` Its certificate expired on ${locked.certificate!.validUntil}, so it promises nothing.`
    : ''
}

function isExpired(locked: LockedRouter, nowMs: number): boolean {
  return isCertified(locked) && certificateStatus(locked.certificate, nowMs).kind === 'expired'
}
