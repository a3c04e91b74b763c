import type { Model } from '../../catalogue/model.ts'
import { refuseIfAllExcluded, toCandidates } from '../candidates.ts'
import type { DescribingPolicy } from '../policy.ts'

/** Chooses its only model for every request that the model can answer. */
export function createFixedPolicy(name: string | null, model: Model): DescribingPolicy {
  const models = [model]
  return {
    name,
    models,
    safest: model,
    choose({ needs }) {
      const candidates = toCandidates(models, needs)
      refuseIfAllExcluded(candidates, needs)
      return {
        kind: 'routed',
        model,
        policy: name,
        router: null,
        threshold: null,
        strongWinRate: null,
        side: null,
        candidates,
        scores: null,
        check: null,
      }
    },
    describe: () => ({
      summary: `the policy ${name ?? 'of this request'} always chooses ${model.name}`,
      flipsAt: null,
      contributions: [],
    }),
  }
}
