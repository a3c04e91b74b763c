import { InvalidRequestError } from '../errors.ts'
import { protocols } from '../gateway/protocols/registry.ts'
import { version } from '../version.ts'

/** Paths with their methods. */
export type Endpoints = ReadonlyMap<string, 'GET' | 'POST'>

/** Every path that clients use, with its method. `HEAD` goes where `GET` does. */
export const endpoints: Endpoints = new Map([
  ['/', 'GET'],
  ...protocols.flatMap(({ paths }) => paths.map((path) => [`/v1${path}`, 'POST'] as const)),
  ['/v1/route', 'POST'],
  ['/v1/feedback', 'POST'],
  ['/v1/models', 'GET'],
  ['/health', 'GET'],
  ['/ready', 'GET'],
  ['/metrics', 'GET'],
])

/** Paths with a name or an id in them, for the list of what is served. */
export const namedEndpoints: readonly string[] = [
  'GET /v1/models/{name}',
  'GET /v1/responses/{id}',
  'DELETE /v1/responses/{id}',
  'GET /v1/responses/{id}/input_items',
  'POST /v1/responses/{id}/cancel',
]

/** What `GET /` says to programs: the version, and what is served. */
export function describeServer(): object {
  const served = [...endpoints.keys(), ...namedEndpoints.map((each) => each.slice(each.indexOf('/')))]
  return { name: 'routellm', version, endpoints: [...new Set(served)] }
}

/** Paths that need no client key: probes have none. */
export const openPaths: ReadonlySet<string> = new Set(['/', '/health', '/ready'])

/** A URL's path, without its query. */
export function parsePath(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}

/**
 * The URL that is served for one that a client made of a base URL with or without `/v1`, with `/v1` twice, or with a slash
 * too many: `/chat/completions/` → `/v1/chat/completions`. Any other URL is unchanged.
 */
export function canonicalUrl(url: string): string {
  if (endpoints.has(url)) return url
  const path = parsePath(url)
  if (endpoints.has(path)) return url
  const canonical = canonicalPath(path)
  return canonical === undefined ? url : canonical + url.slice(path.length)
}

/** The longest path that is read: those of models have names in them. */
const longestPath = 1024

function canonicalPath(path: string): string | undefined {
  if (path.length > longestPath) return undefined
  const rest = path.replace(/^\/+(?:v1(?:\/+|$))*/, '')
  const trimmed = `/${rest.replace(/\/{2,}/g, '/').replace(/\/$/, '')}`
  if (endpoints.has(`/v1${trimmed}`)) return `/v1${trimmed}`
  // Within the name of a model a slash is the name's own.
  const model = /^models\/+(.+)$/.exec(rest)?.[1]
  if (model !== undefined) return `/v1/models/${model}`
  const stored = /^responses\/[\w-]+(?:\/(?:input_items|cancel))?$/.exec(trimmed.slice(1))
  if (stored !== null) return `/v1${trimmed}`
  return endpoints.has(trimmed) ? trimmed : undefined
}

/** The endpoint that a path which is not served ends with, in any letters: `/openai/v1/Chat/Completions`. */
function similarEndpoint(path: string, served: Endpoints): string | undefined {
  const words = path.toLowerCase().replace(/\/+$/, '')
  if (words.length > longestPath) return undefined
  return [...served.keys()].find((known) => known !== '/' && words.endsWith(known.replace(/^\/v1/, '')))
}

/** The error for a request to nothing that is served: 405 if the path takes another method, else 404. */
export function createNotServed(method: string, url: string, served: Endpoints): InvalidRequestError {
  const path = parsePath(url)
  const allowed = served.get(path)
  const shownPath = path.length > 200 ? `${path.slice(0, 200)}…` : path
  if (allowed !== undefined) {
    const message = `${shownPath} takes ${allowed}, not ${method}.`
    return new InvalidRequestError('method-not-allowed', message, { status: 405 })
  }
  const similar = similarEndpoint(path, served)
  const list = [...served].map(([known, verb]) => `${verb} ${known}`).join(', ')
  const hint = similar === undefined ? `Served: ${list}.` : `Did you mean ${served.get(similar)} ${similar}?`
  return new InvalidRequestError('unknown-url', `There is no ${method} ${shownPath}. ${hint}`, {
    status: 404,
  })
}
