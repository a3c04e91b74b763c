import { protocols } from '../gateway/protocols/registry.ts'

/** Every path that clients use, with its method. */
export const endpoints: ReadonlyMap<string, 'GET' | 'POST'> = new Map([
  ...protocols.flatMap(({ paths }) => paths.map((path) => [`/v1${path}`, 'POST'] as const)),
  ['/v1/route', 'POST'],
  ['/v1/models', 'GET'],
  ['/health', 'GET'],
  ['/ready', 'GET'],
  ['/metrics', 'GET'],
])

/** A URL's path, without its query. */
export function parsePath(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
