import type { Config } from '../../../config/config.ts'
import { addListPrices } from '../../../config/prices/add-list-prices.ts'
import { providerEndpoint } from '../../../providers/registry.ts'
import type { Check } from './check.ts'

/** Which models have prices, and where these are from. None for a configuration of demonstrations only. */
export async function priceChecks(
  config: Config,
  day: Date,
  load?: Parameters<typeof addListPrices>[2],
): Promise<Check[]> {
  const networked = new Set(
    config.providers.flatMap((provider) => (providerEndpoint(provider) === undefined ? [] : [provider.name])),
  )
  const { models, listed, source, problem } = await addListPrices(config, day, load)
  const real = models.filter(({ provider }) => networked.has(provider))
  if (real.length === 0) return []
  const unpriced = real.filter(
    ({ inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output }) =>
      input === undefined || output === undefined,
  )
  const parts = real.flatMap(({ name }) => {
    const taken = listed.get(name)
    if (unpriced.some((model) => model.name === name)) return [`${name} unpriced`]
    return [taken?.prices === true ? `${name} as ${taken.entry}` : `${name} from the configuration`]
  })
  const from = source !== null && listed.size > 0 ? ` (list prices: ${source})` : ''
  const detail = `${parts.join(', ')}${from}${problem === null ? '' : `. No list prices: ${problem}`}`
  if (unpriced.length === 0) return [{ name: 'prices', status: 'ok', detail }]
  return [
    {
      name: 'prices',
      status: 'absent',
      detail,
      remedy: `State inputUsdPerMillionTokens and outputUsdPerMillionTokens of ${unpriced.map(({ name }) => name).join(', ')} in ${config.source}: list prices are known at the addresses of providers only, by their own names of models.`,
    },
  ]
}
