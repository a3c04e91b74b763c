import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type GatewayUnderTest,
  providerKey,
  startGateway,
  userMessage,
} from '../../support/gateway-under-test.ts'
import { completion, json } from '../../support/upstream.ts'

const clientKey = 'sk-the-client-own-planted-key'
const body = JSON.stringify({ ...userMessage('hello'), model: 'weak', input: 'hello' })

let gateway: GatewayUnderTest
/** A server on a private address that no request may reach. */
let inside: Server
let insideUrl: string
let reached: number

beforeEach(async () => {
  reached = 0
  inside = createServer((socket) => {
    reached++
    socket.on('error', () => {})
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')
  }).listen(0, '127.0.0.1')
  await once(inside, 'listening')
  insideUrl = `http://127.0.0.1:${(inside.address() as AddressInfo).port}`
  gateway = await startGateway()
})

afterEach(async () => {
  await gateway.close()
  inside.close()
})

/** Sends a request line and headers as they are. @returns the reply's head and the beginning of its body. */
async function sendLine(target: string, headers: readonly string[] = [], method = 'POST'): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  const own = headers.some((header) => /^host:/i.test(header)) ? [] : [`Host: ${new URL(gateway.url).host}`]
  const head = [
    `${method} ${target} HTTP/1.1`,
    ...own,
    ...headers,
    `Authorization: Bearer ${clientKey}`,
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  let reply = ''
  for await (const chunk of socket) reply += chunk
  return reply
}

/** Whatever a request says, only the configured API is asked, below its own path, with its own key. */
function expectOnlyConfigured(): void {
  expect(reached).toBe(0)
  for (const { path, headers } of gateway.upstream.seen) {
    expect(path).toMatch(/^\/v1\/[a-z]+(?:\/[a-z_]+)?(?:\?[^#]*)?$/)
    expect(headers.host).toBe(new URL(gateway.upstream.url).host)
    expect(headers.authorization).toBe(`Bearer ${providerKey}`)
    expect(JSON.stringify(headers)).not.toContain(clientKey)
  }
}

describe('case 21: no request reaches an address that is not configured', () => {
  const routes = [
    ...['/v1/chat/completions', '/v1/messages', '/v1/messages/count_tokens', '/v1/responses'],
    ...['/v1/responses/compact', '/v1/responses/input_tokens', '/v1/completions', '/v1/embeddings'],
    ...['/v1/moderations', '/v1/images/generations', '/v1/audio/speech', '/v1/route', '/v1/feedback'],
  ]

  it.each(routes)('%s: by a header, the form of the target, a fragment or a query', async (route) => {
    const there = new URL(insideUrl).host
    for (const target of [
      route,
      `${insideUrl}${route}`,
      `//${there}${route}`,
      `/@${there}${route}`,
      `${route}@${there}/`,
      `${route}#@${there}/`,
      `${route}?base_url=${insideUrl}&api_base=${insideUrl}`,
      `${route}/../../..//${there}/`,
      `${route}%23@${there}`,
    ])
      await sendLine(target)
    for (const name of ['X-Forwarded-Host', 'Forwarded', 'X-Base-Url', 'X-Portkey-Custom-Host', 'Api-Base'])
      await sendLine(route, [`${name}: ${name === 'Forwarded' ? `host=${there}` : insideUrl}`])
    const foreign = await sendLine(route, [`Host: ${there}`])
    if (route === '/v1/chat/completions') expect(foreign).not.toContain('HTTP/1.1 5')
    expectOnlyConfigured()
  })

  it('nor by the name of a model, a field of the body or the id of a response', async () => {
    const fields = { base_url: insideUrl, api_base: insideUrl, custom_host: insideUrl }
    for (const model of ['weak', insideUrl, `main/../../${insideUrl}`, `main/x#@${insideUrl}`, 'main//x'])
      await (await gateway.chat({ ...userMessage('hello'), model, ...fields })).text()
    for (const id of [
      `..%2f..%2fx`,
      `resp_1#@x`,
      `resp_1%23`,
      `@x`,
      `resp_1?base_url=${insideUrl}`,
      '../../x',
    ])
      for (const method of ['GET', 'DELETE']) await sendLine(`/v1/responses/${id}`, [], method)
    expect(gateway.upstream.seen.length).toBeGreaterThan(0)
    expectOnlyConfigured()
  })

  it.each([301, 302, 307, 308])('nor where an upstream redirects to with %i', async (status) => {
    gateway.upstream.answer(json({}, status, { location: `${insideUrl}/v1/chat/completions` }))
    const reply = await gateway.chat(userMessage('hello'), { redirect: 'manual' })
    expect(reply.status).toBe(status)
    gateway.upstream.answer(json(completion))
    expect(gateway.upstream.seen).toHaveLength(1)
    expectOnlyConfigured()
  })
})
