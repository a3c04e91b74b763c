import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReplySink } from '../provider.ts'
import { createFetchProvider } from './provider.ts'

let server: Server
let baseUrl = ''
let sent = 0
const total = 64 << 20
const block = Buffer.alloc(1 << 16, 0x61)

beforeEach(async () => {
  sent = 0
  server = createServer((request, response) => {
    request.resume()
    if (request.url === '/elsewhere') {
      response.writeHead(302, { location: '/big' }).end()
      return
    }
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    const write = () => {
      while (sent < total) {
        sent += block.length
        if (!response.write(block)) {
          response.once('drain', write)
          return
        }
      }
      response.end()
    }
    write()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

describe('createFetchProvider', () => {
  it('stops reading while the sink is full, and goes on when it resumes', async () => {
    const provider = createFetchProvider({ name: 'up', baseUrl }, fetch)
    let received = 0
    let isFull = true
    let resume = () => {}
    const ended = new Promise<void>((resolve, reject) => {
      const sink: ReplySink = {
        onHead: (_status, _headers, go) => {
          resume = go
        },
        onData: (chunk) => {
          received += chunk.length
          return !isFull
        },
        onEnd: resolve,
        onError: reject,
      }
      provider.stream({ path: '/big', body: '{}' }, sink)
    })
    while (received === 0) await wait(5)
    await wait(300) // until what fits between is full
    const stalledAt = sent
    await wait(300)
    expect(received).toBeLessThan(1 << 20)
    expect(sent).toBe(stalledAt)
    expect(sent).toBeLessThan(total)
    isFull = false
    resume()
    await ended
    expect(received).toBe(total)
  })

  it('passes a redirection on instead of sending the key elsewhere', async () => {
    const provider = createFetchProvider({ name: 'up', baseUrl, apiKey: 'sk-key' }, fetch)
    const { status, headers } = await provider.call({ path: '/elsewhere', body: '{}' })
    expect(status).toBe(302)
    expect(headers.location).toBe('/big')
  })

  it('ends a reply that is late', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const provider = createFetchProvider(
      { name: 'up', baseUrl: `http://127.0.0.1:${port}`, headersTimeoutMs: 50 },
      fetch,
    )
    await expect(provider.call({ path: '/', body: '{}' })).rejects.toMatchObject({
      code: 'upstream-timeout',
      status: 504,
    })
    silent.closeAllConnections()
    silent.close()
  })
})
