import type { ClientOptions } from 'openai'
import type { Decision } from '../../gateway/decide/decision.ts'
import { appendDecisionHeaders } from '../../gateway/decide/decision-headers.ts'
import { type BodyObserver, observeResponse } from './observed-response.ts'

type Fetch = NonNullable<ClientOptions['fetch']>

/**
 * The decision's headers by the request's headers. The base class makes a new `Headers` for every attempt and passes
 * the same object to `fetch`, so a response can carry the decision although the request does not.
 */
const decided = new WeakMap<object, RepliedCall>()
const wrapped = new WeakSet<Fetch>()

/** Learns how a call ended. Each attempt of the call ends once. */
export type ReplyObserver = {
  /** No reply came, or an error. */
  failed(): void
  /** A reply began. */
  answered(contentType: string): BodyObserver
}

export type RepliedCall = {
  /** Added to the response. */
  readonly headers: Readonly<Record<string, string>>
  readonly observer: ReplyObserver | null
}

/** Adds the headers to the response to the request that has `requestHeaders`, and lets the observer see it. */
export function addToResponse(requestHeaders: object, call: RepliedCall): void {
  decided.set(requestHeaders, call)
}

/** `fetch` whose responses carry the headers of `addToResponse`. A fetch that does so already is returned. */
export function withDecisionHeaders(fetch: Fetch): Fetch {
  if (wrapped.has(fetch)) return fetch
  const fetchWithHeaders: Fetch = async (url, init) => {
    const headers = init?.headers
    const call = typeof headers === 'object' && headers !== null ? decided.get(headers) : undefined
    if (call === undefined) return fetch(url, init)
    const { observer } = call
    const response = await fetch(url, init).catch((error: unknown) => {
      observer?.failed()
      throw error
    })
    const all = new Headers(response.headers)
    for (const [name, value] of Object.entries(call.headers)) all.set(name, value)
    if (response.ok && observer !== null)
      return observeResponse(response, all, observer.answered(all.get('content-type') ?? ''))
    observer?.failed()
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
