export type ExportResult = {
  readonly output: string
  readonly routers: readonly string[]
  readonly bytes: number
  /** With gzip, as platforms measure a worker. */
  readonly compressedBytes: number
}

export function formatExport({ output, routers, bytes, compressedBytes }: ExportResult): string[] {
  const megabytes = (count: number) => `${(count / 1e6).toFixed(1)} MB`
  return [
    `${output}: ${routers.join(', ')}; ${megabytes(bytes)}, ${megabytes(compressedBytes)} compressed`,
    'Give its default export to fetchHandler as `artifacts`: docs/edge.md',
  ]
}
