import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import type { Certificate, CertificateEvidence } from '../../../routing/certificate/certificate.ts'
import type { Router } from '../../../routing/routers/router.ts'
import type { LabelSource } from '../labelled-request.ts'
import type { Promotion } from '../promotion/decide-promotion.ts'

export type CycleResult = {
  readonly promoted: boolean
  /** One or two sentences; of a refusal, every reason. */
  readonly why: string
  readonly labels: CycleLabels
  /** Null if nothing could be trained, or no threshold keeps the promise. */
  readonly candidate: CycleCandidate | null
  /** The candidate less the router in service, on the comparison part; null if there is no candidate. */
  readonly comparison: CycleComparison | null
}

/** What was done with the rows: plain counts. */
export type CycleLabels = {
  readonly total: number
  readonly bySource: Readonly<Record<LabelSource, number>>
  readonly training: PartCount
  readonly calibration: PartCount
  readonly comparison: PartCount
  /** Rows of the training part that it did not use, and rows that could not decide for a reason other than their part. */
  readonly leftOut: Readonly<Record<LeftOut, number>>
}

export type PartCount = { readonly requests: number; readonly sessions: number }

/**
 * Why a row does not decide (it may be trained on all the same), or is not trained on:
 * - `untrusted`: implicit signals, and feedback of a key that is not trusted or has no name.
 * - `one-outcome`: the outcome of one model of the pair only. `unpriced`: dollars of a model are not known.
 * - `not-scored`: the router in service or the candidate cannot score it, because no text of it is kept.
 * - `thinned`: it was likelier to be labelled than others. `key-share`: its key has more than its share of the feedback.
 * - `tells-nothing`: neither trained on nor deciding, because it has no outcome of the weak model, no text and no vector, or no weight.
 * - `older`: there were more labels to train on than are taken.
 */
export type LeftOut =
  | 'untrusted'
  | 'one-outcome'
  | 'unpriced'
  | 'not-scored'
  | 'thinned'
  | 'key-share'
  | 'tells-nothing'
  | 'older'

export type CycleCandidate = {
  readonly artifact: RouterArtifact
  /** The artifact's router, ready to score. */
  readonly router: Router
  readonly threshold: number
  readonly certificate: Certificate
  readonly evidence: CertificateEvidence
}

export type CycleComparison = Pick<Promotion, 'sessions' | 'quality' | 'usd'> & {
  readonly requests: number
  /** Means of a session with each of the two. */
  readonly candidate: ComparedRouter
  readonly inService: ComparedRouter
}

export type ComparedRouter = {
  readonly router: string
  readonly threshold: number
  readonly quality: number
  readonly usd: number
  /** Of the requests, 0 to 1. */
  readonly strongCallFraction: number
}
