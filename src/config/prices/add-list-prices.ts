import { MissingPackageError } from '../../errors.ts'
import { providerEndpoint } from '../../providers/registry.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import {
  type ListedModel,
  loadPriceList,
  type PriceList,
} from '../../routing/catalogue/packaged/list-prices.ts'
import type { Config } from '../config.ts'
import { isLoopback } from '../loopback.ts'

/** The models of a configuration with list prices and contexts where it states none. */
export type PricedModels = {
  readonly models: readonly Model[]
  /** What was taken for a model, by its name. Absent: nothing. */
  readonly listed: ReadonlyMap<string, TakenFromList>
  /** Where list prices are from, with their day; null if no model needed one. */
  readonly source: string | null
  /** Why there are no list prices; null unless the package could not be loaded. */
  readonly problem: string | null
}

export type TakenFromList = {
  /** The list's name of the model: `openai gpt-5`. */
  readonly entry: string
  readonly prices: boolean
  readonly contextTokens: boolean
}

/**
 * Completes the models that are at a provider's own address, by their upstream names. The configuration comes first: a
 * model with a price of its own gets none from the list, because a price that was agreed on and a list price do not belong
 * together. What neither knows stays absent, and such a model is unpriced.
 *
 * The package is loaded only if a model needs it.
 *
 * @param day the day of the prices.
 */
export function addListPrices(
  { models, providers }: Pick<Config, 'models' | 'providers'>,
  day: Date,
  load?: typeof loadPriceList,
): Promise<PricedModels> {
  const baseUrls = new Map(
    providers.map((provider) => [provider.name, providerEndpoint(provider)?.baseUrl ?? ''] as const),
  )
  return addListPricesAt(models, baseUrls, day, load)
}

/** As `addListPrices`. @param baseUrls of the models' providers, by name. */
export async function addListPricesAt(
  models: readonly Model[],
  baseUrls: ReadonlyMap<string, string>,
  day: Date,
  load: typeof loadPriceList = loadPriceList,
): Promise<PricedModels> {
  const isIncomplete = (model: Model) => !hasOwnPrice(model) || model.contextTokens === undefined
  const mayBeListed = models.some(
    (model) => isPublic(baseUrls.get(model.provider) ?? '') && isIncomplete(model),
  )
  if (!mayBeListed) return { models, listed: new Map(), source: null, problem: null }
  let list: PriceList
  try {
    list = await load(day)
  } catch (error) {
    if (!(error instanceof MissingPackageError)) throw error
    return { models, listed: new Map(), source: null, problem: error.message }
  }
  const listed = new Map<string, TakenFromList>()
  const all = models.map((model) => {
    const found = list.find(baseUrls.get(model.provider) ?? '', model.upstream)
    if (found === undefined) return model
    const { completed, taken } = completeModel(model, found)
    if (taken.prices || taken.contextTokens) listed.set(model.name, taken)
    return completed
  })
  return {
    models: all,
    listed,
    source: `${list.source}, prices of ${day.toISOString().slice(0, 10)}`,
    problem: null,
  }
}

function completeModel(model: Model, found: ListedModel): { completed: Model; taken: TakenFromList } {
  const prices = !hasOwnPrice(model) && Object.keys(found.prices).length > 0
  const contextTokens = model.contextTokens === undefined && found.contextTokens !== undefined
  return {
    completed: {
      ...model,
      ...(prices && found.prices),
      ...(contextTokens && found.contextTokens !== undefined && { contextTokens: found.contextTokens }),
    },
    taken: { entry: found.entry, prices, contextTokens },
  }
}

function hasOwnPrice(model: Model): boolean {
  return Object.keys(model).some((key) => key.endsWith('UsdPerMillionTokens'))
}

/** Whether a list can know the address: a machine of one's own has no list price. */
function isPublic(baseUrl: string): boolean {
  return URL.canParse(baseUrl) && !isLoopback(new URL(baseUrl).hostname)
}
