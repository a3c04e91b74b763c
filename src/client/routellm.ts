import OpenAI, { type APIPromise } from 'openai'
import { ConfigError, InvalidRequestError, RouterError } from '../errors.ts'
import type { Decision } from '../gateway/decide/decision.ts'
import { explainDecision } from '../gateway/decide/explanation/explain.ts'
import type { ExplainedDecision } from '../gateway/decide/explanation/explained-decision.ts'
import { isRoutedName } from '../gateway/decide/model-name.ts'
import type { RouteRequest } from '../gateway/decide/route-request.ts'
import { findNeeds } from '../gateway/protocols/chat-completions/request-needs.ts'
import { needsOfPrompt, type RequestNeeds } from '../routing/catalogue/request-needs.ts'
import { promptFromText } from '../routing/prompts/routed-prompt.ts'
import { scorePrompts } from '../routing/routers/score-prompts.ts'
import { type ClientModels, createClientModels, ownBaseUrl } from './client-models.ts'
import { createSessionObserver } from './client-sessions.ts'
import { toConstructible } from './credentials.ts'
import { createRouterLoading, type LoadedRouters, type RouterLoading } from './deciding/loaded-routers.ts'
import { lowerCaseHeaders, type NamedRequest, parseNamedRequest } from './named-request.ts'
import { ownProviderName, type RouteLLMOptions } from './options.ts'
import { directCall, findDirection, otherProviderSecurity, setProviderHeaders } from './provider-request.ts'
import { addToResponse, withDecisionHeaders } from './replies/response-headers.ts'
import type { RequestOptions } from './request-options.ts'
import { withReadableForm } from './streamed-form.ts'

/** The option by which `withOptions` shares the routers of the client that it is called on. */
const sharedRouters = Symbol('routellm.routers')

type SharedRouters = {
  readonly of: readonly unknown[]
  readonly models: ClientModels
  readonly loading: RouterLoading
}

/**
 * The official OpenAI client, which sends chat completions for `router-<name>`, `router-<name>-<threshold>`,
 * `router-<name>-<n>pct` and `auto` to the strong or the weak model, each at its own base URL with its own key.
 *
 *     const client = new RouteLLM({ strongModel: 'openai/gpt-5', weakModel: 'local/llama3.1',
 *       providers: { local: { baseURL: 'http://127.0.0.1:11434/v1' } } })
 *     await client.chat.completions.create({ model: 'router-mf-50pct', messages })
 *
 * Everything else is as in the base class. On every endpoint `provider/name` goes to that provider under its own name
 * (`ClientModels.resolve`), a name without a slash to the client's own base URL, and a name that stands for no model here
 * is refused. A call is decided once, and its retries keep the decision, which the response of `.withResponse()` carries
 * in its `x-routellm-*` headers. A conversation keeps its model where a change does not pay (`sessions`).
 *
 * Constructing, `route` and `scoreMany` need no key. Routers load on first use.
 */
export class RouteLLM extends OpenAI {
  readonly #routing: RouteLLMOptions
  readonly #models: ClientModels
  readonly #loading: RouterLoading

  /** @throws ConfigError if models are missing or the same, or if an option cannot be combined with routing. */
  constructor(options: RouteLLMOptions) {
    if (options.provider)
      throw new ConfigError(
        'provider-unsupported',
        'the option provider signs every request for one vendor, so it cannot be routed; use providers: { name: { baseURL, apiKey } }',
        { param: 'provider' },
      )
    const shared = shareRouters(options)
    const base = toConstructible({
      ...options,
      fetch: withDecisionHeaders(options.fetch ?? globalThis.fetch),
    })
    super(Object.assign(base.options, { [sharedRouters]: shared }))
    if (base.isKeyless) {
      this.apiKey = null
      // withOptions copies these options, and its caller may pass a key.
      this._options.apiKey = null
    }
    this.#routing = options
    this.#models = shared.models
    this.#loading = shared.loading
  }

  /**
   * Which model would answer, and why. Sends nothing.
   *
   * @throws InvalidRequestError `unknown-router`, `bad-threshold`, …; ArtifactError if a router cannot be loaded.
   */
  async route(request: RouteRequest, options: { signal?: AbortSignal } = {}): Promise<ExplainedDecision> {
    if (!isRoutedName(request.model))
      return explainDecision({ kind: 'fixed-model', model: this.#models.resolve(request.model) })
    const { decider } = await abortable(this.#load(), options.signal)
    const needs = request.needs ?? findNeedsOf(request)
    const headers = lowerCaseHeaders(this._options.defaultHeaders)
    const origin = request.origin ?? { headers, body: request }
    return decider.explain({ ...request, needs, origin }, options.signal)
  }

  /**
   * The strong model's win rate for each prompt, in [0, 1], in order.
   *
   * @param options.router name of one of the client's routers. Default: the first.
   * @throws RouterError `unknown-router`, or if a prompt cannot be scored.
   */
  async scoreMany(
    prompts: readonly string[],
    options: { router?: string; signal?: AbortSignal } = {},
  ): Promise<Float64Array> {
    const { routers } = await abortable(this.#load(), options.signal)
    const names = [...routers.keys()]
    const router = routers.get(options.router ?? names[0] ?? '')
    if (router === undefined)
      throw new RouterError(
        'unknown-router',
        `there is no router ${JSON.stringify(options.router)}; this client has ${names.join(', ')}`,
        { param: 'router', status: 400 },
      )
    return scorePrompts(router, prompts.map(promptFromText), options.signal)
  }

  /**
   * Ends the threads and frees the memory of the routers (`sw_ranking`, `knn`), also for clients that `withOptions`
   * made from this one. The client stays usable: a router that is needed again is loaded again. Conversations are kept.
   */
  async close(): Promise<void> {
    await this.#loading.close()
  }

  // The base class retries within this method, so a call is decided once.
  override request<Rsp>(
    options: RequestOptions | Promise<RequestOptions>,
    remainingRetries: number | null = null,
  ): APIPromise<Rsp> {
    return super.request<Rsp>(this.#routed(options), remainingRetries)
  }

  // Default query parameters belong to the client's own base URL.
  override buildURL(
    path: string,
    query: Record<string, unknown> | null | undefined,
    defaultBaseURL?: string,
  ): string {
    if (!this.#isOtherProvider(path)) return super.buildURL(path, query, defaultBaseURL)
    const url = new URL(path)
    if (query) url.search = this.stringifyQuery(query)
    return url.toString()
  }

  protected override async prepareRequest(
    request: { headers?: unknown },
    { options }: { url: string; options: RequestOptions },
  ): Promise<void> {
    const direction = findDirection(options)
    if (direction === undefined || !(request.headers instanceof Headers)) return
    const provider = this.#routing.providers?.[direction.provider]
    if (provider !== undefined) setProviderHeaders(request.headers, provider)
    // It is for this client; a provider has no use for it.
    request.headers.delete('x-routellm-session')
    addToResponse(request.headers, direction.call)
  }

  protected override validateHeaders(
    { values, nulls }: { values: Headers; nulls: Set<string> },
    schemes: { bearerAuth?: boolean; adminAPIKeyAuth?: boolean } = {},
  ): void {
    if (schemes === otherProviderSecurity) return
    if (this._options.workloadIdentity && schemes.bearerAuth !== false) return
    if (['authorization', 'api-key'].some((name) => values.has(name) || nulls.has(name))) return
    throw new ConfigError(
      'missing-api-key',
      `no API key for ${this.baseURL}: pass apiKey, or set OPENAI_API_KEY; a provider of its own goes under providers: { name: { baseURL, apiKey } }`,
      { param: 'apiKey' },
    )
  }

  async #routed(given: RequestOptions | Promise<RequestOptions>): Promise<RequestOptions> {
    const options = await withReadableForm(await given)
    const request = parseNamedRequest(options)
    if (request === undefined) return options
    const decision = await this.#decide(request, options)
    const { provider, upstream } = decision.model
    const isOwnName = provider === ownProviderName && upstream === request.model
    if (isOwnName && !this.#isOfPair(request.model)) return options
    return directCall(request.rename(upstream), decision, {
      provider: this.#routing.providers?.[provider],
      observer: createSessionObserver(this.#loading.sessions, decision),
    })
  }

  /** @throws InvalidRequestError `router-not-supported` for a router on another endpoint than chat completions. */
  async #decide(request: NamedRequest, { path, signal }: RequestOptions): Promise<Decision> {
    const { model, messages, needs } = request
    const headers = { ...lowerCaseHeaders(this._options.defaultHeaders), ...request.origin.headers }
    if (!isRoutedName(model)) return { kind: 'fixed-model', model: this.#models.resolve(model) }
    if (messages === null)
      throw new InvalidRequestError(
        'router-not-supported',
        `Routers and policies choose for chat completions only; ${path} needs a model's own name instead of "${model}".`,
        { param: 'model' },
      )
    const callerSignal = signal ?? undefined
    try {
      const { decider } = await abortable(this.#load(), callerSignal)
      return await decider.decide(
        { model, messages, needs, origin: { ...request.origin, headers } },
        callerSignal,
      )
    } catch (error) {
      if (callerSignal?.aborted === true) throw new OpenAI.APIUserAbortError()
      throw error
    }
  }

  #load(): Promise<LoadedRouters> {
    return this.#loading.load((message) => {
      if (this.logLevel !== 'off' && this.logLevel !== 'error') this.logger.warn(message)
    })
  }

  #isOtherProvider(path: string): boolean {
    return Object.values(this.#routing.providers ?? {}).some(({ baseURL }) => path.startsWith(baseURL))
  }

  #isOfPair(name: string): boolean {
    return [this.#models.strong, this.#models.weak].some((model) => model.name === name)
  }
}

/** The routers of the client that `withOptions` was called on, unless the routing options differ. */
function shareRouters(options: RouteLLMOptions): SharedRouters {
  const { routers, strongModel, weakModel, providers, autoThreshold, promptRule, sessions } = options
  const { embedderOptions, hub, inference } = options
  const baseURL = ownBaseUrl(options)
  const of = [
    ...[routers, strongModel, weakModel, providers, autoThreshold, promptRule, sessions],
    ...[embedderOptions, hub, inference, baseURL],
  ]
  const shared: unknown = Reflect.get(options, sharedRouters)
  if (isSharedRouters(shared) && shared.of.every((value, index) => value === of[index])) return shared
  const models = createClientModels(options, baseURL)
  const baseUrls = new Map(
    Object.entries(options.providers ?? {}).map(([name, provider]) => [name, provider.baseURL]),
  )
  // An entry of its own takes the place of the client's own address.
  if (!baseUrls.has(ownProviderName)) baseUrls.set(ownProviderName, baseURL)
  return { of, models, loading: createRouterLoading(options, { pair: models, baseUrls }) }
}

function findNeedsOf(request: RouteRequest): RequestNeeds {
  return 'prompt' in request ? needsOfPrompt(request.prompt) : findNeeds(request)
}

function isSharedRouters(value: unknown): value is SharedRouters {
  return typeof value === 'object' && value !== null && 'of' in value && 'loading' in value
}

/** The same promise, which rejects with `signal.reason` once `signal` aborts. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
