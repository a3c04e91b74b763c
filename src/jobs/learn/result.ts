import type { CycleComparison, CycleLabels } from '../../learning/loop/cycle/cycle-result.ts'
import type { Certificate, CertificateEvidence } from '../../routing/certificate/certificate.ts'

export type LearnResult = {
  readonly policy: string
  /** - `promoted`, `canary`, `refused`: of a new router. `canary-promoted`, `canary-removed`, `canary-running`: of the one on trial. `rolled-back`, `nothing-to-roll-back`. */
  readonly outcome: LearnOutcome
  /** Whether a router took the place of the one in service. */
  readonly promoted: boolean
  readonly why: string
  /** The lock file. */
  readonly lock: string
  /** The router in service from now on; null: that of the configuration. */
  readonly router: string | null
  /** Of a run that trained. */
  readonly labels: CycleLabels | null
  readonly comparison: CycleComparison | null
  /** What was trained; null if nothing was, or no threshold keeps the promise. */
  readonly candidate: LearnedCandidate | null
  /** Sessions of a canary so far. */
  readonly canary: CanaryProgress | null
  readonly dryRun: boolean
}

export type LearnOutcome =
  | 'promoted'
  | 'canary'
  | 'refused'
  | 'canary-promoted'
  | 'canary-removed'
  | 'canary-running'
  | 'rolled-back'
  | 'nothing-to-roll-back'

export type LearnedCandidate = {
  readonly router: string
  /** The folder of the artifact, relative to the lock file; null if it was not kept. */
  readonly artifact: string | null
  readonly threshold: number
  readonly certificate: Certificate
  readonly evidence: CertificateEvidence
}

export type CanaryProgress = {
  readonly router: string
  readonly sessions: { readonly control: number; readonly treatment: number }
  /** Of the treatment, after which it is decided. */
  readonly needed: number
}
