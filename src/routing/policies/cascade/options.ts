import type { Model } from '../../catalogue/model.ts'
import type { Router } from '../../routers/router.ts'
import type { Verifier } from '../../verifiers/verifier.ts'

export type CascadeOptions = {
  readonly name: string | null
  readonly strong: Model
  readonly weak: Model
  readonly verifier: Verifier
  /** In [0, 1]: from this win rate of the strong model over the weak one's answer on, the strong model answers. */
  readonly threshold: number
  /** Scores the prompt first; null: every request is a cascade, if that saves dollars. */
  readonly router: Router | null
  /** From this win rate by the prompt on the strong model answers at once. */
  readonly hardFrom: number
  /** Below this win rate by the prompt the weak model's answer is not read. */
  readonly easyBelow: number
  readonly timeoutMs: number
  /** Further answers of the weak model, which the verifier compares. */
  readonly samples: number
  /** Expected tokens of a reply. */
  readonly outputTokens: number
  readonly routerTimeoutMs: number
}
