import { rethrow } from '../../../base/concurrency/optional-import.ts'
import { MissingPackageError } from '../../../errors.ts'

export type ParquetLibrary = typeof import('hyparquet')
export type CompressorsLibrary = typeof import('hyparquet-compressors')

/**
 * `hyparquet`, an optional peer, loaded when a Parquet file is first read.
 *
 * @throws MissingPackageError with the command that installs it.
 */
export function loadParquetLibrary(
  load: () => Promise<ParquetLibrary> = () => import(/* webpackIgnore: true */ 'hyparquet').catch(rethrow),
): Promise<ParquetLibrary> {
  return orMissing(load, 'Reading Parquet needs the package hyparquet')
}

/** `hyparquet-compressors`, for files compressed with Zstandard or LZ4 only. @throws as `loadParquetLibrary`. */
export function loadCompressorsLibrary(
  load: () => Promise<CompressorsLibrary> = () =>
    import(/* webpackIgnore: true */ 'hyparquet-compressors').catch(rethrow),
): Promise<CompressorsLibrary> {
  return orMissing(load, 'Reading Parquet with Zstandard or LZ4 needs the package hyparquet-compressors')
}

async function orMissing<Library>(load: () => Promise<Library>, need: string): Promise<Library> {
  try {
    return await load()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error
    throw new MissingPackageError(
      'missing-package',
      `${need}, which is not installed. Install it with: npm install hyparquet hyparquet-compressors`,
      { cause: error },
    )
  }
}
