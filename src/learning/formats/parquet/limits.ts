/** Upper limits for what a Parquet file may request, whatever its headers claim. */
export type ParquetLimits = {
  readonly footerBytes: number
  readonly columns: number
  /** Of a row group, as it is on disk. */
  readonly groupBytes: number
  /** Of all pages of a row group, decompressed. */
  readonly groupUncompressedBytes: number
  /** Of one column in a row group; an embedding of 1,536 numbers has so many for 20,000 rows. */
  readonly values: number
}

export const defaultParquetLimits: ParquetLimits = {
  footerBytes: 16 * 2 ** 20,
  columns: 10_000,
  groupBytes: 512 * 2 ** 20,
  groupUncompressedBytes: 2 ** 30,
  values: 2 ** 25,
}
