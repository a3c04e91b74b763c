import { InvalidRequestError, type RouteLLMError } from '../../errors.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import {
  type Allowance,
  type AllowanceExclusion,
  noNeeds,
  type RequestNeeds,
} from '../../routing/catalogue/request-needs.ts'
import type { ObservedCalls } from '../../routing/policies/observations/observed-calls.ts'
import type { RequestPace } from '../decide/decided-pace.ts'
import type { Decision } from '../decide/decision.ts'
import type { RouteRequest } from '../decide/route-request.ts'
import type { RequestRecord } from '../request-record.ts'
import type { FurtherCalls } from '../send/further-calls.ts'
import { type Account, gatewayAccountId, hasDollarBudget } from './account.ts'
import { estimateCall, estimateCalls, estimateDecision } from './estimate-call.ts'
import { type FinishedCall, findUsage } from './find-usage.ts'
import type {
  BudgetPace,
  DollarEstimate,
  Estimate,
  Ledger,
  Refusal,
  Reservation,
  Reserved,
  Usage,
} from './ledger.ts'
import { toRefusalError } from './refusal-error.ts'

/** What a key may use, and the accounts that its requests count against. Null and empty: no limit. */
export type KeyTerms = {
  readonly name: string | null
  readonly models: ReadonlySet<string> | null
  readonly policies: ReadonlySet<string> | null
  readonly region: string | null
  readonly tags: readonly string[]
  readonly accounts: readonly Account[]
}

/**
 * One request under the limits of its key and of the gateway: first `limit`, then the decision, then `reserve`, and at the end
 * `settle`, which is called whatever happened before.
 *
 * A class, because one is made per request.
 */
export class RequestAccount implements Allowance, FurtherCalls {
  readonly #terms: KeyTerms
  readonly #ledger: Ledger
  readonly #observed: ObservedCalls
  readonly #hasBudget: boolean
  #needs: RequestNeeds = noNeeds
  #reservation: Reservation | null = null
  #isOver = false
  /** The last estimate that dollars were reserved by. */
  #reservedUsd: number | null = null

  constructor(terms: KeyTerms, ledger: Ledger, observed: ObservedCalls) {
    this.#terms = terms
    this.#ledger = ledger
    this.#observed = observed
    this.#hasBudget = terms.accounts.some(hasDollarBudget)
  }

  /**
   * The request with what its key demands and allows. Counts nothing.
   *
   * @param bodyBytes the length of the body, of which a prompt that was not read is taken to be a token for each 4 bytes.
   * @throws RouteLLMError 429 if not even the smallest request would be admitted; InvalidRequestError `not-allowed` (403) for
   *   a region that is not the key's.
   */
  limit(asked: RouteRequest, bodyBytes: number): RouteRequest {
    const { accounts, name, models, policies, region, tags } = this.#terms
    const refusal = this.#ledger.findRefusal(accounts, smallest)
    if (refusal !== null) throw toRefusalError(refusal)
    const pace = this.#ledger.pace(accounts)
    const needs = asked.needs ?? noNeeds
    if (region !== null && needs.region !== null && needs.region !== region)
      throw this.#refuseRegion(needs.region, region)
    this.#needs = {
      allowance: this,
      ...needs,
      inputTokens: needs.inputTokens === 0 ? Math.ceil(bodyBytes / bytesPerToken) : needs.inputTokens,
      region: region ?? needs.region,
      tags: tags.length === 0 ? needs.tags : [...new Set([...tags, ...needs.tags])],
    }
    return Object.assign({}, asked, {
      needs: this.#needs,
      ...(name !== null && {
        key: { name, policies, namesModels: policies === null || models !== null },
      }),
      ...(pace !== null && { pace: this.#toRequestPace(pace) }),
    })
  }

  findExclusion(model: Model, needs: RequestNeeds): AllowanceExclusion | null {
    const { models, accounts } = this.#terms
    if (models !== null && !models.has(model.name)) return 'not-allowed'
    if (!this.#hasBudget) return null
    const estimate = estimateCall(model, needs, this.#observed)
    if (estimate.usd === null) return 'unpriced'
    const limit = this.#ledger.findRefusal(accounts, estimate)?.limit
    return limit === 'usdPerDay' || limit === 'usdPerMonth' ? 'budget' : null
  }

  refuse(excluded: 'not-allowed' | 'budget', models: readonly Model[]): RouteLLMError {
    if (excluded === 'budget') return this.#refuseDollars(models)
    const asked = models.map(({ name }) => `"${name}"`).join(', ')
    return new InvalidRequestError(
      'not-allowed',
      `The key "${this.#terms.name}" may not use ${asked}. Its models: ${[...(this.#terms.models ?? [])].join(', ')}.`,
      { status: 403, param: 'model' },
    )
  }

  /**
   * Reserves what the decided request is expected to use.
   *
   * Throws, or rejects with, RouteLLMError 429 `rate-limit-exceeded` or `budget-exceeded`, or 403 for a model that is
   * not the key's.
   */
  reserve(decision: Decision): void | Promise<void> {
    const { models, accounts } = this.#terms
    if (models !== null && !models.has(decision.model.name))
      throw this.refuse('not-allowed', [decision.model])
    if (accounts.length === 0) return
    const estimate = estimateDecision(decision, this.#needs, this.#observed)
    this.#reservedUsd = estimate.usd
    const reserved = this.#ledger.reserve(accounts, estimate)
    if (!(reserved instanceof Promise)) this.#take(reserved)
    else return reserved.then((answer) => this.#take(answer))
  }

  mayCall(model: Model, charged: readonly Model[]): boolean {
    return !this.#hasBudget || this.#reservation?.canRaise(this.#estimateCalls(model, charged)) !== false
  }

  reserveCall(model: Model, charged: readonly Model[]): boolean | Promise<boolean> {
    if (!this.#hasBudget) return true
    const estimate = this.#estimateCalls(model, charged)
    this.#reservedUsd = Math.max(this.#reservedUsd ?? 0, estimate.usd ?? 0)
    return this.#reservation?.raise(estimate) ?? true
  }

  /** The least that is left of its dollar budgets; null if it has none. */
  leftUsd(): number | null {
    return this.#hasBudget ? this.#ledger.leftUsd(this.#terms.accounts) : null
  }

  /**
   * The request is over.
   *
   * @returns the dollars that it counts; null if nobody knows them and none were reserved.
   */
  settle(record: Pick<RequestRecord, 'stream'>, calls: readonly FinishedCall[]): number | null {
    this.#isOver = true
    const usage = findUsage(record, calls, this.#needs, this.#observed)
    this.#reservation?.settle(usage)
    return usage.usd ?? this.#reservedUsd
  }

  #toRequestPace({ factor, account, limit }: BudgetPace): RequestPace {
    return { factor, budget: { key: account.id === gatewayAccountId ? null : this.#terms.name, limit } }
  }

  #estimateCalls(model: Model, charged: readonly Model[]): DollarEstimate {
    return estimateCalls([...charged, model], this.#needs, this.#observed)
  }

  #take(reserved: Reserved): void {
    if (reserved.kind === 'refused') throw toRefusalError(reserved)
    // The client left before the ledger answered, and nothing was sent.
    if (this.#isOver) reserved.settle(unused)
    else this.#reservation = reserved
  }

  /** By the model that is the first to be affordable again. */
  #refuseDollars(models: readonly Model[]): RouteLLMError {
    let soonest: Refusal | null = null
    for (const model of models) {
      if (this.findExclusion(model, this.#needs) !== 'budget') continue
      const estimate = estimateCall(model, this.#needs, this.#observed)
      const refusal = this.#ledger.findRefusal(this.#terms.accounts, estimate)
      if (refusal !== null && (soonest === null || waitOf(refusal) < waitOf(soonest))) soonest = refusal
    }
    if (soonest !== null) return toRefusalError(soonest)
    // A new day has begun since the models were excluded.
    const account = this.#terms.accounts.find(hasDollarBudget)!
    return toRefusalError({ kind: 'refused', account, limit: 'usdPerDay', retryAfterSeconds: 1 })
  }

  #refuseRegion(asked: string, region: string): InvalidRequestError {
    return new InvalidRequestError(
      'not-allowed',
      `The key "${this.#terms.name}" demands models of the region "${region}", and the request those of "${asked}".`,
      { status: 403, param: 'x-routellm-region' },
    )
  }
}

/** Of English text in JSON, about. */
const bytesPerToken = 4
const unused: Usage = { tokens: 0, usd: 0 }
/** Of a request whose model is not known yet. */
const smallest: Estimate = { tokens: 0, usd: 0, leastUsd: 0 }

function waitOf({ retryAfterSeconds }: Refusal): number {
  return retryAfterSeconds ?? Number.POSITIVE_INFINITY
}
