import type { DecidedPace } from '../../../gateway/decide/decided-pace.ts'
import type { StoredSessionDecision } from '../../entries/session-decision.ts'
import type { UsageFilter } from '../answers.ts'

/** Sessions whose last request came in a time. */
export type SessionFilter = Omit<UsageFilter, 'model'> & {
  /** The beginning of its id: sessions of any time. */
  readonly id?: string | undefined
  readonly order: SessionOrder
  /** The cursor of the page before. */
  readonly after?: SessionCursor | undefined
  readonly limit: number
}

/** `longest`: most turns; `switching`: most switches of the model. */
export const sessionOrders = ['newest', 'dearest', 'longest', 'switching'] as const
export type SessionOrder = (typeof sessionOrders)[number]

/** The last session of a page: what it is ordered by, and its id. */
export type SessionCursor = readonly [value: number, id: string]

export type SessionPage = {
  readonly sessions: readonly SessionSummary[]
  /** For the next page; null: there is none. */
  readonly next: SessionCursor | null
}

export type SessionSummary = {
  readonly id: string
  readonly firstTime: number
  readonly lastTime: number
  readonly requests: number
  readonly usd: number
  /** Requests without a known cost; `usd` leaves them out. */
  readonly unpriced: number
  /** How often another model answered than the turn before. */
  readonly switches: number
  readonly key: string | null
  readonly policy: string | null
  /** Of the first `modelsOfSession` requests that are still kept, in their order. Null: no model was called. */
  readonly models: readonly (string | null)[]
}

/** So many requests of a session are looked at for a list. */
export const modelsOfSession = 200

export type SessionTurns = {
  readonly id: string
  /** In the order in which they came: the first `mostTurns` of them. */
  readonly turns: readonly StoredTurn[]
  readonly hasMore: boolean
}

export const mostTurns = 2000

export type StoredTurn = {
  readonly id: string
  readonly time: number
  readonly status: number
  readonly model: string | null
  readonly task: string | null
  readonly policy: string | null
  readonly router: string | null
  readonly threshold: number | null
  readonly strongWinRate: number | null
  /** What raised the threshold. Null: nothing, or it was not recorded. */
  readonly pace: DecidedPace | null
  readonly side: string | null
  readonly fallback: string | null
  readonly key: string | null
  /** What the session did to the policy's choice. Null: it was not recorded, or there was nothing to do. */
  readonly sessionDecision: StoredSessionDecision | null
  /** The probability with which its model was to be chosen. Null: nothing was drawn by chance. */
  readonly propensity: number | null
  /** The reasoning effort that the gateway set. */
  readonly effort: string | null
  /** Null: its upstream reported none. */
  readonly tokens: {
    readonly input: number
    readonly cachedInput: number
    readonly cacheWriteInput: number
    readonly cacheWrite1hInput: number
    readonly output: number
  } | null
  readonly usd: number | null
  readonly totalMs: number
  readonly hasHead: boolean
}
