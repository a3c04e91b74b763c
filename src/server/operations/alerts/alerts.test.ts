import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Alert } from './alert.ts'
import { type Alerts, type AlertsOptions, createAlerts } from './alerts.ts'

type Seen = { readonly headers: IncomingHttpHeaders; readonly body: string }

const servers: Server[] = []
const opened: Alerts[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((alerts) => alerts.close()))
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A receiver; `answers` are given in turn, the last one again and again. */
async function startReceiver(...answers: ((response: ServerResponse) => void)[]) {
  const seen: Seen[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part
    })
    request.on('end', () => {
      seen.push({ headers: request.headers, body })
      for (const each of waiting) if (seen.length >= each.count) each.resolve()
      answers[Math.min(seen.length, answers.length) - 1]!(response)
    })
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/secret-path`,
    seen,
    received: (count: number) =>
      seen.length >= count
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiting.push({ count, resolve })),
  }
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(code, headers).end()
const ok = status(200)
const never = () => {}

const alert = (key: string, state: Alert['state'] = 'firing'): Alert => ({
  event: 'errors',
  key,
  state,
  summary: `The alert ${key}.`,
  details: { share: 0.5 },
})

const warnings: { fields: object; message: string }[] = []
function open(options: Partial<AlertsOptions> = {}): Alerts {
  warnings.length = 0
  const log = {
    warn: (fields: object, message: string) => void warnings.push({ fields, message }),
    error() {},
  }
  const retry = { retries: 5, firstRetryDelayMs: 1, maxRetryDelayMs: 5 }
  const alerts = createAlerts({ log, now: Date.now, retry, ...options })
  opened.push(alerts)
  return alerts
}

const outcomes = (alerts: Alerts) =>
  Object.fromEntries(
    Array.from(alerts.metrics[1]!.render().matchAll(/outcome="(\w+)"\} (\d+)/g), ([, outcome, count]) => [
      outcome,
      Number(count),
    ]),
  )
const target = (url: string, secret: string | null = null) => ({ url, secret, events: ['errors' as const] })

describe('an alert', () => {
  it('is sent with what happened, signed with the time', async () => {
    const { url, seen, received } = await startReceiver(ok)
    const now = Date.UTC(2026, 10, 30, 12)
    const alerts = open({ now: () => now })
    alerts.configure([target(url, 'planted-webhook-secret')])
    alerts.raise(alert('a'))
    await received(1)
    const { headers, body } = seen[0]!
    expect(JSON.parse(body)).toEqual({
      id: headers['x-routellm-delivery'],
      time: '2026-11-30T12:00:00.000Z',
      ...alert('a'),
      text: 'routellm: The alert a.',
      source: { name: 'routellm', version: expect.any(String) },
    })
    const seconds = now / 1000
    const hmac = createHmac('sha256', 'planted-webhook-secret').update(`${seconds}.${body}`).digest('hex')
    expect(headers['x-routellm-signature']).toBe(`t=${seconds},v1=${hmac}`)
  })

  it('is not signed without a secret, and goes only to those who want its event', async () => {
    const [wanted, other] = [await startReceiver(ok), await startReceiver(ok)]
    const alerts = open()
    alerts.configure([{ ...target(other.url), events: ['budget'] }, target(wanted.url)])
    alerts.raise(alert('a'))
    await wanted.received(1)
    expect(wanted.seen[0]!.headers['x-routellm-signature']).toBeUndefined()
    await alerts.close()
    expect(other.seen).toHaveLength(0)
  })

  it('is sent again after failures, with the same id, and as late as Retry-After says', async () => {
    const { url, seen, received } = await startReceiver(
      status(500),
      status(429, { 'retry-after': '7' }),
      (response) => response.destroy(),
      ok,
    )
    const waits: number[] = []
    const retry = {
      retries: 5,
      firstRetryDelayMs: 100,
      maxRetryDelayMs: 10_000,
      random: () => 0.5,
      wait: async (ms: number) => void waits.push(ms),
    }
    const alerts = open({ retry })
    alerts.configure([target(url)])
    alerts.raise(alert('a'))
    await received(4)
    await alerts.close()
    expect(new Set(seen.map(({ headers }) => headers['x-routellm-delivery'])).size).toBe(1)
    expect(waits).toHaveLength(3)
    expect(waits[1]).toBeGreaterThanOrEqual(7000)
    expect(outcomes(alerts)).toEqual({ delivered: 1 })
  })

  it('is given up after so many attempts, or at once if it is refused; the log has no URL', async () => {
    const failing = await startReceiver(status(503))
    const elsewhere = await startReceiver(ok)
    const moved = await startReceiver(status(302, { location: elsewhere.url }))
    const alerts = open()
    alerts.configure([target(failing.url, 'planted-webhook-secret'), target(moved.url)])
    alerts.raise(alert('a'))
    await Promise.all([failing.received(6), moved.received(1)])
    while (outcomes(alerts).failed !== 2) await new Promise((resolve) => setImmediate(resolve))
    expect(failing.seen).toHaveLength(6)
    expect([moved.seen.length, elsewhere.seen.length]).toEqual([1, 0])
    const logged = JSON.stringify(warnings)
    expect(logged).toContain('it answered 503, after 6 attempts')
    expect(logged).not.toMatch(/secret/)
  })

  it('is sent once within an hour, and again if it has been resolved or the hour is over', async () => {
    const { url, received, seen } = await startReceiver(ok)
    let now = 0
    const alerts = open({ now: () => now })
    alerts.configure([target(url)])
    for (let each = 0; each < 5; each++) alerts.raise(alert('a'))
    alerts.raise(alert('b'))
    alerts.raise(alert('a', 'resolved'))
    alerts.raise(alert('a'))
    now = 3_600_001
    alerts.raise(alert('a'))
    await received(5)
    await alerts.close()
    expect(seen.map(({ body }) => `${JSON.parse(body).state} ${JSON.parse(body).key}`)).toEqual([
      'firing a',
      'firing b',
      'resolved a',
      'firing a',
      'firing a',
    ])
  })
})

describe('receivers that are slow', () => {
  it('keep no other one waiting, and their queue is bounded', async () => {
    const slow = await startReceiver(never)
    const quick = await startReceiver(ok)
    const alerts = open({ maxWaiting: 3, closeMs: 20 })
    alerts.configure([target(slow.url), target(quick.url)])
    alerts.raise(alert('0'))
    await slow.received(1)
    for (let each = 1; each < 10; each++) {
      alerts.raise(alert(`${each}`))
      await quick.received(each + 1)
    }
    expect(outcomes(alerts).dropped).toBe(6)
    await alerts.close()
    // The one that was being sent, three that waited, and six that found no place.
    expect(outcomes(alerts)).toEqual({ delivered: 10, dropped: 10 })
    // None of them is lost without a word, and none of the words has the path of the address.
    expect(warnings.map(({ fields }) => (fields as { alerts: number }).alerts)).toEqual([
      1, 1, 1, 1, 1, 1, 3, 1,
    ])
    expect(JSON.stringify(warnings)).not.toContain('secret-path')
  })

  it('do not hold the end of the server up: what waits for its next attempt is dropped, the rest is tried once', async () => {
    const { url, received, seen } = await startReceiver(status(503), ok)
    const alerts = open({ retry: { retries: 5, firstRetryDelayMs: 60_000, maxRetryDelayMs: 60_000 } })
    alerts.configure([target(url)])
    alerts.raise(alert('a'))
    await received(1)
    alerts.raise(alert('b'))
    const begun = performance.now()
    await alerts.close()
    expect(performance.now() - begun).toBeLessThan(3000)
    expect(seen.map(({ body }) => JSON.parse(body).key)).toEqual(['a', 'b'])
    expect(outcomes(alerts)).toEqual({ delivered: 1, dropped: 1 })
    alerts.raise(alert('c'))
    expect(outcomes(alerts)).toEqual({ delivered: 1, dropped: 1 })
  })
})

it('a reload keeps the queue of a receiver that stays', async () => {
  const { url, received } = await startReceiver(status(503), ok)
  const alerts = open()
  alerts.configure([target(url)])
  alerts.raise(alert('a'))
  alerts.configure([target(url)])
  alerts.raise(alert('b'))
  await received(3)
  while (outcomes(alerts).delivered !== 2) await new Promise((resolve) => setImmediate(resolve))
})
