import { afterEach, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts'
import { createHttpProvider } from '../../src/providers/http/provider.ts'
import { createCausalLlmRouter } from '../../src/routing/routers/causal_llm/router.ts'
import type { Router } from '../../src/routing/routers/router.ts'
import { createServer } from '../../src/server/server.ts'
import type { Server } from '../../src/server/server-options.ts'
import { userMessage, wordRouter } from '../support/gateway-under-test.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close()
})

async function freePort(): Promise<number> {
  const { close, url } = await startUpstream()
  await close()
  return Number(new URL(url).port)
}

/** A gateway on a port whose only model is at `baseUrl`; counts its requests. */
async function serve(
  port: number,
  baseUrl: string,
  router: Router = wordRouter,
): Promise<{ requests: number }> {
  const count = { requests: 0 }
  const gateway: Gateway = createGateway({
    routers: [router],
    providers: [createHttpProvider({ name: 'next', baseUrl })],
    models: [{ name: 'm', provider: 'next', upstream: 'auto' }],
    pair: { strong: 'm', weak: 'm' },
    auto: { kind: 'threshold', router: router.name, threshold: 0.5 },
    routerTimeoutMs: 2000,
  })
  const server: Server = createServer(gateway, {
    observers: [() => void count.requests++],
    drainTimeoutMs: 100,
  })
  await server.listen({ port })
  closing.push(gateway, server)
  return count
}

async function ask(port: number): Promise<{ status: number; code: string | undefined }> {
  const body = JSON.stringify(userMessage('hi'))
  const reply = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: 'POST', body })
  const { error } = (await reply.json()) as { error?: { code: string } }
  return { status: reply.status, code: error?.code }
}

it('two gateways that send to each other answer 508, and each is asked at most twice', async () => {
  const [one, two] = [await freePort(), await freePort()]
  const first = await serve(one, `http://127.0.0.1:${two}/v1`)
  const second = await serve(two, `http://localhost:${one}/v1`)
  expect(await ask(one)).toEqual({ status: 508, code: 'routing_loop' })
  expect(first.requests).toBe(2)
  expect(second.requests).toBe(1)
})

it('a gateway that a proxy leads back to itself answers 508 after one round', async () => {
  const port = await freePort()
  const proxy: Upstream = await startUpstream(({ headers, body, path, response }) => {
    const hops = String(headers['x-routellm-hops'])
    void fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'x-routellm-hops': hops },
    }).then(async (reply) =>
      response.writeHead(reply.status, { 'content-type': 'application/json' }).end(await reply.text()),
    )
  })
  closing.push(proxy)
  const gateway = await serve(port, proxy.baseUrl)
  expect(await ask(port)).toEqual({ status: 508, code: 'routing_loop' })
  expect(gateway.requests).toBe(2)
  expect(proxy.seen).toHaveLength(1)
})

it('a router whose endpoint is its own gateway asks once, and the strong model answers', async () => {
  const port = await freePort()
  const upstream = await startUpstream()
  closing.push(upstream)
  const router = createCausalLlmRouter({
    name: 'words',
    model: 'auto',
    baseUrl: `http://127.0.0.1:${port}/v1`,
    retries: 0,
  })
  closing.push(router)
  const gateway = await serve(port, upstream.baseUrl, router)
  expect((await ask(port)).status).toBe(200)
  expect(upstream.seen).toHaveLength(1)
  expect(gateway.requests).toBe(2)
})
