// Receives the alerts of routellm and checks their signatures.
//   ROUTELLM_WEBHOOK_SECRET=… node examples/webhook-receiver.mjs
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

/** Older deliveries are refused, so that nobody can send again what they have seen. */
const maxAgeSeconds = 300

/**
 * Whether a delivery is from whoever knows the secret, and new. The header is `t=<seconds>,v1=<hex>`: HMAC-SHA256 of
 * `<seconds>.<body>`, over the body's bytes as they came.
 *
 * @param {string} secret @param {string | undefined} header `x-routellm-signature` @param {string} body
 */
export function isAuthentic(secret, header, body, nowSeconds = Date.now() / 1000) {
  const [, seconds, given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? []
  if (seconds === undefined || given === undefined) return false
  const expected = createHmac('sha256', secret).update(`${seconds}.${body}`).digest()
  const isSigned = timingSafeEqual(expected, Buffer.from(given, 'hex')) // in constant time
  return isSigned && Math.abs(nowSeconds - Number(seconds)) <= maxAgeSeconds
}

/** A receiver that hands each delivery over once. @param {string} secret @param {(alert: any) => void} onAlert */
export function createReceiver(secret, onAlert) {
  const known = new Set()
  return createServer(async (request, response) => {
    let body = ''
    for await (const part of request.setEncoding('utf8')) body += part
    const signature = request.headers['x-routellm-signature']
    if (!isAuthentic(secret, String(signature), body)) return response.writeHead(401).end()
    // A delivery comes again if its answer got lost.
    const delivery = request.headers['x-routellm-delivery']
    if (!known.has(delivery)) onAlert(JSON.parse(body))
    known.add(delivery)
    return response.writeHead(204).end()
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const secret = process.env.ROUTELLM_WEBHOOK_SECRET
  if (!secret) throw new Error('Set ROUTELLM_WEBHOOK_SECRET to the secret of alerts.webhooks.')
  createReceiver(secret, ({ event, state, summary }) => console.log(`${event} ${state}: ${summary}`)).listen(
    6070,
  )
}
