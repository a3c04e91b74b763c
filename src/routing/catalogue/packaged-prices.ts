import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { rethrow } from '../../base/concurrency/optional-import.ts'
import { MissingPackageError } from '../../errors.ts'
import type { PriceTable, TokenPrices } from './prices.ts'

type PriceLibrary = typeof import('@pydantic/genai-prices')

// Few enough for the first step of tiered prices.
const sampleTokens = 1000

/**
 * Prices of models by name on a day, from `@pydantic/genai-prices`: the installed package, or else the copy that the
 * build put beside this module. It does not have later changes, so its version is part of the source. A model that the package does not know has no entry. The
 * source names the package's entry of each price.
 *
 * Throws `MissingPackageError` with the command that installs it.
 */
export async function packagedPrices(
  models: readonly string[],
  day: Date,
  load: () => Promise<PriceLibrary> = loadPackageOrCopy,
): Promise<PriceTable> {
  const library = await loadLibrary(load)
  const { calcPrice } = library
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
    source: `${await describeVersion(library)}${entries.length === 0 ? '' : ` (${entries.map(([model, entry]) => `${model} as ${entry}`).join(', ')})`}`,
    models: Object.fromEntries(known),
    entries: Object.fromEntries(entries),
  }
}

type CopiedLibrary = PriceLibrary & { readonly packageVersion: string }

/** An installed package is as new as the user made it; the copy is of this package's release. */
async function loadPackageOrCopy(): Promise<PriceLibrary> {
  try {
    return await import(/* webpackIgnore: true */ '@pydantic/genai-prices').catch(rethrow)
  } catch (error) {
    const copy = new URL('./genai-prices.js', import.meta.url)
    if (!existsSync(copy)) throw error
    return import(copy.href)
  }
}

/** The package does not export its package.json, so this reads the file beside its entry. */
async function describeVersion(library: PriceLibrary | CopiedLibrary): Promise<string> {
  if ('packageVersion' in library) return `the included @pydantic/genai-prices ${library.packageVersion}`
  const entry = createRequire(import.meta.url).resolve('@pydantic/genai-prices')
  const description: { version: string } = JSON.parse(
    await readFile(join(dirname(entry), '..', 'package.json'), 'utf8'),
  )
  return `the installed @pydantic/genai-prices ${description.version}`
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
