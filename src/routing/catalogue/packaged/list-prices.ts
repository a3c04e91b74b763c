import { omitUndefined } from '../../../base/settings/omit-undefined.ts'
import type { ModelPrices } from '../model.ts'
import { describeVersion, loadPriceLibrary, type PriceLibrary } from './library.ts'

/** What the price package knows of one model of one provider. */
export type ListedModel = {
  /** The package's name of it: `openai gpt-5`. */
  readonly entry: string
  /** Those of short prompts, if longer ones cost more. A price that the package does not have is absent. */
  readonly prices: Partial<ModelPrices>
  readonly contextTokens?: number
}

/** The list prices and contexts of one version of the package. */
export type PriceList = {
  /** `the included @pydantic/genai-prices 0.1.8`. */
  readonly source: string
  /**
   * A model of the provider whose API is at an address. Undefined if the package knows neither: a name at another address
   * may be another model, or cost something else.
   */
  find(baseUrl: string, upstream: string): ListedModel | undefined
}

/**
 * The prices of a day.
 *
 * @throws MissingPackageError if the package cannot be loaded.
 */
export async function loadPriceList(day: Date, load?: () => Promise<PriceLibrary>): Promise<PriceList> {
  const library = await loadPriceLibrary(load)
  const { calcPrice, findProvider } = library
  return {
    source: await describeVersion(library),
    find(baseUrl, upstream) {
      const provider = findProvider({ providerApiUrl: baseUrl })
      if (provider === undefined) return undefined
      const found = calcPrice({ input_tokens: 1, output_tokens: 1 }, upstream, { provider, timestamp: day })
      if (found === null) return undefined
      const { model, model_price: prices } = found
      return {
        entry: `${found.provider.id} ${model.id}`,
        prices: omitUndefined({
          inputUsdPerMillionTokens: basePrice(prices.input_mtok),
          outputUsdPerMillionTokens: basePrice(prices.output_mtok),
          cacheReadUsdPerMillionTokens: basePrice(prices.cache_read_mtok),
          cacheWriteUsdPerMillionTokens: basePrice(prices.cache_write_mtok),
          cacheWrite1hUsdPerMillionTokens: basePrice(prices.cache_write_1h_mtok),
        }),
        ...(model.context_window !== undefined && { contextTokens: model.context_window }),
      }
    },
  }
}

type PackagedPrice = number | { readonly base: number } | undefined

function basePrice(price: PackagedPrice): number | undefined {
  return typeof price === 'object' ? price.base : price
}
