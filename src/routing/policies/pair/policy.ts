import { isExplainingRouter } from '../../routers/router.ts'
import type { ExplainingPolicy, Reasons } from '../policy.ts'
import { type ChooseOfPair, type Comparison, createChooseOfPair, type PairModels } from './choose.ts'

export type PairPolicyOptions = PairModels & {
  readonly routerTimeoutMs: number
}

/** A pair policy for a router at a threshold. Cheap enough to be called for each request. */
export type CreatePairPolicy = (comparison: Comparison) => ExplainingPolicy

/**
 * The policies of one pair, which differ in router and threshold only: win rate ≥ threshold means strong. The strong
 * model is the safest.
 */
export function createPairPolicies({ strong, weak, routerTimeoutMs }: PairPolicyOptions): CreatePairPolicy {
  const models = [strong, weak]
  const choose: ChooseOfPair = createChooseOfPair({ strong, weak }, routerTimeoutMs)
  return (comparison) => ({
    name: comparison.policy,
    models,
    safest: strong,
    choose: (request, signal) => choose(request, comparison, signal),
    explain: ({ prompt }, signal) =>
      isExplainingRouter(comparison.router) ? comparison.router.explain(prompt, signal) : unexplained,
  })
}

const unexplained: Reasons = { contributions: [] }
