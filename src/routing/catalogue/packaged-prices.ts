import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { MissingPackageError } from '../../errors.ts'
import type { PriceTable, TokenPrices } from './prices.ts'

type PriceLibrary = typeof import('@pydantic/genai-prices')

// Few enough for the first step of tiered prices.
const sampleTokens = 1000

/**
 * Prices of models by name from `@pydantic/genai-prices`, an optional peer, on a day. The installed version does not
 * have later changes, so the version is part of the source. A model that the package does not know has no entry. The
 * source names the package's entry of each price.
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
  const entries: [string, string][] = []
  for (const model of models) {
    const found = calcPrice({ input_tokens: sampleTokens, output_tokens: sampleTokens }, model, {
      timestamp: day,
    })
    if (found === null) continue
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
    source: `the installed @pydantic/genai-prices ${await installedVersion()}${entries.length === 0 ? '' : ` (${entries.map(([model, entry]) => `${model} as ${entry}`).join(', ')})`}`,
    models: Object.fromEntries(known),
    entries: Object.fromEntries(entries),
  }
}

/** The package does not export its package.json, so this reads the file beside its entry. */
async function installedVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@pydantic/genai-prices')
  const description: { version: string } = JSON.parse(
    await readFile(join(dirname(entry), '..', 'package.json'), 'utf8'),
  )
  return description.version
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
