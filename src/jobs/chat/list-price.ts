import type { ProviderConfig } from '../../providers/registry.ts'
import { findPrices } from '../../routing/catalogue/find-prices.ts'
import type { Model } from '../../routing/catalogue/model.ts'

const openAIHost = 'api.openai.com'

/**
 * A model of OpenAI with its list price, if the configuration has none: the packaged prices are OpenAI's own. The price of
 * the same name elsewhere is another, so that model stays without.
 */
export async function withListPrice(model: Model, provider: ProviderConfig, day: Date): Promise<Model> {
  if (model.inputUsdPerMillionTokens !== undefined || model.outputUsdPerMillionTokens !== undefined)
    return model
  if (!('baseUrl' in provider) || hostOf(provider.baseUrl) !== openAIHost) return model
  const { models } = await findPrices([model.upstream], { tables: [], day })
  const prices = models.get(model.upstream)
  return prices === undefined ? model : { ...model, ...prices }
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined
}
