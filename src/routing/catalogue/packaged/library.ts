import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { rethrow } from '../../../base/concurrency/optional-import.ts'
import { MissingPackageError } from '../../../errors.ts'

export type PriceLibrary = typeof import('@pydantic/genai-prices')

type CopiedLibrary = PriceLibrary & { readonly packageVersion: string }

/**
 * The package `@pydantic/genai-prices`: the installed one, which is as new as the user made it, or else the copy that
 * the build put beside this module.
 *
 * @throws MissingPackageError with the command that installs it.
 */
export async function loadPriceLibrary(
  load: () => Promise<PriceLibrary> = loadPackageOrCopy,
): Promise<PriceLibrary> {
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

async function loadPackageOrCopy(): Promise<PriceLibrary> {
  try {
    return await import(/* webpackIgnore: true */ '@pydantic/genai-prices').catch(rethrow)
  } catch (error) {
    const copy = new URL('./genai-prices.js', import.meta.url)
    if (!existsSync(copy)) throw error
    return import(copy.href)
  }
}

/**
 * Which version of the prices it is. The package does not export its package.json, so this reads the file beside its entry; an
 * application's bundle that holds the package's code has no such file.
 */
export async function describeVersion(library: PriceLibrary | CopiedLibrary): Promise<string> {
  if ('packageVersion' in library) return `the included @pydantic/genai-prices ${library.packageVersion}`
  const entry = findInstalledEntry()
  if (entry === null) return 'the bundled @pydantic/genai-prices'
  const description: { version: string } = JSON.parse(
    await readFile(join(dirname(entry), '..', 'package.json'), 'utf8'),
  )
  return `the installed @pydantic/genai-prices ${description.version}`
}

/** Null in a bundle. */
function findInstalledEntry(): string | null {
  try {
    return createRequire(import.meta.url).resolve('@pydantic/genai-prices')
  } catch {
    return null
  }
}
