import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { endServed, serveStore, storeKey } from '../../support/store/kill-rounds.ts'
import { readRows } from '../../support/store/read-database.ts'

let folder: string
let config: string
let upstream: Awaited<ReturnType<typeof startWaitingUpstream>>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-spend-'))
  config = join(folder, 'routellm.yaml')
  upstream = await startWaitingUpstream()
  // A token of a reply costs a dollar.
  writeFileSync(
    config,
    `version: 1
server: { shutdownGraceMs: 0, drainTimeoutMs: 20000 }
providers: { up: { kind: openai-compatible, baseUrl: "${upstream.url}", apiKeyEnv: UP_KEY } }
models:
  one: { provider: up, upstream: one, inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 1000000 }
routers: { random: {} }
policy: { kind: pair, strong: one, weak: up/other }
keys: { web: { hmac: "${clientKeyHmac(storeKey)}", usdPerMonth: 5, pacing: false } }
`,
  )
})
afterEach(async () => {
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Answers nothing until it is told to: then with one token each, as JSON or as the end of a stream. */
async function startWaitingUpstream() {
  const waiting: { readonly response: ServerResponse; readonly stream: boolean }[] = []
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
  const chunk = (choices: object[], more = {}) =>
    `data: ${JSON.stringify({ id: 'a', object: 'chat.completion.chunk', choices, ...more })}\n\n`
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const stream = JSON.parse(body).stream === true
    if (stream) {
      response.setHeader('content-type', 'text/event-stream')
      response.write(chunk([{ index: 0, delta: { content: 'Yes' } }]))
    }
    waiting.push({ response, stream })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    waiting,
    answerAll() {
      for (const { response, stream } of waiting.splice(0)) {
        if (stream) response.end(`${chunk([], { usage })}data: [DONE]\n\n`)
        else {
          const message = { role: 'assistant', content: 'Yes' }
          const choices = [{ index: 0, message, finish_reason: 'stop' }]
          response.setHeader('content-type', 'application/json')
          response.end(JSON.stringify({ id: 'a', object: 'chat.completion', choices, usage }))
        }
      }
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function ask(url: string, stream: boolean): Promise<Response> {
  const messages = [{ role: 'user', content: 'hi' }]
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${storeKey}` },
    body: JSON.stringify({ model: 'one', stream, max_tokens: 1, messages }),
  })
}

/** Asks at once, half of it as streams, and answers when each is either refused or with the upstream. @returns statuses. */
async function askAtOnce(url: string, count: number): Promise<number[]> {
  let refused = 0
  const replies = Array.from({ length: count }, async (_, index) => {
    const reply = await ask(url, index % 2 === 0)
    if (reply.status !== 200) refused++
    await reply.text()
    return reply.status
  })
  while (refused + upstream.waiting.length < count) await after(5)
  upstream.answerAll()
  return Promise.all(replies)
}

const spentUsd = () =>
  readRows(folder, `select sum(charged_nanousd) as spent from accounts where account = 'key:web'`).map(
    ({ spent }) => Number(spent) / 1e9,
  )[0]

it('case 17: 50 calls at once on a budget for 5: 5 are admitted, and after kill -9 none of 50 others', async () => {
  const first = await serveStore(config)
  const statuses = await askAtOnce(first.url, 50)
  expect(statuses.filter((status) => status === 200)).toHaveLength(5)
  expect(statuses.filter((status) => status === 429)).toHaveLength(45)
  await endServed(first, 'SIGKILL')
  const second = await serveStore(config)
  expect(new Set(await askAtOnce(second.url, 50))).toEqual(new Set([429]))
  expect(await endServed(second, 'SIGINT')).toBe(0)
  expect(spentUsd()).toBe(5)
})

it('case 24: streams in flight at SIGTERM come to their end, and what they cost is in the store', async () => {
  const served = await serveStore(config)
  const replies = await Promise.all(Array.from({ length: 4 }, () => ask(served.url, true)))
  const texts = Promise.all(replies.map((reply) => reply.text()))
  const ended = endServed(served, 'SIGTERM')
  const isRefused = async () => (await fetch(`${served.url}/ready`).catch(() => null))?.status !== 200
  while (!(await isRefused())) await after(5)
  expect(served.child.exitCode).toBeNull()
  upstream.answerAll()
  for (const text of await texts) expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true)
  expect(await ended).toBe(0)
  expect(spentUsd()).toBe(4)
  const rows = readRows(folder, 'select status, output_tokens, charged_nanousd from requests')
  expect(rows).toEqual(Array(4).fill({ status: 200, output_tokens: 1, charged_nanousd: 1e9 }))
})
