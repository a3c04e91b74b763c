import { formatPercent } from '../../../../src/base/text/format/format-number.ts'
import type { Certificate } from '../../../../src/routing/certificate/certificate.ts'

/** What becomes of the certificate in service. */
export function describeCertificates(
  old: Certificate | null,
  then: Certificate | null,
  isSameRouter: boolean,
): string {
  if (old === null)
    return then === null
      ? 'There is no certificate before or after this change.'
      : `A certificate is in service again: ${describeCertificate(then)}.`
  if (then === null)
    return `The certificate in service ends (${describeCertificate(old)}). After this change no limit of the loss is guaranteed.`
  return isSameRouter && isSame(old, then)
    ? `The certificate stays: ${describeCertificate(then)}.`
    : `The certificate in service (${describeCertificate(old)}) is replaced by another: ${describeCertificate(then)}.`
}

function isSame(one: Certificate, other: Certificate): boolean {
  return describeCertificate(one) === describeCertificate(other) && one.labels === other.labels
}

function describeCertificate({ maxLoss, confidence, validUntil }: Certificate): string {
  return `at most ${formatPercent(maxLoss)} of requests lost, ${formatPercent(confidence)} confidence, until ${validUntil}`
}
