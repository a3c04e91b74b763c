import type { Interval } from '../../base/math/statistics/quantile.ts'

/** Which kept requests of a policy two versions of it decide differently, and what that costs. Plain data. */
export type PolicyDifference = {
  readonly policy: string
  readonly from: ComparedVersion
  readonly to: ComparedVersion
  readonly strong: string
  readonly weak: string
  /** Compared: the newest ones that both can score. */
  readonly requests: number
  readonly sessions: number
  /** Times of the oldest and the newest one, milliseconds since 1970; null if there are none. */
  readonly time: Interval | null
  /** Neither a text nor a vector of them is kept that both routers could score. */
  readonly notScored: number
  /** By the model of `from`, then that of `to`. */
  readonly table: {
    readonly strongStrong: number
    readonly strongWeak: number
    readonly weakStrong: number
    readonly weakWeak: number
  }
  readonly usd: DifferenceUsd
  /** The most requests first. */
  readonly tasks: readonly TaskDifference[]
  /** Those that change their model, the newest first, at most 200. */
  readonly moved: readonly MovedRequest[]
}

export type ComparedVersion = {
  /** As it was asked for: `serving`, `learned-2026-11-28@0.4`. */
  readonly version: string
  readonly router: string
  readonly threshold: number
}

/** Of the requests with known tokens and prices. */
export type DifferenceUsd = {
  readonly from: number
  readonly to: number
  /** `to` less `from`. */
  readonly difference: number
  /** 95 %, sessions being the independent units; null with too few of them. */
  readonly interval: Interval | null
  readonly unpriced: number
}

export type TaskDifference = {
  /** Null: not known. */
  readonly task: string | null
  readonly requests: number
  readonly toStrong: number
  readonly toWeak: number
}

export type MovedRequest = {
  readonly id: string
  readonly time: number
  readonly task: string | null
  /** The beginning of the prompt; null if its text is not kept. */
  readonly prompt: string | null
  /** Win rates of the strong model. */
  readonly winRates: { readonly from: number; readonly to: number }
  readonly moves: 'to-strong' | 'to-weak'
  /** What it costs more; null if that is not known. */
  readonly usd: number | null
}
