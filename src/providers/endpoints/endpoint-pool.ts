import { retryAfterMs } from '../../base/http/retry-after.ts'
import { UpstreamError } from '../../errors.ts'
import { collectReply } from '../collect-reply.ts'
import { bringsCredential } from '../http/options.ts'
import { isNetworkedProvider, type Provider, type ReplySink } from '../provider.ts'
import { type BreakerOptions, type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts'

/** A provider with one or more endpoints, each behind a circuit breaker. */
export type PooledProvider = Provider & {
  /** Where its requests go, one URL an endpoint. */
  readonly baseUrls: readonly string[]
  /** Whether an endpoint takes requests of all models now, which is usual. */
  takesAll(): boolean
  /** Whether an endpoint takes requests of the model now. @param model the upstream's name of it. */
  isAvailable(model: string): boolean
}

export type PoolOptions = {
  readonly breaker?: BreakerOptions
  /** From 0 to 1. */
  random(): number
  /** Milliseconds of a clock that does not jump. */
  now(): number
}

type Endpoint = { readonly provider: Provider; readonly breaker: CircuitBreaker; inFlight: number }

/**
 * One provider of several endpoints, or keys, that serve the same models. Each request goes to the less busy one of two
 * that are drawn at random among those that take requests (power of two choices). An endpoint that answers 429 gets no
 * request of the model for as long as it asks, because providers limit each model on its own; one that fails several times
 * in a row, also within its streams, none for some seconds. The 429 of a request with a credential of its own is about that
 * credential, and keeps nobody else out.
 *
 * Source: Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 12(10), 2001.
 *
 * @param providers of one configured entry; at least one. What they speak is the first one's.
 */
export function createEndpointPool(
  providers: readonly [Provider, ...Provider[]],
  { breaker, random, now }: PoolOptions,
): PooledProvider {
  const endpoints: readonly Endpoint[] = providers.map((provider) => ({
    provider,
    breaker: createCircuitBreaker(breaker),
    inFlight: 0,
  }))
  const [first] = providers

  function choose(model: string): Endpoint | null {
    const at = now()
    if (endpoints.length === 1) return endpoints[0]!.breaker.isAvailable(at, model) ? endpoints[0]! : null
    const available = endpoints.filter((endpoint) => endpoint.breaker.isAvailable(at, model))
    const { length } = available
    if (length <= 1) return available[0] ?? null
    const one = Math.min(length - 1, Math.floor(random() * length))
    const rest = Math.min(length - 2, Math.floor(random() * (length - 1)))
    const [left, right] = [available[one]!, available[rest >= one ? rest + 1 : rest]!]
    return right.inFlight < left.inFlight ? right : left
  }

  const stream: Provider['stream'] = (request, sink) => {
    const { model = '' } = request
    const endpoint = choose(model)
    if (endpoint === null) {
      const error = unavailable(first.name, model, endpoints, now())
      queueMicrotask(() => sink.onError(error))
      return () => {}
    }
    return new PooledCall(endpoint, sink, now).start(request)
  }

  return {
    ...first,
    baseUrls: providers.flatMap((provider) => (isNetworkedProvider(provider) ? [provider.baseUrl] : [])),
    takesAll: () => endpoints.some(({ breaker: each }) => each.takesAll(now())),
    isAvailable: (model) => endpoints.some(({ breaker: each }) => each.isAvailable(now(), model)),
    stream,
    call: (request, signal) => collectReply({ name: first.name, stream }, request, signal),
    async close() {
      await Promise.all(providers.map((provider) => provider.close()))
    },
  }
}

/** One request to one endpoint, whose end the breaker learns. A class, because one is made per request. */
class PooledCall implements ReplySink {
  readonly #endpoint: Endpoint
  readonly #sink: ReplySink
  readonly #now: () => number
  /** Whose pause a 429 asks for; null: only the client's, whose credential it is. */
  #model: string | null = null
  #isProbe = false
  #isOver = false
  /** Whether the endpoint has answered that it cannot serve, and the breaker knows. */
  #hasFailed = false
  #isSuccess = false

  constructor(endpoint: Endpoint, sink: ReplySink, now: () => number) {
    this.#endpoint = endpoint
    this.#sink = sink
    this.#now = now
  }

  start(request: Parameters<Provider['stream']>[0]): (reason?: Error) => void {
    const { provider, breaker } = this.#endpoint
    this.#endpoint.inFlight++
    this.#model = bringsCredential(request) ? null : (request.model ?? '')
    this.#isProbe = breaker.onSent(this.#now())
    const abort = provider.stream(request, this)
    return (reason) => {
      if (this.#finish()) {
        if (this.#isSuccess && isRefusal(reason)) breaker.onFailure(this.#now())
        else if (!this.#hasFailed) breaker.onAborted(this.#isProbe)
      }
      abort(reason)
    }
  }

  onHead(status: number, headers: Readonly<Record<string, string>>, resume: () => void): void {
    const { breaker } = this.#endpoint
    this.#isSuccess = status < 400
    if (status === 429) {
      const waitMs = retryAfterMs((name) => headers[name])
      if (waitMs !== undefined && this.#model !== null) breaker.onBusy(this.#now(), waitMs, this.#model)
    } else if (status >= 500) {
      this.#hasFailed = true
      breaker.onFailure(this.#now())
    }
    this.#sink.onHead(status, headers, resume)
  }

  onData(chunk: Uint8Array): boolean {
    return this.#sink.onData(chunk)
  }

  onEnd(): void {
    if (this.#finish() && !this.#hasFailed) this.#endpoint.breaker.onSuccess()
    this.#sink.onEnd()
  }

  onError(error: Error): void {
    if (this.#finish() && !this.#hasFailed) this.#endpoint.breaker.onFailure(this.#now())
    this.#sink.onError(error)
  }

  #finish(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#endpoint.inFlight--
    return true
  }
}

/** The gateway gave up a reply because it was an error, which of a success only its body says. */
function isRefusal(reason: Error | undefined): boolean {
  return reason instanceof UpstreamError && reason.code === 'upstream-refused'
}

function unavailable(
  name: string,
  model: string,
  endpoints: readonly Endpoint[],
  now: number,
): UpstreamError {
  const waits = endpoints.map(({ breaker }) => breaker.waitMs(now, model))
  const retryAfterSeconds = Math.max(1, Math.ceil(Math.min(...waits) / 1000))
  const next = `it gets its next request in about ${retryAfterSeconds} s`
  if (endpoints.some(({ breaker }) => breaker.isPaused(now, model)))
    return new UpstreamError(
      'upstream-rate-limited',
      `The upstream "${name}" has answered 429 for the model ${JSON.stringify(model)} and asked for a pause; ${next}.`,
      { status: 429, retryAfterSeconds },
    )
  return new UpstreamError(
    'upstream-unavailable',
    `The upstream "${name}" has failed several times in a row; ${next}.`,
    { status: 503, retryAfterSeconds },
  )
}
