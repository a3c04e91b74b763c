import { readFile } from 'node:fs/promises'
import { setTimeout as after } from 'node:timers/promises'
import { Pool } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeWith, requirement } from '../support/requirement.ts'
import { type ServedDemo, serveDemo } from '../support/served-demo.ts'

const requests = 100_000
const connections = 32
const streams = 512
let demo: ServedDemo
let pool: Pool

beforeAll(async () => {
  demo = await serveDemo()
  pool = new Pool(demo.url, { connections: streams })
})

afterAll(async () => {
  await pool?.destroy()
  expect(await demo?.stop()).toBe(0)
})

describeWith(await requirement('process facts'), `${requests} requests`, () => {
  it('leave memory flat and nothing in flight', async () => {
    const megabytes: number[] = []
    for (let fifth = 0; fifth < 5; fifth++) {
      await sendMany(requests / 5)
      megabytes.push(await residentMegabytes())
    }
    const [late = 0] = megabytes.slice(-1)
    // A single sample may fall right behind a collection, so the highest of the first three is what to stay near.
    expect(late, `MB after each fifth: ${megabytes.join(', ')}`).toBeLessThan(
      Math.max(...megabytes.slice(0, 3)) * 1.1 + 10,
    )
    expect(late).toBeLessThan(200)
    await expectNothingInFlight()
  })
})

describe(`${streams} streams at once`, () => {
  it('all end with [DONE] and leave nothing in flight', async () => {
    const bodies = await Promise.all(Array.from({ length: streams }, (_, index) => send(index, true)))
    expect(bodies.filter((body) => !body.endsWith('data: [DONE]\n\n'))).toEqual([])
    await expectNothingInFlight()
  })

  it('leave nothing in flight when their clients go away', async () => {
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: streams / 4 }, (_, index) => abandon(index)))
    }
    await expectNothingInFlight()
  })
})

/** A closed loop per connection; every prompt is another, every tenth reply a stream. */
async function sendMany(count: number): Promise<void> {
  let sent = 0
  const loop = async (): Promise<void> => {
    while (sent < count) {
      const index = sent++
      const body = await send(index, index % 10 === 0)
      if (!body.includes('"chat.completion'))
        throw new Error(`request ${index} was answered ${body.slice(0, 300)}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, loop))
}

async function send(index: number, stream: boolean): Promise<string> {
  const { statusCode, body } = await pool.request(completion(index, stream))
  const text = await body.text()
  if (statusCode !== 200) throw new Error(`request ${index} was answered ${statusCode} ${text.slice(0, 300)}`)
  return text
}

/** Goes away at the first byte of the reply. */
async function abandon(index: number): Promise<void> {
  const { body } = await pool.request(completion(index, true))
  await body[Symbol.asyncIterator]().next()
  body.on('error', () => undefined).destroy()
}

function completion(index: number, stream: boolean): Parameters<Pool['request']>[0] {
  const messages = [{ role: 'user', content: `Question ${index}: explain routing and switching to me.` }]
  return {
    path: '/v1/chat/completions',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'router-mf-0.5', stream, messages }),
  }
}

/** The gauge of requests in flight falls to 0 within two seconds. */
async function expectNothingInFlight(): Promise<void> {
  const deadline = Date.now() + 2000
  for (;;) {
    const inFlight = await inFlightRequests()
    if (inFlight === 0) return
    if (Date.now() > deadline) expect(inFlight).toBe(0)
    await after(20)
  }
}

async function inFlightRequests(): Promise<number> {
  const text = await (await fetch(`${demo.url}/metrics`)).text()
  const samples = [...text.matchAll(/^routellm_requests_in_flight(?:\{[^}]*\})? (\d+)$/gm)]
  expect(samples, 'the gauge is there').not.toEqual([])
  return samples.reduce((sum, [, value]) => sum + Number(value), 0)
}

async function residentMegabytes(): Promise<number> {
  const status = await readFile(`/proc/${demo.pid}/status`, 'latin1')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
}
