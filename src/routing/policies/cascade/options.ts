import type { Router } from '../../routers/router.ts'
import type { MeasuredVerifier } from '../../verifiers/verifier.ts'
import type { ObservedCandidate } from '../observations/expected-call.ts'

export type CascadeOptions = {
  readonly name: string | null
  readonly verifier: MeasuredVerifier
  /** In [0, 1]: from this win rate of the strong model over the weak one's answer on, the strong model answers. */
  readonly threshold: number
  /** Scores the prompt first; null: what the verifier does on average decides for all requests. */
  readonly router: Router | null
  /** From this win rate by the prompt on the strong model answers at once. */
  readonly hardFrom: number
  /** Below this win rate by the prompt the weak model's answer is not read. */
  readonly easyBelow: number
  readonly timeoutMs: number
  /** Further answers of the weak model, which the verifier compares. */
  readonly samples: number
  /** The strong model and the weak one with what is known of their calls. */
  readonly candidates: readonly [strong: ObservedCandidate, weak: ObservedCandidate]
  /** See `RouteLimits`; null: no limit. */
  readonly maxSeconds: number | null
  readonly routerTimeoutMs: number
}
