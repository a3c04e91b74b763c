import { randomBytes } from 'node:crypto'
import type { Config } from '../config/config.ts'
import { createAccounts } from '../gateway/accounts/accounts.ts'
import { createMemoryLedger } from '../gateway/accounts/memory/memory-ledger.ts'
import { createNotifier, type RequestObserver } from '../gateway/request-record.ts'
import type { Fetch } from '../providers/fetch/provider.ts'
import { createAdmission } from '../server/inference/admission/admission.ts'
import type { OpenExchange, ServerLog } from '../server/inference/exchange-context.ts'
import { createInFlight } from '../server/inference/in-flight.ts'
import { createHops } from '../server/inference/request/hops.ts'
import { createResponseOrigins } from '../server/inference/stored/response-origins.ts'
import { describeProblem, toPublicError } from '../server/public-error.ts'
import { type FetchHandlerConfig, parseEdgeConfig } from './config.ts'
import { createEdgeGateway, readKeys } from './create-gateway.ts'
import {
  type AnswerRequest,
  createRequestAnswerer,
  errorResponse,
  toIncoming,
} from './http/answer-request.ts'
import { openArtifacts, type RouterArtifacts } from './routers/artifacts.ts'
import { createRouters, type LoadedRouters } from './routers/create-routers.ts'

export type FetchHandlerOptions = {
  /** What `routellm.yaml` says, as an object. */
  readonly config: FetchHandlerConfig
  /**
   * Where the keys are, by the names that `apiKeyEnv` gives: the bindings of a worker, `process.env`, or
   * `Deno.env.toObject()`. Default: none.
   */
  readonly env?: object
  /**
   * The trained routers: the default export of a file that `routellm export` wrote, or a list of such values. A function loads them with the first request. Default: none, for routers that are not trained.
   */
  readonly artifacts?: Artifacts | (() => Promise<Artifacts>)
  /** Whether requests without a client key are answered, because something in front lets in your clients only. Default: false. */
  readonly open?: boolean
  /** Calls models. Default: the platform's. */
  readonly fetch?: Fetch
  /** Receives warnings and errors, never a prompt or a key. Default: the console. */
  readonly log?: ServerLog
  /** Receives the record of each request that is over. */
  readonly onRequest?: RequestObserver
}

type Artifacts = RouterArtifacts | readonly RouterArtifacts[]

/** Answers a request. It never rejects. */
export type FetchHandler = (request: Request) => Promise<Response>

/**
 * The gateway as a function from a Web `Request` to a `Response`: it decides which model answers, sends the request there,
 * and passes the reply on as it comes. It uses nothing of Node.
 *
 * The routers are loaded at once, if their artifacts are there, and everything else with the first request, because some
 * platforms allow neither random numbers nor clocks before it.
 *
 * @throws ConfigError `invalid-config` with all problems at once; ArtifactError for artifacts that cannot be used.
 */
export function fetchHandler(options: FetchHandlerOptions): FetchHandler {
  const { artifacts, open = false } = options
  const env = (options.env ?? {}) as Readonly<Record<string, unknown>>
  const log = options.log ?? consoleLog
  const fetch: Fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
  const isLater = typeof artifacts === 'function'
  const files = isLater ? undefined : artifacts === undefined ? null : openArtifacts([artifacts].flat())
  const config = parseEdgeConfig(options.config, { env, files, isOpen: open })
  readKeys(config, env) // a key that no header can carry is a problem now
  const load = (found: typeof files): LoadedRouters =>
    createRouters(config.routers, {
      files: found ?? null,
      onWarning: (message) => log.warn({}, message),
      now: () => new Date(),
    })
  let loaded = isLater ? null : load(files)

  async function start(): Promise<AnswerRequest> {
    if (loaded === null) {
      const given = await (artifacts as () => Promise<Artifacts>)()
      loaded ??= load(openArtifacts([given].flat())) // another first request may have done it since
    }
    const gateway = await createEdgeGateway(config, { loaded, env, fetch, log })
    return createRequestAnswerer(createContext(config, gateway, options, log), config)
  }

  let answer: AnswerRequest | null = null
  return async (request) => {
    try {
      if (answer === null) {
        // Two first requests may both start it: on some platforms a request must not wait for another one's promise.
        const started = await start()
        answer ??= started
      }
    } catch (error) {
      const shown = toPublicError(error)
      log.error({ problem: describeProblem(error) }, 'the gateway could not start')
      return errorResponse(shown, null, toIncoming(request))
    }
    return answer(request)
  }
}

function createContext(
  { server }: Config,
  gateway: Awaited<ReturnType<typeof createEdgeGateway>>,
  { onRequest }: FetchHandlerOptions,
  log: ServerLog,
) {
  const prefix = `rllm-${randomBytes(6).toString('hex')}-`
  let count = 0
  const inFlight = createInFlight<OpenExchange>()
  const observers = [gateway.observe, ...(onRequest === undefined ? [] : [onRequest])]
  return {
    gateway,
    inFlight,
    log,
    keeper: null,
    tap: null,
    keepText: false,
    isTraced: false,
    accounts: createAccounts({
      keys: server.keys,
      limits: server.limits,
      ledger: createMemoryLedger(Date.now),
      observed: gateway.observed,
    }),
    admission: createAdmission({
      countOpen: () => inFlight.size,
      listener: { waited() {}, refused() {} },
      now: () => performance.now(),
    }),
    notify: createNotifier(observers, (error) =>
      log.warn({ problem: describeProblem(error) }, 'an observer of requests failed'),
    ),
    heartbeatMs: 5000,
    nextRequestId: () => prefix + (++count).toString(36),
    nextHops: createHops(randomBytes(6).toString('hex')),
    responseOrigins: createResponseOrigins(),
    onOver() {},
  }
}

const consoleLog: ServerLog = {
  // biome-ignore lint/suspicious/noConsole: on these platforms the console is the log
  warn: (fields, message) => console.warn(message, fields),
  // biome-ignore lint/suspicious/noConsole: on these platforms the console is the log
  error: (fields, message) => console.error(message, fields),
}
