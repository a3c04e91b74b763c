import type { RouteStatus } from '../../../../gateway/certificates/certificate-watch.ts'
import type { Alert } from '../alert.ts'

/** Says what has changed about certificates since the check before. */
export type CertificateRule = {
  /** @param days before the end of a certificate from which it is said. */
  check(statuses: readonly RouteStatus[], days: number): readonly Alert[]
}

export function createCertificateRule(): CertificateRule {
  let active = new Map<string, Alert>()
  return {
    check(statuses, days) {
      const now = new Map(
        statuses.flatMap((each) => findAlerts(each, days)).map((alert) => [alert.key, alert]),
      )
      const begun = [...now.values()].filter(({ key }) => !active.has(key))
      const ended = [...active.values()]
        .filter(({ key }) => !now.has(key))
        .map((alert) => ({ ...alert, state: 'resolved' as const, summary: `No longer: ${alert.summary}` }))
      active = now
      return [...begun, ...ended]
    },
  }
}

function findAlerts({ name, router, certificate, status }: RouteStatus, days: number): Alert[] {
  const { validUntil } = certificate
  const about = { policy: name, router, validUntil }
  const what = `The certificate of ${name} (router ${router})`
  switch (status.kind) {
    case 'valid':
      if (status.daysLeft > days) return []
      return [
        {
          event: 'certificate',
          key: `certificate:${name}:${validUntil}:soon`,
          state: 'firing',
          summary: `${what} ends on ${validUntil}, in ${status.daysLeft} days. Run routellm learn for a new one.`,
          details: { daysLeft: status.daysLeft, ...about },
        },
      ]
    case 'expired':
      return [
        {
          event: 'certificate',
          key: `certificate:${name}:${validUntil}`,
          state: 'firing',
          summary: `${what} has ended on ${validUntil}. Run routellm learn for a new one.`,
          details: about,
        },
      ]
    case 'drifted':
      return status.alarms.map(({ figure }) => ({
        event: 'drift',
        key: `drift:${name}:${router}:${figure}`,
        state: 'firing',
        summary: `The traffic of ${name} has drifted from what the router ${router} was calibrated on (${figure}). Its certificate does not hold: label recent requests and run routellm learn.`,
        details: { figure, ...about },
      }))
  }
}
