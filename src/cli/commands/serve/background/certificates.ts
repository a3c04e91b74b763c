import type { Config } from '../../../../config/config.ts'
import {
  type CertificateWatch,
  createCertificateWatch,
  type RouteStatus,
} from '../../../../gateway/certificates/certificate-watch.ts'
import { findCertifiedRoutes } from '../../../../gateway/certificates/find-certified-routes.ts'
import type { CertificateStatus } from '../../../../routing/certificate/certificate.ts'
import type { ServerLog } from '../../../../server/inference/exchange.ts'
import type { PolicyFigures } from '../../../../server/operations/metrics/sources/policy-metrics.ts'

/** The certificates of what a server has in service. */
export type Certificates = Pick<CertificateWatch, 'observe' | 'statuses' | 'setAlarm'> & {
  /** What is served from now on. */
  configure(config: Config): Promise<void>
  figures(): readonly PolicyFigures[]
  close(): void
}

const checkEveryMs = 60_000

/** @param onCertificate is called when a certificate expires, drifts, or is valid again; the log has it besides. */
export function createCertificates(
  log: ServerLog,
  onCertificate: (status: RouteStatus) => void = () => {},
): Certificates {
  const watch = createCertificateWatch(Date.now, (status) => {
    const { name, router } = status
    log.warn({ policy: name, router }, describeStatus(status.status))
    onCertificate(status)
  })
  const timer = setInterval(() => watch.check(), checkEveryMs).unref()
  return {
    observe: watch.observe,
    statuses: watch.statuses,
    setAlarm: watch.setAlarm,
    async configure({ lock }) {
      watch.configure(await findCertifiedRoutes(lock))
    },
    figures: () => watch.statuses().map(toFigures),
    close: () => clearInterval(timer),
  }
}

function describeStatus(status: CertificateStatus): string {
  switch (status.kind) {
    case 'valid':
      return 'the certificate of the router in service holds again'
    case 'expired':
      return `the certificate of the router in service has expired on ${status.since}; run \`routellm learn\` for a new one`
    case 'drifted': {
      const figures = status.alarms.map(({ figure }) => figure).join(', ')
      return `the traffic is no longer what the certificate of the router in service was made of (${figures}); label recent requests and run \`routellm learn\``
    }
  }
}

function toFigures({ name, certificate, status, drift }: RouteStatus): PolicyFigures {
  return {
    policy: name,
    certificate: {
      endsAt: Date.parse(`${certificate.validUntil}T00:00:00Z`),
      holds: status.kind === 'valid',
    },
    drift,
    quality: null,
  }
}
