import type { ClientOptions } from 'openai'
import type { Decision } from '../gateway/decide/decision.ts'
import { appendDecisionHeaders } from '../gateway/decide/decision-headers.ts'

type Fetch = NonNullable<ClientOptions['fetch']>

/**
 * Which request's headers belong to which decision. The base class makes a new `Headers` for every attempt and
 * hands that same object to `fetch`, so a response can be told what was decided without a trace on the wire.
 */
const decided = new WeakMap<object, Readonly<Record<string, string>>>()
const announcing = new WeakSet<Fetch>()

/** Notes for the response to the request with these headers what was decided. */
export function noteRouting(requestHeaders: object, headers: Readonly<Record<string, string>>): void {
  decided.set(requestHeaders, headers)
}

/** `fetch` whose responses carry `x-routellm-*` where routing was noted. A fetch that does so already is returned. */
export function announcingFetch(fetch: Fetch): Fetch {
  if (announcing.has(fetch)) return fetch
  const announced: Fetch = async (url, init) => {
    const response = await fetch(url, init)
    const headers = init?.headers
    const routing = typeof headers === 'object' && headers !== null ? decided.get(headers) : undefined
    if (routing === undefined) return response
    const all = new Headers(response.headers)
    for (const [name, value] of Object.entries(routing)) all.set(name, value)
    // The headers of a fetched response cannot be changed; shadowing them keeps its URL and body as they are.
    Object.defineProperty(response, 'headers', { value: all, configurable: true })
    return response
  }
  announcing.add(announced)
  return announced
}

/** The headers that the server sends for the same decision. */
export function toResponseHeaders(decision: Decision): Readonly<Record<string, string>> {
  const flat: string[] = []
  appendDecisionHeaders(flat, decision)
  return Object.fromEntries(
    flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : [])),
  )
}
