import type { ClientOptions } from 'openai'
import type { Decision } from '../gateway/decide/decision.ts'
import { appendDecisionHeaders } from '../gateway/decide/decision-headers.ts'

type Fetch = NonNullable<ClientOptions['fetch']>

/**
 * The decision's headers by the request's headers. The base class makes a new `Headers` for every attempt and passes
 * the same object to `fetch`, so a response can carry the decision although the request does not.
 */
const decided = new WeakMap<object, Readonly<Record<string, string>>>()
const wrapped = new WeakSet<Fetch>()

/** Adds `headers` to the response to the request that has `requestHeaders`. */
export function addToResponse(requestHeaders: object, headers: Readonly<Record<string, string>>): void {
  decided.set(requestHeaders, headers)
}

/** `fetch` whose responses carry the headers of `addToResponse`. A fetch that does so already is returned. */
export function withDecisionHeaders(fetch: Fetch): Fetch {
  if (wrapped.has(fetch)) return fetch
  const fetchWithHeaders: Fetch = async (url, init) => {
    const response = await fetch(url, init)
    const headers = init?.headers
    const added = typeof headers === 'object' && headers !== null ? decided.get(headers) : undefined
    if (added === undefined) return response
    const all = new Headers(response.headers)
    for (const [name, value] of Object.entries(added)) all.set(name, value)
    // A fetched response's headers are immutable; a property that shadows them keeps its URL and body.
    Object.defineProperty(response, 'headers', { value: all, configurable: true })
    return response
  }
  wrapped.add(fetchWithHeaders)
  return fetchWithHeaders
}

/** The headers that the server sends for the same decision. */
export function toResponseHeaders(decision: Decision): Readonly<Record<string, string>> {
  const flat: string[] = []
  appendDecisionHeaders(flat, decision)
  return Object.fromEntries(
    flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : [])),
  )
}
