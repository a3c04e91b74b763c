import { describeVersion, loadPriceLibrary, type PriceLibrary } from './packaged/library.ts'
import type { PriceTable, TokenPrices } from './prices.ts'

// Few enough for the first step of tiered prices.
const sampleTokens = 1000

/**
 * Prices of models by name on a day, from `@pydantic/genai-prices`: the installed package, or else the copy that the
 * build put beside this module. It does not have later changes, so its version is part of the source. A model that the
 * package does not know, or knows no price of, has no entry. The source names the package's entry of each price.
 *
 * Throws `MissingPackageError` with the command that installs it.
 */
export async function packagedPrices(
  models: readonly string[],
  day: Date,
  load?: () => Promise<PriceLibrary>,
): Promise<PriceTable> {
  const library = await loadPriceLibrary(load)
  const { calcPrice } = library
  const known: [string, TokenPrices][] = []
  const entries: [string, string][] = []
  for (const model of models) {
    const found = calcPrice({ input_tokens: sampleTokens, output_tokens: sampleTokens }, model, {
      timestamp: day,
    })
    // An entry without a price is often one that its provider gives away, and often one that the package does not know yet.
    // One that has a price of its input alone is of a model that writes no text, such as an embedder.
    if (found === null || found.model_price.input_mtok === undefined) continue
    entries.push([model, `${found.provider.id} ${found.model.id}`])
    known.push([
      model,
      {
        inputUsdPerMillionTokens: (found.input_price * 1e6) / sampleTokens,
        outputUsdPerMillionTokens: (found.output_price * 1e6) / sampleTokens,
      },
    ])
  }
  return {
    asOf: day.toISOString().slice(0, 10),
    source: `${await describeVersion(library)}${entries.length === 0 ? '' : ` (${entries.map(([model, entry]) => `${model} as ${entry}`).join(', ')})`}`,
    models: Object.fromEntries(known),
    entries: Object.fromEntries(entries),
  }
}
