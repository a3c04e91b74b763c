import type { DecidedPace } from '../../gateway/decide/decided-pace.ts'
import type { SavingBasis } from '../../gateway/savings/saving-basis.ts'
import type { Savings } from '../../gateway/savings/savings-sum.ts'
import type { StoredSessionDecision } from '../entries/session-decision.ts'
import type { TraceText } from './answers/trace.ts'

/** What the store answers to the page: plain data. Dollars are USD, times are milliseconds since 1970. */

/** Which requests: of a time, and of the names that are given. */
export type UsageFilter = {
  readonly from: number
  /** Exclusive. */
  readonly to: number
  readonly key?: string | undefined
  readonly tag?: string | undefined
  readonly policy?: string | undefined
  readonly model?: string | undefined
}

export type UsageSums = {
  readonly requests: number
  /** With a status from 400. */
  readonly errors: number
  /** Another model than the chosen one answered, or the safest one because the router failed. */
  readonly fallbacks: number
  /** Without a known cost; `usd` leaves them out. */
  readonly unpriced: number
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
  readonly usd: number
  /** Of the gateway itself, added up: from the whole request received until it was sent upstream. */
  readonly overheadMs: number
}

/** An empty name: the request has none. */
export type NamedSums = UsageSums & { readonly name: string }

export type Usage = {
  readonly total: UsageSums
  /** Of the fallbacks, those that were answered with a status below 400. */
  readonly rescued: number
  /** In their order; a bucket without requests is absent. */
  readonly buckets: readonly UsageBucket[]
  readonly bucketMs: number
  /** Most requests first. */
  readonly models: readonly NamedSums[]
  readonly tasks: readonly NamedSums[]
  readonly policies: readonly NamedSums[]
  readonly keys: readonly NamedSums[]
}

export type UsageBucket = UsageSums & {
  readonly time: number
  /** Of the fallbacks, those that were answered with a status below 400. */
  readonly rescued: number
  /** Requests by model. */
  readonly models: Readonly<Record<string, number>>
}

/** Milliseconds, to 5 %, of requests that were answered; null if there are none. */
export type LatencyAnswer = {
  readonly total: Percentiles | null
  /** Until the head of the reply came from the upstream. */
  readonly firstByte: Percentiles | null
}

export type Percentiles = { readonly p50: number; readonly p95: number }

export type SavingQuery = { readonly filter: UsageFilter; readonly basis: SavingBasis }

export type Saving = {
  /** Of the requests alone. */
  readonly savings: Savings
  /** Dollars of routers, shadow calls and judges. Shadow calls are left out if only some requests are asked for. */
  readonly overheadUsd: number
  /** The models that the requests are compared with. */
  readonly baselines: readonly string[]
  /** Net of `overheadUsd`; negative if routing cost more. */
  readonly savedUsd: number
  readonly savedInterval: readonly [number, number] | null
  /** The saved part of the baseline's dollars; null if there are none. */
  readonly fraction: number | null
  readonly fractionInterval: readonly [number, number] | null
}

/** What requests of a time can be filtered by. The empty name stands for requests without. */
export type Names = Readonly<Record<'models' | 'tasks' | 'policies' | 'keys' | 'tags', readonly string[]>>

export type RequestFilter = Partial<{
  readonly [Name in keyof UsageFilter]: UsageFilter[Name] | undefined
}> & {
  readonly task?: string | undefined
  readonly session?: string | undefined
  /** `ok` is below 400, `error` from 400, a number is itself. */
  readonly status?: 'ok' | 'error' | number | undefined
  /** Only those that another model answered than was chosen. */
  readonly fallback?: boolean | undefined
  /** The id of the gateway or of the upstream, or its beginning. */
  readonly id?: string | undefined
  /** The cursor of the page before. */
  readonly before?: number | undefined
  readonly limit: number
}

export type RequestConditions = Omit<RequestFilter, 'limit'>

export type RequestPage = {
  readonly requests: readonly RequestSummary[]
  /** For the next page; null: there is none. */
  readonly next: number | null
}

export type RequestSummary = {
  readonly id: string
  readonly time: number
  readonly path: string
  readonly status: number
  readonly stream: boolean
  readonly model: string | null
  readonly task: string | null
  readonly policy: string | null
  readonly router: string | null
  readonly threshold: number | null
  readonly strongWinRate: number | null
  readonly fallback: string | null
  readonly attempts: number
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly usd: number | null
  readonly totalMs: number
  readonly session: string | null
  readonly key: string | null
  readonly experiment: string | null
  /** Whether its text was kept. Its file may be gone. */
  readonly hasText: boolean
}

/** All that is kept of a request. */
export type RequestTrace = RequestSummary & {
  readonly upstreamId: string | null
  readonly protocol: string | null
  readonly upstream: string | null
  /** What raised the threshold. Null: nothing, or it was not recorded. */
  readonly pace: DecidedPace | null
  readonly side: string | null
  /** The code of the error that the gateway itself answered with. Null: it did not, or that was not recorded. */
  readonly error: string | null
  readonly overBudget: string | null
  readonly cachedInputTokens: number | null
  readonly cacheWriteTokens: number | null
  readonly chargedUsd: number | null
  readonly overheadMs: number | null
  readonly queuedMs: number | null
  readonly firstByteMs: number | null
  readonly tags: readonly string[]
  /** Empty: the request named its model. */
  readonly candidates: readonly TraceCandidate[]
  /** Every call of a model, the one that answered first. */
  readonly calls: readonly TraceCall[]
  readonly arm: string | null
  readonly signal: { readonly kind: string; readonly requestId: string | null } | null
  readonly feedback: readonly TraceFeedback[]
  readonly labels: readonly TraceLabel[]
  /** Whether it waits for a person's label. */
  readonly waitsForLabel: boolean
  /** What its session did to the policy's choice. Null: it was not recorded, or there was nothing to do. */
  readonly sessionDecision: StoredSessionDecision | null
  /** The probability with which its model was to be chosen. Null: nothing was drawn by chance. */
  readonly propensity: number | null
  /** The reasoning effort that the gateway set; null if it set none, or if that was not recorded. */
  readonly effort: string | null
  /** Of its session, in the order of their times: those around it. Empty without a session. */
  readonly turns: readonly RequestSummary[]
  /** Null if none is kept, or if it was removed. */
  readonly text: TraceText | null
}

export type TraceCandidate = {
  readonly model: string
  readonly usd: number | null
  readonly score: number | null
  readonly excluded: string | null
  readonly propensity: number | null
}

export type TraceCall = {
  readonly model: string
  readonly usd: number | null
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly isRefused: boolean
  /** The upstream's status of an answer with an error; null if it was not recorded. */
  readonly status: number | null
  readonly isAborted: boolean
  readonly sentMs: number
  readonly firstByteMs: number | null
}

export type TraceFeedback = {
  readonly time: number
  readonly thumbs: string | null
  readonly score: number | null
  readonly correction: string | null
  /** By model, from 0 to 1. Null: it has none. */
  readonly scores: Readonly<Record<string, number>> | null
}

/** Of a shadow call's judge or a person. */
export type TraceLabel = {
  readonly time: number
  /** `shadow` or `person`. */
  readonly source: string
  /** By model, from 0 to 1. */
  readonly scores: Readonly<Record<string, number>>
  /** Null: it is not known. */
  readonly actor: string | null
}

/** What those who run the server are told of labels, experiments and changes. */
export type OperationsAnswer = {
  /** Labels since the time, by source. */
  readonly labels: readonly { readonly source: string; readonly count: number }[]
  readonly qualities: readonly PolicyQuality[]
  readonly experiments: readonly {
    readonly id: string
    readonly control: number
    readonly treatment: number
    /** As it was last written down; null: it was not. */
    readonly state: string | null
  }[]
  /** Events of the audit trail after the given one and from the given time on, the oldest first. */
  readonly events: readonly {
    readonly seq: number
    readonly action: string
    readonly subject: string
    readonly detail: string | null
  }[]
}

export type PolicyQuality = {
  readonly policy: string
  readonly mean: number
  readonly low: number
  readonly high: number
}

export type OperationsQuery = {
  /** Milliseconds since 1970. */
  readonly since: number
  /** The place of an event in the audit trail, from 0. */
  readonly eventsAfter: number
  /** Milliseconds since 1970. */
  readonly eventsFrom: number
  /** Whether experiments are counted, for which all requests since the time are read. */
  readonly countsExperiments: boolean
}
