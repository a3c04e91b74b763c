import { createRandom } from '../../base/math/random.ts'
import {
  type Certificate,
  type CertificateStatus,
  certificateStatus,
  type DriftFigure,
  figureFalseAlarmRate,
} from '../../routing/certificate/certificate.ts'
import { createDistributionDrift } from '../../routing/certificate/drift/distribution-drift.ts'
import type { DriftAlarm, DriftDetector } from '../../routing/certificate/drift/drift-detector.ts'
import { createMeanDrift } from '../../routing/certificate/drift/mean-drift.ts'
import type { RequestRecord } from '../request-record.ts'

/** A router in service with a promise. */
export type CertifiedRoute = {
  /** As the lock file names it: `auto`, or a policy. */
  readonly name: string
  /** The policy as records have it. */
  readonly policy: string | null
  readonly router: string
  /** Of the artifact: another one is watched anew. */
  readonly sha256: string
  readonly threshold: number
  readonly certificate: Certificate
  /** Win rates of the prompts that the router was calibrated on; fewer than 50 are no reference. */
  readonly reference: readonly number[]
  /** Fraction of the sessions that the strong model answers, 0 to 1, when the certificate was made. */
  readonly strongShare: number
}

/** What is known of the promise of a route. */
export type RouteStatus = {
  readonly name: string
  readonly router: string
  readonly threshold: number
  readonly certificate: Certificate
  readonly status: CertificateStatus
  /** What detectors watch, and whether each has raised an alarm. */
  readonly drift: Readonly<Partial<Record<DriftFigure, boolean>>>
  /** Sessions that have been watched since the server started, or since the route is served. */
  readonly sessions: number
  /** Requests since then that were decided at another threshold because a budget was spent too fast: the promise is not about them. */
  readonly paced: number
}

/** Watches whether certificates hold. State is in memory: a restart begins anew. */
export type CertificateWatch = {
  /** Takes a finished request. Of each session the first counts; constant time. */
  observe(record: WatchedRecord): void
  /** The routes that are served from now on. One that stays as it is, is watched on. */
  configure(routes: readonly CertifiedRoute[]): void
  /** Sets or takes back an alarm of a detector elsewhere, such as one of the quality of labelled sessions. */
  setAlarm(name: string, figure: DriftFigure, alarm: DriftAlarm | null): void
  /** Looks whether a certificate has expired. */
  check(): void
  statuses(): readonly RouteStatus[]
}

/** What is read of a request. */
export type WatchedRecord = Pick<
  RequestRecord,
  'session' | 'strongWinRate' | 'router' | 'policy' | 'experiment' | 'pace'
>

/** Sessions that are watched with full attention; a tenth of them costs little. */
const plannedSessions = 20_000
/** How far the share of strong calls may wander: as far as win rates may without an alarm. */
const shareTolerance = 0.1
/** Sessions of a route whose first request is remembered. */
const mostSessions = 50_000

/**
 * @param now milliseconds since 1970.
 * @param onChange is called when the kind of a status changes, and not for a route that begins as valid.
 */
export function createCertificateWatch(
  now: () => number,
  onChange: (status: RouteStatus) => void,
): CertificateWatch {
  let watched: readonly WatchedRoute[] = []

  function report(route: WatchedRoute): void {
    const status = route.status(now())
    if (status.status.kind === route.reported) return
    route.reported = status.status.kind
    onChange(status)
  }

  return {
    observe(record) {
      if (watched.length === 0 || record.strongWinRate === null) return
      const { strongWinRate, router, policy, experiment, pace } = record
      if (experiment?.arm === 'treatment') return
      for (const route of watched) {
        if (route.of.router !== router || route.of.policy !== policy) continue
        if (pace !== null) route.addPaced()
        if (route.add(record.session, strongWinRate)) report(route)
        return
      }
    },
    configure(routes) {
      watched = routes.map((of) => watched.find((each) => isSame(each.of, of)) ?? watchRoute(of))
      for (const route of watched) report(route)
    },
    setAlarm(name, figure, alarm) {
      for (const route of watched)
        if (route.of.name === name) {
          route.setAlarm(figure, alarm)
          report(route)
        }
    },
    check() {
      for (const route of watched) report(route)
    },
    statuses: () => watched.map((route) => route.status(now())),
  }
}

type WatchedRoute = {
  readonly of: CertifiedRoute
  /** The kind that was last told. */
  reported: CertificateStatus['kind']
  /** False for a session that has been added. @param session null: a request is a session of its own. */
  add(session: string | null, strongWinRate: number): boolean
  addPaced(): void
  setAlarm(figure: DriftFigure, alarm: DriftAlarm | null): void
  status(now: number): RouteStatus
}

function watchRoute(of: CertifiedRoute): WatchedRoute {
  const detectors = createDetectors(of)
  const further: Partial<Record<DriftFigure, DriftAlarm>> = {}
  const seen = new Set<string>()
  let [sessions, paced] = [0, 0]

  function findAlarms(): Partial<Record<DriftFigure, DriftAlarm | null>> {
    const alarms: Partial<Record<DriftFigure, DriftAlarm | null>> = { ...further }
    for (const { figure, detector } of detectors) alarms[figure] ??= detector.alarm()
    return alarms
  }

  return {
    of,
    reported: 'valid',
    add(session, strongWinRate) {
      if (session !== null) {
        if (seen.has(session)) return false
        seen.add(session)
        // The oldest one comes first.
        if (seen.size > mostSessions) seen.delete(seen.values().next().value!)
      }
      sessions++
      for (const { detector, toValue } of detectors) detector.add(toValue(strongWinRate))
      return true
    },
    addPaced() {
      paced++
    },
    setAlarm(figure, alarm) {
      if (alarm === null) delete further[figure]
      else further[figure] = alarm
    },
    status(now) {
      const alarms = findAlarms()
      const { name, router, threshold, certificate } = of
      return {
        ...{ name, router, threshold, certificate, sessions, paced },
        status: certificateStatus(certificate, now, alarms),
        drift: Object.fromEntries(Object.entries(alarms).map(([figure, alarm]) => [figure, alarm !== null])),
      }
    },
  }
}

type WatchedFigure = {
  readonly figure: DriftFigure
  readonly detector: DriftDetector<unknown>
  toValue(strongWinRate: number): number
}

const fewestReferences = 50

function createDetectors({ reference, threshold, strongShare }: CertifiedRoute): WatchedFigure[] {
  const options = { falseAlarmRate: figureFalseAlarmRate, planned: plannedSessions }
  const detectors: WatchedFigure[] = []
  if (reference.length >= fewestReferences)
    detectors.push({
      figure: 'scores',
      // Its seed has no influence on the false alarm rate.
      detector: createDistributionDrift({ ...options, reference: [reference], random: createRandom(1) }),
      toValue: (strongWinRate) => strongWinRate,
    })
  const [least, most] = [strongShare - shareTolerance, strongShare + shareTolerance]
  if (least > 0 || most < 1)
    detectors.push({
      figure: 'strong-share',
      detector: createMeanDrift({ ...options, ...(least > 0 && { least }), ...(most < 1 && { most }) }),
      toValue: (strongWinRate) => (strongWinRate >= threshold ? 1 : 0),
    })
  return detectors
}

function isSame(one: CertifiedRoute, other: CertifiedRoute): boolean {
  return (
    one.name === other.name &&
    one.sha256 === other.sha256 &&
    one.threshold === other.threshold &&
    one.certificate.validUntil === other.certificate.validUntil &&
    one.policy === other.policy &&
    one.router === other.router
  )
}
