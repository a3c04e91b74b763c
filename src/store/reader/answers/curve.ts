import type { Model } from '../../../routing/catalogue/model.ts'
import type { RequestSummary } from '../answers.ts'

/** The requests of a policy, as its router scored them, and what could have answered them. */
export type CurveQuery = {
  readonly from: number
  /** Exclusive. */
  readonly to: number
  readonly key?: string | undefined
  readonly tag?: string | undefined
  /** As requests record it; null: none, but the router. */
  readonly policy: string | null
  /** Null: a table scores. */
  readonly router: string | null
  readonly measure: 'threshold' | 'tolerance'
  /** What is served; null: that of the last request. */
  readonly setting: number | null
  /** With their prices; of a pair the strong one first. */
  readonly models: readonly Model[]
  /** Settings that are to have a point, exactly. */
  readonly exactly?: readonly number[]
  /** Models of which each is to answer everything. Default: none. */
  readonly always?: readonly Model[]
  /** Whose feedback counts as labels: `learn.trustedKeys`. */
  readonly trust: FeedbackTrust
}

export type FeedbackTrust = {
  readonly trustedKeys: readonly string[]
  /** Whether feedback without the name of a key counts: of a gateway that needs no keys. */
  readonly trustsUnnamed: boolean
}

type Interval = readonly [number, number]

/** What requests would have cost, and how well they would have been answered, at each threshold or tolerance. */
export type Curve = {
  /** All that are counted, and of them those that are the same at each setting. */
  readonly requests: number
  /** Decided against the comparison: by their conversation, or because a budget that was spent too fast had raised the threshold. */
  readonly held: number
  /** Without scores: the router failed, or one model alone could answer. */
  readonly unscored: number
  /** Without known dollars. They count as requests, and in no sum of dollars. */
  readonly unpriced: number
  /** Requests of the same policy that other routers have scored: not counted. The router with the most first. */
  readonly otherRouters: readonly OtherRouter[]
  readonly sessions: number | null
  /** What they really cost. */
  readonly paidUsd: number
  /** Whether each was decided at what is served now. */
  readonly isServedThroughout: boolean
  /** By rising setting, at most 201 and those that were asked for. */
  readonly points: readonly CurvePoint[]
  /** The place of what is served now. */
  readonly served: number
  readonly free: FreeShare
  readonly labels: CurveLabels
  /** In the order of the question. */
  readonly always: readonly AlwaysPoint[]
  /** Null: the prices of a model are not known. */
  readonly unpricedModel: string | null
}

export type CurvePoint = {
  readonly setting: number
  readonly usd: number
  /** 95 %, sessions being the independent units; null with too few of them, or if they were not counted. */
  readonly usdInterval: Interval | null
  /** Of `usd` less that of what is served now, by the differences of the same sessions; null also if few sessions differ. */
  readonly changeInterval: Interval | null
  /** Of 1 − `usd` over that of the first point; null also if few sessions differ. */
  readonly savedInterval: Interval | null
  /** Requests for the strong model of a pair, or for the candidate with the best score. */
  readonly strong: number
  /** Of the share of such requests. */
  readonly strongInterval: Interval | null
  /** Mean score of the answers, from 0 to 1; null without labels. */
  readonly quality: number | null
  readonly qualityInterval: Interval | null
  /** Of the quality at the first point less that of this one; null also if few sessions differ. */
  readonly lossInterval: Interval | null
}

/** The requests of a pair that the threshold alone decides, at what is served now. */
export type FreeShare = Pick<CurvePoint, 'strong' | 'strongInterval'> & { readonly requests: number }

export type OtherRouter = {
  readonly router: string
  readonly requests: number
  /** What was paid for them, as far as it is known. */
  readonly usd: number
}

/** The same requests if one model answered each of them, once. */
export type AlwaysPoint = {
  readonly model: string
  /** Null: the model has no price. */
  readonly usd: number | null
  readonly usdInterval: Interval | null
  /** Of `usd` less that of what is served now. */
  readonly changeInterval: Interval | null
  /** By the `labels` that have a score for it. */
  readonly quality: number | null
  readonly qualityInterval: Interval | null
  readonly labels: number
}

export type CurveLabels = {
  /** Requests whose labels have a score for each model that the setting chooses between. */
  readonly used: number
  readonly sessions: number
  /** Whether they were drawn, so that each counts 1/p. If not, people chose what to judge. */
  readonly areDrawn: boolean
  /** Labels that say nothing of one of the models. */
  readonly ofOneModel: number
  /** Requests with `scores` in feedback that is not trusted: not used. */
  readonly untrusted: number
}

/** Which requests a threshold gives to the other model of a pair. */
export type CurveMovesQuery = Omit<CurveQuery, 'setting' | 'exactly' | 'always' | 'trust'> & {
  readonly served: number
  readonly setting: number
}

export type CurveMoves = {
  /** Nearest to what is served first; at most 50. */
  readonly requests: readonly RequestSummary[]
  /** Of the latest so many requests of the time. */
  readonly searched: number
}
