import type { Certificate, CertificateEvidence } from '../../routing/certificate/certificate.ts'

/** What `routellm learn` or the page has put in service: the content of `routellm.lock.yaml`. Plain data. */
export type LockFile = {
  /** By the name of a configured policy, or `auto`. */
  readonly policies: Readonly<Record<string, LockedPolicy>>
}

export type LockedPolicy = {
  /** Takes the place of the policy's router and threshold; null: the configuration's stay. */
  readonly serving: LockedRouter | null
  /** Takes the place of the configuration's threshold, or tolerance, and leaves its router. Absent beside `serving`. */
  readonly threshold?: number
  /** Is tried on a share of the sessions before it takes that place. */
  readonly canary: LockedCanary | null
}

/** A trained router at a threshold, with what is promised of it. */
export type LockedRouter = {
  /** The name under which it is served: letters a-z, digits, _ and -. */
  readonly router: string
  /** The folder of the artifact, relative to the lock file. */
  readonly artifact: string
  /** `digestArtifact` of the folder. */
  readonly sha256: string
  /** The win rate from which the strong model of a pair answers; the tolerance of a policy that has one. */
  readonly threshold: number
  /** Absent: nothing is promised at this threshold. */
  readonly certificate?: Certificate
  /** Beside `certificate`. */
  readonly evidence?: CertificateEvidence
}

/** A router of a lock file with a promise. */
export type CertifiedRouter = LockedRouter & Required<Pick<LockedRouter, 'certificate' | 'evidence'>>

export function isCertified(locked: LockedRouter): locked is CertifiedRouter {
  return locked.certificate !== undefined && locked.evidence !== undefined
}

export type LockedCanary = LockedRouter & {
  /** Of the sessions, above 0 and below 1. */
  readonly share: number
  /** ISO 8601 in UTC: `2026-11-28T00:00:00Z`. */
  readonly since: string
  /** After so many sessions it is decided whether it takes the place of the router in service. */
  readonly sessions: number
}

export const lockFileName = 'routellm.lock.yaml'

/** A canary is an experiment of this name and its router's: `canary-learned-2026-11-28`. */
export const canaryPrefix = 'canary-'
