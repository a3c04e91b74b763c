export const guaranteeMarkers: readonly [begin: string, end: string]
export function guaranteeMarkdown(results: unknown): string
