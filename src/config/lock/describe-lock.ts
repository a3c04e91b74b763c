import { formatPercent } from '../../base/text/format/format-number.ts'
import { formatSetting } from '../../base/text/format/format-setting.ts'
import type { Certificate } from '../../routing/certificate/certificate.ts'
import type { LockedRoute } from './applied-lock.ts'
import type { LockedCanary, LockedRouter } from './lock-file.ts'

/**
 * What a lock file has put in service for a policy, for a person: `learned-1 at the threshold 0.31, certified to lose at most
 * 5 % of requests (95 % confidence, 612 labels, until 2026-12-28)`.
 */
export function describeRoute({ serving, canary, threshold }: LockedRoute): string {
  return [
    ...(serving === null ? [] : [describeLocked(serving)]),
    ...(threshold === undefined
      ? []
      : [`the router of the configuration at the threshold ${formatSetting(threshold)}`]),
    ...(canary === null ? [] : [describeCanary(canary)]),
  ].join('; ')
}

function describeLocked({ router, threshold, certificate }: LockedRouter): string {
  const promise = certificate === undefined ? 'without a certificate' : describeCertificate(certificate)
  return `${router} at the threshold ${formatSetting(threshold)}, ${promise}`
}

function describeCanary(canary: LockedCanary): string {
  const { share, sessions, since } = canary
  return `canary for ${formatPercent(share)} of sessions since ${since.slice(0, 10)}, to be decided after ${sessions}: ${describeLocked(canary)}`
}

function describeCertificate({ maxLoss, confidence, labels, validUntil }: Certificate): string {
  return `certified to lose at most ${formatPercent(maxLoss)} of requests (${formatPercent(confidence)} confidence, ${labels} labels, until ${validUntil})`
}
