import type { Model } from '../../routing/catalogue/model.ts'
import type { Choice } from '../../routing/policies/choice.ts'

/**
 * Which model answers a request, and what that was decided on. Cheap enough for every request: one object, made
 * without a promise if the router computes locally. `explainDecision` turns it into an `ExplainedDecision`.
 */
export type Decision = Choice | FixedModelDecision

/** The request names a model, so nothing was scored. */
export type FixedModelDecision = { readonly kind: 'fixed-model'; readonly model: Model }
