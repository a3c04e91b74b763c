import { createGateway, type Gateway, type GatewayParts } from '../../src/gateway/gateway.ts'
import { protocols } from '../../src/gateway/protocols/registry.ts'
import type { HttpProviderOptions } from '../../src/providers/http/options.ts'
import { createHttpProvider } from '../../src/providers/http/provider.ts'
import type { Provider } from '../../src/providers/provider.ts'
import type { CalibratedRouter, Router } from '../../src/routing/routers/router.ts'
import { createServer } from '../../src/server/server.ts'
import type { Server, ServerOptions } from '../../src/server/server-options.ts'
import { startUpstream, type Upstream } from './upstream.ts'

/** A gateway on a real socket before a programmable upstream. */
export type GatewayUnderTest = {
  readonly url: string
  readonly upstream: Upstream
  readonly server: Server
  readonly gateway: Gateway
  readonly warnings: { fields: object; message: string }[]
  /** Posts a chat completion; the body may be text to be sent as it is. */
  chat(body: object | string, init?: RequestInit): Promise<Response>
  /** Value of a line of `/metrics` that begins with `series`, or null. */
  metric(series: string): Promise<number | null>
  /** Resolves once the series has that value; the test's time limit is the deadline. */
  metricBecomes(series: string, value: number): Promise<void>
  close(): Promise<void>
}

export type UnderTestOptions = {
  readonly parts?: Partial<GatewayParts>
  readonly server?: ServerOptions
  readonly provider?: Partial<HttpProviderOptions>
  /** Providers beside `main`. */
  readonly providers?: readonly Provider[]
}

/** Strong for prompts with the word "hard": win rate 0.9, else 0.1. */
export const wordRouter: CalibratedRouter = {
  name: 'words',
  strongWinRate: ({ text }) => (text.includes('hard') ? 0.9 : 0.1),
  winRateQuantiles: [0, 0.25, 0.5, 0.75, 1],
}

export const providerKey = 'sk-provider-planted-key'

export async function startGateway(options: UnderTestOptions = {}): Promise<GatewayUnderTest> {
  const upstream = await startUpstream()
  const provider = createHttpProvider({
    name: 'main',
    baseUrl: upstream.baseUrl,
    apiKey: providerKey,
    protocols: protocols.map(({ name }) => name),
    ...options.provider,
  })
  const warnings: { fields: object; message: string }[] = []
  const log = {
    warn: (fields: object, message: string) => warnings.push({ fields, message }),
    error: (fields: object, message: string) => warnings.push({ fields, message }),
  }
  const gateway = createGateway({
    routers: [wordRouter],
    providers: [provider, ...(options.providers ?? [])],
    models: [
      { name: 'strong', provider: 'main', upstream: 'big-model' },
      { name: 'weak', provider: 'main', upstream: 'small-model' },
    ],
    pair: { strong: 'strong', weak: 'weak' },
    auto: { kind: 'threshold', router: 'words', threshold: 0.5 },
    log,
    ...options.parts,
  })
  const server = createServer(gateway, { log, drainTimeoutMs: 1000, ...options.server })
  const { url } = await server.listen({ port: 0 })

  async function metric(series: string): Promise<number | null> {
    const text = await (await fetch(`${url}/metrics`)).text()
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
    return line === undefined ? null : Number(line.slice(series.length + 1))
  }

  return {
    url,
    upstream,
    server,
    gateway,
    warnings,
    chat: (body, init = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
        headers: { 'content-type': 'application/json', ...init.headers },
      }),
    metric,
    async metricBecomes(series, value) {
      while ((await metric(series)) !== value) await new Promise((resolve) => setImmediate(resolve))
    },
    async close() {
      await upstream.close()
      await server.close()
      await gateway.close()
    },
  }
}

/** A router under the name `words` that does something else. */
export function routerThat(strongWinRate: Router['strongWinRate']): Router {
  return { name: 'words', strongWinRate }
}

export const inFlightSeries = 'routellm_requests_in_flight'

export function userMessage(content: unknown): { model: string; messages: object[] } {
  return { model: 'auto', messages: [{ role: 'user', content }] }
}
