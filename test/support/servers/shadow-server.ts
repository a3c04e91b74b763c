import { createMemoryLedger } from '../../../src/gateway/accounts/memory/memory-ledger.ts'
import { createGateway } from '../../../src/gateway/gateway.ts'
import { protocols } from '../../../src/gateway/protocols/registry.ts'
import type { RequestTap } from '../../../src/gateway/request-tap.ts'
import type { ShadowPair } from '../../../src/gateway/shadow/shadow-pair.ts'
import {
  createShadowCalls,
  type ShadowCalls,
  type ShadowOptions,
} from '../../../src/jobs/shadow/shadow-calls.ts'
import type { HttpProviderOptions } from '../../../src/providers/http/options.ts'
import { createHttpProvider } from '../../../src/providers/http/provider.ts'
import { createServer } from '../../../src/server/server.ts'
import type { ServerOptions } from '../../../src/server/server-options.ts'
import { createCheckedPolicy, modelOf } from '../cascade/cascade-under-test.ts'
import { wordRouter } from '../gateway-under-test.ts'
import {
  completion,
  json,
  type Respond,
  type SeenRequest,
  startUpstream,
  type Upstream,
} from '../upstream.ts'

/** A server with shadow calls before an upstream that answers by the name of the model. */
export type ShadowServer = {
  readonly url: string
  readonly upstream: Upstream
  readonly shadow: ShadowCalls
  readonly pairs: readonly ShadowPair[]
  readonly warnings: readonly object[]
  /** What each upstream model answers from now on. */
  readonly answers: Record<'big-model' | 'small-model' | 'judge-model', Respond>
  /** Posts to a path of the gateway and reads the whole reply. */
  post(
    path: string,
    body: object,
    headers?: Record<string, string>,
  ): Promise<{ status: number; text: string }>
  /** What the upstream was asked, by model. */
  askedOf(model: string): readonly SeenRequest[]
  close(): Promise<void>
}

const prices = (input: number) => ({ inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: 5 * input })

export const shadowModels = [
  { name: 'strong', provider: 'main', upstream: 'big-model', ...prices(5) },
  { name: 'weak', provider: 'main', upstream: 'small-model', ...prices(1) },
  { name: 'judge', provider: 'main', upstream: 'judge-model', ...prices(2) },
]

/** A completion with that text. */
export function saying(content: string | null, message: object = {}): Respond {
  return json({
    ...completion,
    choices: [{ index: 0, message: { role: 'assistant', content, ...message }, finish_reason: 'stop' }],
  })
}

const [strong, weak] = shadowModels

export async function startShadowServer(
  options: Partial<ShadowOptions> = {},
  serverOptions: ServerOptions = {},
  provider: Partial<HttpProviderOptions> = {},
): Promise<ShadowServer> {
  const answers = {
    'big-model': saying('the long answer'),
    'small-model': saying('the short answer'),
    'judge-model': saying('Both are fine. [[C]]'),
  }
  const upstream = await startUpstream((seen) => answers[modelOf(seen) as keyof typeof answers](seen))
  const gateway = createGateway({
    routers: [wordRouter],
    providers: [
      createHttpProvider({
        name: 'main',
        baseUrl: upstream.baseUrl,
        apiKey: 'sk-provider',
        protocols: protocols.map(({ name }) => name),
        ...provider,
      }),
    ],
    models: shadowModels,
    pair: { strong: 'strong', weak: 'weak' },
    auto: { kind: 'threshold', router: 'words', threshold: 0.5 },
    policies: new Map([['checked', createCheckedPolicy(strong!, weak!)]]),
  })
  const pairs: ShadowPair[] = []
  const warnings: object[] = []
  const shadow = createShadowCalls({
    gateway,
    share: 1,
    policies: null,
    judge: gateway.findModel('judge'),
    usdPerDay: 100,
    maxInFlight: 2,
    ledger: createMemoryLedger(Date.now),
    keeper: { addShadowPair: (pair) => pairs.push(pair) },
    now: Date.now,
    warn: (fields) => warnings.push(fields),
    ...options,
  })
  const tap: RequestTap = shadow
  const server = createServer(gateway, { drainTimeoutMs: 1000, ...serverOptions, tap })
  const { url } = await server.listen({ port: 0 })
  return {
    url,
    upstream,
    shadow,
    pairs,
    warnings,
    answers,
    async post(path, body, headers = {}) {
      const reply = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
      return { status: reply.status, text: await reply.text() }
    },
    askedOf: (model) => upstream.seen.filter((seen) => modelOf(seen) === model),
    async close() {
      await server.close()
      await shadow.close()
      await gateway.close()
      await upstream.close()
    },
  }
}
