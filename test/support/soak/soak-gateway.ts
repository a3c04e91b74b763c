import { clientKeyHmac } from '../../../src/config/client-key.ts'
import type { GatewayLimits } from '../../../src/config/config.ts'
import type { Account } from '../../../src/gateway/accounts/account.ts'
import type { Ledger, Usage } from '../../../src/gateway/accounts/ledger.ts'
import { createMemoryLedger } from '../../../src/gateway/accounts/memory/memory-ledger.ts'
import { createGateway } from '../../../src/gateway/gateway.ts'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { createEndpointPool } from '../../../src/providers/endpoints/endpoint-pool.ts'
import { createHttpProvider } from '../../../src/providers/http/provider.ts'
import type { Model } from '../../../src/routing/catalogue/model.ts'
import { createCascadePolicy } from '../../../src/routing/policies/cascade/policy.ts'
import type { FallbackMode } from '../../../src/routing/policies/fallback-mode.ts'
import { createObservedCalls } from '../../../src/routing/policies/observations/create-observed-calls.ts'
import type { ObservedCandidate } from '../../../src/routing/policies/observations/expected-call.ts'
import { unobserved } from '../../../src/routing/policies/observations/unobserved.ts'
import { createPairPolicies } from '../../../src/routing/policies/pair/policy.ts'
import type { Policy } from '../../../src/routing/policies/policy.ts'
import { createSessions, defaultSessionOptions } from '../../../src/routing/sessions/sessions.ts'
import type { MeasuredVerifier } from '../../../src/routing/verifiers/verifier.ts'
import { createServer } from '../../../src/server/server.ts'
import type { ServerOptions } from '../../../src/server/server-options.ts'
import { wordRouter } from '../gateway-under-test.ts'
import { type KeyName, type Spoken, spokenProtocols } from './plan.ts'

/** The names that the gateway has for the protocols. */
export const protocolNames = {
  chat: 'chat-completions',
  messages: 'messages',
  responses: 'responses',
} as const satisfies Record<Spoken, string>

export const secrets: Readonly<Record<KeyName, string>> = {
  rich: 'rllm-key-of-the-rich-client',
  poor: 'rllm-key-of-the-poor-client',
  none: 'rllm-key-without-any-name',
}

const budgets = { rich: 1_000_000, poor: 2, gateway: 2_000_000 }

/** A record, and what its request was charged with. */
export type Settled = {
  readonly record: RequestRecord
  /** Null for a request that reserved nothing. */
  readonly usage: Usage | null
}

export type LeftUsd = { readonly account: string; readonly leftUsd: number; readonly expectedUsd: number }

export type SoakGateway = {
  readonly url: string
  /** Problems that the server logged as its own: must stay empty. */
  readonly faults: readonly string[]
  inFlight(): Promise<number>
  /** For each budget what the ledger has left, and what it should have left by the sum of what was settled. */
  leftUsd(): readonly LeftUsd[]
  /** Reservations that were not settled. */
  readonly openReservations: number
  /** Those that were settled more than once. */
  readonly doubleSettlements: number
  close(): Promise<void>
}

/**
 * Policies are named by their kind and the protocols of their models: `pair-chat-messages` has a strong model that speaks `chat`.
 *
 * @param silenceMs ends a call whose model falls silent: more than an answer takes on a busy machine.
 */
export async function startSoakGateway(
  baseUrl: string,
  silenceMs: number,
  random: () => number,
  limits: Omit<GatewayLimits, 'pacing' | 'usdPerDay'>,
  onSettled: (settled: Settled) => void,
): Promise<SoakGateway> {
  const providers = spokenProtocols.map((spoken) =>
    createHttpProvider({
      name: spoken,
      baseUrl,
      apiKey: 'sk-soak-provider',
      protocols: [protocolNames[spoken]],
      retries: 1,
      headersTimeoutMs: silenceMs,
      firstTokenTimeoutMs: silenceMs,
      idleTimeoutMs: silenceMs,
    }),
  )
  const endpoint = (url: string) =>
    createHttpProvider({
      name: 'pool',
      baseUrl: url,
      apiKey: 'sk-soak-provider',
      protocols: [protocolNames.chat],
      headersTimeoutMs: silenceMs,
      firstTokenTimeoutMs: silenceMs,
      idleTimeoutMs: silenceMs,
    })
  const pool = createEndpointPool([endpoint(baseUrl), endpoint(baseUrl), endpoint(baseUrl)], {
    random,
    now: () => performance.now(),
  })
  const model = (side: 'strong' | 'weak', spoken: Spoken | 'pool') => ({
    ...{ name: `${side}-${spoken}`, provider: spoken, upstream: `${side}-model` },
    ...{ maxOutputTokens: 1000, tools: true },
    inputUsdPerMillionTokens: side === 'strong' ? 100 : 10,
    cacheReadUsdPerMillionTokens: side === 'strong' ? 10 : 1,
    outputUsdPerMillionTokens: side === 'strong' ? 400 : 40,
  })
  const policies = new Map<string, Policy>()
  const modes = new Map<string, FallbackMode>()
  for (const strong of spokenProtocols)
    for (const weak of spokenProtocols) {
      const policy = `${strong}-${weak}`
      const create = createPairPolicies({
        strong: model('strong', strong),
        weak: model('weak', weak),
        routerTimeoutMs: 500,
      })
      policies.set(`pair-${policy}`, create({ policy: `pair-${policy}`, router: wordRouter, threshold: 0.5 }))
      modes.set(`pair-${policy}`, 'both')
      policies.set(
        `cascade-${policy}`,
        createCascadePolicy({
          name: `cascade-${policy}`,
          candidates: [observe(model('strong', strong)), observe(model('weak', weak))],
          verifier: promptVerifier,
          threshold: 0.5,
          router: null,
          hardFrom: Number.POSITIVE_INFINITY,
          easyBelow: 0,
          timeoutMs: silenceMs,
          samples: 0,
          maxSeconds: null,
          routerTimeoutMs: 500,
        }),
      )
    }
  const createPooled = createPairPolicies({
    strong: model('strong', 'pool'),
    weak: model('weak', 'pool'),
    routerTimeoutMs: 500,
  })
  policies.set('pooled', createPooled({ policy: 'pooled', router: wordRouter, threshold: 0.5 }))
  modes.set('pooled', 'both')
  const gateway = createGateway({
    routers: [wordRouter],
    providers: [...providers, pool],
    models: [...spokenProtocols, 'pool' as const].flatMap((spoken) => [
      model('strong', spoken),
      model('weak', spoken),
    ]),
    pair: { strong: 'strong-chat', weak: 'weak-chat' },
    auto: { kind: 'threshold', router: 'words', threshold: 0.5 },
    policies,
    fallbacks: { pair: 'both', policies: modes },
    // Few are remembered, so that memory is full from the beginning of a long run.
    sessions: createSessions({
      options: { ...defaultSessionOptions, maxSessions: 200 },
      findTerms: () => null,
    }),
    observed: createObservedCalls(Date.now),
    hedge: { afterPercentile: 95, maxShare: 0.05 },
    random,
    log: { warn() {} },
  })
  const faults: string[] = []
  const watched = watchLedger(createMemoryLedger(() => Date.UTC(2026, 10, 28, 12)))
  const options: ServerOptions = {
    clientKeys: [clientKeyHmac(secrets.none)],
    keys: [
      { name: 'rich', hmac: clientKeyHmac(secrets.rich), pacing: true, usdPerDay: budgets.rich },
      { name: 'poor', hmac: clientKeyHmac(secrets.poor), pacing: true, usdPerDay: budgets.poor },
    ],
    limits: { pacing: true, usdPerDay: budgets.gateway, ...limits },
    ledger: watched.ledger,
    observers: [(record) => onSettled({ record, usage: watched.takeLast() })],
    log: { warn() {}, error: (fields, message) => void faults.push(`${message}: ${JSON.stringify(fields)}`) },
    drainTimeoutMs: 1000,
  }
  const server = createServer(gateway, options)
  const { url } = await server.listen({ port: 0 })
  return {
    url,
    faults,
    async inFlight() {
      const reply = await fetch(`${url}/metrics`, { headers: { 'api-key': secrets.none } })
      const value = /^routellm_requests_in_flight (\d+)$/m.exec(await reply.text())?.[1]
      if (value === undefined) throw new Error('the gauge of requests in flight is missing')
      return Number(value)
    },
    leftUsd: () =>
      Object.entries(budgets).map(([name, usdPerDay]) => {
        const account = name === 'gateway' ? name : `key:${name}`
        return {
          account,
          leftUsd: watched.inner.leftUsd([accountOf(account, usdPerDay)]) ?? Number.NaN,
          expectedUsd: Math.max(0, usdPerDay - (watched.settledUsd.get(account) ?? Number.NaN)),
        }
      }),
    get openReservations() {
      return watched.open()
    },
    get doubleSettlements() {
      return watched.doubles()
    },
    async close() {
      await server.close()
      await gateway.close()
    },
  }
}

function observe(model: Model): ObservedCandidate {
  const priors = { outputTokens: 30, firstTokenSeconds: 0.01, secondsPerOutputToken: 0.001 }
  return { model, observed: unobserved.of(model.name), priors }
}

/** Finds every answer to a hard question wrong. */
const promptVerifier: MeasuredVerifier = {
  name: 'by-prompt',
  pair: { strong: 'large', weak: 'small' },
  strongWinRate: ({ prompt }) => (prompt.includes('hard') ? 0.9 : 0.1),
  crossFittedWinRate: () => undefined,
  winRateQuantiles: [0.1, 0.5, 0.9],
  separation: 2,
}

function accountOf(id: string, usdPerDay: number): Account {
  return {
    id,
    label: id,
    requestsPerMinute: null,
    tokensPerMinute: null,
    usdPerDay,
    usdPerMonth: null,
    isPaced: true,
  }
}

/** A ledger that counts what is settled, and remembers the last settlement until it is taken. */
function watchLedger(inner: Ledger) {
  const settledUsd = new Map<string, number>()
  let open = 0
  let doubles = 0
  let last: Usage | null = null
  const ledger: Ledger = {
    ...inner,
    reserve(accounts, estimate) {
      const reserved = inner.reserve(accounts, estimate)
      if (reserved instanceof Promise) throw new Error('a ledger in memory answers at once')
      if (reserved.kind === 'refused') return reserved
      open++
      let isSettled = false
      return {
        ...reserved,
        settle(usage) {
          reserved.settle(usage)
          if (isSettled) doubles++
          else open--
          isSettled = true
          last = usage
          for (const { id } of accounts)
            settledUsd.set(id, (settledUsd.get(id) ?? 0) + (usage.usd ?? Number.NaN))
        },
      }
    },
  }
  return {
    ledger,
    inner,
    settledUsd,
    open: () => open,
    doubles: () => doubles,
    takeLast() {
      const taken = last
      last = null
      return taken
    },
  }
}
