import { MissingPackageError } from '../../errors.ts'
import { plainModelName, removeProvider } from './model-names.ts'
import { packagedPrices } from './packaged-prices.ts'
import type { PriceTable, TokenPrices } from './prices.ts'

/** Prices of models by the names that they were asked for. */
export type ModelPrices = {
  readonly source: string
  readonly asOf: string
  readonly models: ReadonlyMap<string, TokenPrices>
  /** The entry of a table that the prices of a name are from. Names with the same entry are one model. */
  readonly entries: ReadonlyMap<string, string>
  /** How to find prices of more models. Absent if all are found. */
  readonly advice?: string
}

export type FindPricesOptions = {
  /** The user's tables, in order: `--prices`, then the configuration. The first that has a model wins. */
  readonly tables: readonly PriceTable[]
  /** The day of the prices. */
  readonly day: Date
  readonly packaged?: typeof packagedPrices
}

/**
 * Looks up each model in the user's tables, then in the installed price package: by its name, by its name without the
 * provider, and by its name without the release date. A model without a price is left out; it is never free.
 */
export async function findPrices(
  models: readonly string[],
  { tables, day, packaged = packagedPrices }: FindPricesOptions,
): Promise<ModelPrices> {
  const found = new Map<string, TokenPrices>()
  const entries = new Map<string, string>()
  const used = new Set<PriceTable>()
  for (const model of models) {
    const entry = tables
      .map((table) => ({ table, prices: findPrice(table, model) }))
      .find(({ prices }) => prices)
    if (entry?.prices === undefined) continue
    found.set(model, entry.prices.prices)
    entries.set(model, `${tables.indexOf(entry.table)} ${entry.prices.entry}`)
    used.add(entry.table)
  }
  const others = models.filter((model) => !found.has(model))
  const { table, advice } = await loadPackaged([...new Set(others.flatMap(candidateNames))], day, packaged)
  for (const model of others) {
    const prices = table === undefined ? undefined : findPrice(table, model)
    if (prices === undefined) continue
    found.set(model, prices.prices)
    entries.set(model, prices.entry)
    used.add(table!)
  }
  return {
    source: [...used].map(({ source }) => source).join('; ') || 'none',
    asOf:
      [...used]
        .map(({ asOf }) => asOf)
        .sort()
        .at(-1) ?? day.toISOString().slice(0, 10),
    models: found,
    entries,
    ...(advice !== undefined && { advice }),
  }
}

async function loadPackaged(
  models: readonly string[],
  day: Date,
  packaged: typeof packagedPrices,
): Promise<{ table?: PriceTable; advice?: string }> {
  if (models.length === 0) return {}
  try {
    return { table: await packaged(models, day) }
  } catch (error) {
    if (!(error instanceof MissingPackageError)) throw error
    return {
      advice:
        'npm install @pydantic/genai-prices has the list prices of most models; --prices takes your own file',
    }
  }
}

function findPrice({ models, entries = {} }: PriceTable, model: string): FoundPrice | undefined {
  const plain = plainModelName(model)
  const name =
    candidateNames(model).find((each) => Object.hasOwn(models, each)) ??
    Object.keys(models).find((each) => plainModelName(each) === plain)
  const prices = name === undefined ? undefined : models[name]
  return name === undefined || prices === undefined ? undefined : { prices, entry: entries[name] ?? name }
}

type FoundPrice = { readonly prices: TokenPrices; readonly entry: string }

function candidateNames(model: string): string[] {
  return [...new Set([model, removeProvider(model), plainModelName(model)])]
}
