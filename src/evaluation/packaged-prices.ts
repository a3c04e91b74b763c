import { MissingPackageError } from '../errors.ts'
import type { PriceTable, TokenPrices } from './money.ts'

type PriceLibrary = typeof import('@pydantic/genai-prices')

// Small enough to stay on the first step of tiered prices.
const sampleTokens = 1000

/**
 * Prices of models by name from `@pydantic/genai-prices`, an optional peer, as they hold on a day. A model that the
 * package does not know has no entry. The source says which entry of the package each price is from.
 *
 * Throws `MissingPackageError` with the command that installs it.
 */
export async function packagedPrices(
  models: readonly string[],
  day: Date,
  load: () => Promise<PriceLibrary> = () => import('@pydantic/genai-prices'),
): Promise<PriceTable> {
  const { calcPrice } = await loadLibrary(load)
  const known: [string, TokenPrices][] = []
  const entries: string[] = []
  for (const model of models) {
    const found = calcPrice({ input_tokens: sampleTokens, output_tokens: sampleTokens }, model, {
      timestamp: day,
    })
    if (found === null) continue
    entries.push(`${model} as ${found.provider.id} ${found.model.id}`)
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
    source: `the installed @pydantic/genai-prices${entries.length === 0 ? '' : ` (${entries.join(', ')})`}`,
    models: Object.fromEntries(known),
  }
}

async function loadLibrary(load: () => Promise<PriceLibrary>): Promise<PriceLibrary> {
  try {
    return await load()
  } catch (cause) {
    throw new MissingPackageError(
      'missing-package',
      'Prices without a file need the optional package @pydantic/genai-prices, which cannot be loaded. Run ' +
        '`npm install @pydantic/genai-prices`, or give a file: --costs prices.json.',
      { cause },
    )
  }
}
