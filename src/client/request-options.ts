import type OpenAI from 'openai'

/** What the base class's resources pass to `request`. */
export type RequestOptions = Awaited<Parameters<OpenAI['request']>[0]>

/** Headers as the base class keeps them, with null for one that a call removes. */
export function plainHeaders(
  headers: RequestOptions['headers'],
): readonly (readonly [string, string | null])[] {
  if (headers === undefined || headers === null || typeof headers !== 'object') return []
  if (headers instanceof Headers) return [...headers]
  if ('values' in headers && headers.values instanceof Headers) {
    const nulls = 'nulls' in headers && headers.nulls instanceof Set ? [...headers.nulls] : []
    return [...headers.values, ...nulls.map((name) => [String(name), null] as const)]
  }
  return Object.entries(headers).flatMap(([name, value]): [string, string | null][] =>
    typeof value === 'string' || value === null ? [[name, value]] : [],
  )
}
