import { ConfigError } from '../../../errors.ts'
import type { Model, ModelPair } from '../../catalogue/model.ts'
import { findRow } from './find-scored-models.ts'

/** What compares a pair: a router or a verifier, and the models that it knows. */
export type PairComparison = {
  /** `The router "mine"`. */
  readonly what: string
  readonly models: readonly string[]
  readonly pair: ModelPair
  /** How to mend it. */
  readonly remedy: string
}

/**
 * Refuses a comparison of another pair: a win rate of the strong model over the weak one says nothing about two others, or
 * about the two the other way round. Models that it knows by no name have the roles that the configuration gives them.
 *
 * @throws ConfigError `pair-differs` if it knows the strong model as another one than its own strong model, or the weak one.
 */
export function checkPairRoles(
  { strong, weak }: { readonly strong: Model; readonly weak: Model },
  { what, models, pair, remedy }: PairComparison,
): void {
  for (const [role, model] of [['strong', strong] as const, ['weak', weak] as const]) {
    const known = models[findRow(models, model)]
    if (known === undefined || known === pair[role]) continue
    const called = known === model.name ? model.name : `${model.name} (${known})`
    throw new ConfigError(
      'pair-differs',
      `${what} compares ${pair.strong} as the strong model with ${pair.weak}, and the ${role} model here is ${called}. ${remedy}`,
      { param: role },
    )
  }
}
