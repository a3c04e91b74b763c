import type { ModelPair } from '../../../routing/catalogue/model.ts'
import type { BaseEmbedder } from '../../../routing/routers/few_label/prompt-space.ts'
import type { Router } from '../../../routing/routers/router.ts'
import type { PriorRouter } from '../../training/few_label/prior.ts'

/** A router as a policy uses it: win rates from `threshold` on go to the strong model. */
export type ThresholdRouter = { readonly router: Router; readonly threshold: number }

export type CycleOptions = {
  readonly pair: ModelPair
  /** The name of the router to be trained. */
  readonly name: string
  /** Milliseconds since 1970: the day from which the certificate is valid. */
  readonly now: number
  /** The built-in embedder. */
  readonly embedder: BaseEmbedder
  /** The router without labels that training begins with; see `loadPriorRouter`. */
  readonly prior: PriorRouter
  /** A whole number. Default: 0. */
  readonly seed?: number
  /** Of the requests, at most this fraction may be lost: the weak model answers, and the strong one would have been better. Default: .05. */
  readonly maxLoss?: number
  /** Default: .95. */
  readonly confidence?: number
  /** The strong model is better if its score is higher by more than this. Default: .1. */
  readonly lossMargin?: number
  /** Quality that the candidate may lose against the router in service, 0 to 1. Default: .02. */
  readonly qualityMargin?: number
  /** Probability of a wrong promotion in all attempts together. Default: .05. */
  readonly errorRate?: number
  /** Attempts that share the error rate, such as the 30 nights of a month. Default: 1. */
  readonly attempts?: number
  /** Days of the certificate. Default: 30. */
  readonly validDays?: number
  /** Keys whose feedback decides. Default: none. */
  readonly trustedKeys?: readonly string[]
  /** Whether feedback without the name of a key decides, as that of a gateway without any keys. Default: false. */
  readonly trustsUnnamed?: boolean
  /** Labels that are trained on at most; the newest are taken. Time grows with their cube. Default: 1,500. */
  readonly mostTrained?: number
  readonly onProgress?: (progress: CycleProgress) => void
  /** Aborting rejects with `signal.reason`. */
  readonly signal?: AbortSignal
}

export type CycleProgress = {
  readonly stage: 'reading' | 'fitting' | 'scoring'
  readonly done: number
  readonly total: number
}
