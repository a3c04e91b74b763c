import type { Config } from '../../config/config.ts'
import { addListPrices } from '../../config/prices/add-list-prices.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { addCachePrices, findCacheTerms } from '../../routing/sessions/cache-costs.ts'

/** The models of a configuration with the prices that a gateway charges them at. @param day of the list prices. */
export async function findPricedModels(config: Config, day: Date): Promise<readonly Model[]> {
  const { models } = await addListPrices(config, day)
  return withCachePrices(config, models)
}

/** The models with the cache prices of their providers' terms. */
export function withCachePrices(
  { providers }: Pick<Config, 'providers'>,
  models: readonly Model[],
): readonly Model[] {
  const terms = new Map(providers.map(({ name, kind }) => [name, findCacheTerms(kind)]))
  return models.map((model) => addCachePrices(model, terms.get(model.provider) ?? null))
}
