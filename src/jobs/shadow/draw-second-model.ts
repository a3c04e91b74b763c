import { hashedUniform } from '../../base/math/hashed-uniform.ts'
import type { PolicyDecision } from '../../gateway/decide/decision.ts'
import type { RequestRecord } from '../../gateway/request-record.ts'
import type { TappedRequest } from '../../gateway/request-tap.ts'
import { findUnmetDemand } from '../../routing/catalogue/exclusion.ts'
import { findCallUsd } from '../../routing/catalogue/expected-cost.ts'
import type { Model } from '../../routing/catalogue/model.ts'

export type DrawOptions = {
  /** Of the requests, from 0 to 1. */
  readonly share: number
  /** Names of policies; `auto` for requests that none of them decided. Null: all. */
  readonly policies: readonly string[] | null
  /** Null: only rules compare answers. */
  readonly judge: Model | null
}

/** Another model for a request that was drawn. */
export type DrawnModel = {
  readonly model: Model
  /** The name of the one that answered. */
  readonly answered: string
  /** The probability with which the request was drawn, times that of the model. */
  readonly propensity: number
}

/**
 * The policy's decision of a request that is drawn. Null, nearly always, if it is not drawn; if its client named a model; if no
 * other candidate can be called; and if its demands keep it from the judge.
 *
 * The draw is a hash of the request's id, so it depends on nothing that the answers depend on.
 */
export function drawRequest(
  { id, decision, needs }: Pick<TappedRequest, 'id' | 'decision' | 'needs'>,
  { share, policies, judge }: DrawOptions,
): PolicyDecision | null {
  if (decision.kind === 'fixed-model' || hashedUniform('shadow', id) >= share) return null
  if (policies !== null && !policies.includes(decision.policy ?? 'auto')) return null
  if (judge !== null && findUnmetDemand(judge, needs) !== null) return null
  return findOthers(decision, decision.model.name).length === 0 ? null : decision
}

/**
 * One of the candidates that could answer too and have prices, each with the same probability, once it is known who has answered.
 * Null if that is not the model that the policy chose, because another had to answer. Of a cascade either of its models may have.
 */
export function drawSecondModel(
  { id, model: answered, fallback }: Pick<RequestRecord, 'id' | 'model' | 'fallback'>,
  decision: PolicyDecision,
  share: number,
): DrawnModel | null {
  const isCascade = decision.kind === 'routed' && decision.check !== null
  if (answered === null || fallback !== null) return null
  if (answered !== decision.model.name && !isCascade) return null
  const others = findOthers(decision, answered)
  if (others.length === 0) return null
  const model = others[Math.floor(hashedUniform('shadow model', id) * others.length)]!
  return { model, answered, propensity: share / others.length }
}

function findOthers({ candidates }: PolicyDecision, answered: string): readonly Model[] {
  return candidates.flatMap(({ model, excluded }) =>
    excluded === null && model.name !== answered && hasPrices(model) ? [model] : [],
  )
}

export function hasPrices(model: Model): boolean {
  return findCallUsd(model, oneToken) !== null
}

const oneToken = { inputTokens: 1, cachedTokens: 0, outputTokens: 1 }
