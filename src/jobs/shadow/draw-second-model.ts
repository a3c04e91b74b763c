import { hashedUniform } from '../../base/math/hashed-uniform.ts'
import type { Decision, PolicyDecision } from '../../gateway/decide/decision.ts'
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

export type DrawnModel = {
  readonly decision: PolicyDecision
  readonly model: Model
  /** The probability with which the request was drawn, times that of the model. */
  readonly propensity: number
}

/**
 * The second model of a request that is drawn: one of the candidates that could answer it too and have prices, each one with the
 * same probability. Null, nearly always, if the request is not drawn; if its client named a model; and if its demands keep it
 * from the judge.
 *
 * Both draws are hashes of the request's id, so they depend on nothing that the answers depend on.
 */
export function drawSecondModel(
  { id, decision, needs }: Pick<TappedRequest, 'id' | 'decision' | 'needs'>,
  { share, policies, judge }: DrawOptions,
): DrawnModel | null {
  if (decision.kind === 'fixed-model' || hashedUniform('shadow', id) >= share) return null
  if (policies !== null && !policies.includes(decision.policy ?? 'auto')) return null
  if (judge !== null && findUnmetDemand(judge, needs) !== null) return null
  const others = findOthers(decision)
  if (others.length === 0) return null
  const model = others[Math.floor(hashedUniform('shadow model', id) * others.length)]!
  return { decision, model, propensity: share / others.length }
}

function findOthers({
  candidates,
  model: chosen,
}: Exclude<Decision, { kind: 'fixed-model' }>): readonly Model[] {
  return candidates.flatMap(({ model, excluded }) =>
    excluded === null && model.name !== chosen.name && hasPrices(model) ? [model] : [],
  )
}

export function hasPrices(model: Model): boolean {
  return findCallUsd(model, oneToken) !== null
}

const oneToken = { inputTokens: 1, cachedTokens: 0, outputTokens: 1 }
