import type { Config } from '../../../../config/config.ts'
import {
  type CertificateWatch,
  createCertificateWatch,
  type RouteStatus,
} from '../../../../gateway/certificates/certificate-watch.ts'
import { findCertifiedRoutes } from '../../../../gateway/certificates/find-certified-routes.ts'
import type { CertificateStatus } from '../../../../routing/certificate/certificate.ts'
import type { ServerLog } from '../../../../server/inference/exchange-context.ts'
import type { PolicyFigures } from '../../../../server/operations/metrics/sources/policy-metrics.ts'

/** The certificates of what a server has in service. */
export type Certificates = Pick<CertificateWatch, 'observe' | 'statuses' | 'setAlarm'> & {
  /** What is served from now on. */
  configure(config: Config): Promise<void>
  figures(): readonly PolicyFigures[]
  /** Whether a detector of any of them has raised an alarm. */
  isDrifting(): boolean
  close(): void
}

const checkEveryMs = 60_000

/** @param onCertificate is called when a certificate expires, drifts, or is valid again; the log has it besides. */
export function createCertificates(
  log: ServerLog,
  onCertificate: (status: RouteStatus) => void = () => {},
): Certificates {
  let selects = false
  const watch = createCertificateWatch(Date.now, (status) => {
    const { name, router } = status
    log.warn({ policy: name, router }, describeStatus(status.status, selects))
    onCertificate(status)
  })
  const timer = setInterval(() => watch.check(), checkEveryMs).unref()
  return {
    observe: watch.observe,
    statuses: watch.statuses,
    setAlarm: watch.setAlarm,
    async configure({ lock, labels, store }) {
      selects = labels !== null && store !== null
      watch.configure(await findCertifiedRoutes(lock))
    },
    figures: () => watch.statuses().map(toFigures),
    isDrifting: () => watch.statuses().some(({ drift }) => Object.values(drift).includes(true)),
    close: () => clearInterval(timer),
  }
}

/** @param selects whether the server puts requests up for a label. */
function describeStatus(status: CertificateStatus, selects: boolean): string {
  switch (status.kind) {
    case 'valid':
      return 'the certificate of the router in service holds again'
    case 'expired':
      return `the certificate of the router in service has expired on ${status.since}; run \`routellm learn\` for a new one`
    case 'drifted': {
      const figures = status.alarms.map(({ figure }) => figure).join(', ')
      return `the traffic is no longer what the certificate of the router in service was made of (${figures}); ${selects ? 'answer what `routellm labels list` shows: the server puts requests unlike the labelled ones up first' : 'run `routellm labels select --drifting` and answer what `routellm labels list` shows'}, then run \`routellm learn\``
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
