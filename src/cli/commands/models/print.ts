import { formatWattHours } from '../../../base/text/format/format-energy.ts'
import type { PricedModels } from '../../../config/prices/add-list-prices.ts'
import type { Model } from '../../../routing/catalogue/model.ts'

/** What is known of a model and where each figure is from, a line each: prices, limits, abilities, place. */
export function modelLines(model: Model, { listed }: Pick<PricedModels, 'listed'>): string[] {
  const taken = listed.get(model.name)
  const origin = (isListed: boolean | undefined) => (isListed === true ? ` (list: ${taken?.entry})` : '')
  const { effort, contextTokens, maxOutputTokens, modalities, region, tags = [], energy } = model
  const limits = [
    ...(contextTokens === undefined
      ? []
      : [`context ${count(contextTokens)} tokens${origin(taken?.contextTokens)}`]),
    ...(maxOutputTokens === undefined ? [] : [`reply up to ${count(maxOutputTokens)} tokens`]),
  ]
  const abilities = [
    ...(effort === undefined ? [] : [`effort ${effort}`]),
    ...(modalities === undefined ? [] : [`reads ${modalities.join(', ')}`]),
    ...(model.tools === undefined ? [] : [model.tools ? 'tools' : 'no tools']),
    ...(model.structuredOutput === undefined
      ? []
      : [model.structuredOutput ? 'JSON schemas' : 'no JSON schemas']),
    ...(region === undefined ? [] : [`region ${region}`]),
    ...(tags.length === 0 ? [] : [`tags ${tags.join(', ')}`]),
    ...(energy === undefined
      ? []
      : [`${formatWattHours(energy.wattHoursPerMillionOutputTokens)} per million completion tokens`]),
  ]
  return [`${formatPrices(model)}${origin(taken?.prices)}`, limits.join('; '), abilities.join('; ')].filter(
    (line) => line !== '',
  )
}

function formatPrices(model: Model): string {
  const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = model
  if (input === undefined || output === undefined) return 'unpriced'
  const cache = [
    ...usd(model.cacheReadUsdPerMillionTokens, 'cache read'),
    ...usd(model.cacheWriteUsdPerMillionTokens, 'cache write'),
    ...usd(model.cacheWrite1hUsdPerMillionTokens, 'cache write for an hour'),
  ]
  return `${[`$${input} in`, `$${output} out`, ...cache].join(', ')} per million tokens`
}

function usd(price: number | undefined, what: string): string[] {
  return price === undefined ? [] : [`$${price} ${what}`]
}

function count(tokens: number): string {
  return tokens.toLocaleString('en')
}
