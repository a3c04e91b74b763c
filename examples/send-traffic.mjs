// Sends example traffic to a gateway, and feedback on every answer, as the support desk of a hosting company might have it.
//
//   node examples/send-traffic.mjs [--url http://127.0.0.1:6060] [--requests 1200] [--seed 1]
//
// The prompts are made of the templates below. Of each template it is known how often the small model fails, so that the
// feedback says what both models were worth: here that is made up, with real models a test, a judge or a person says it.
// The same seed gives the same traffic.

import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:6060' },
    requests: { type: 'string', default: '1200' },
    seed: { type: 'string', default: '1' },
  },
})
const requestCount = Number(values.requests)
const atOnce = 16

/** Template, and how often the small model fails on it. A template that looks hard may be easy for it, and the other way round. */
const templates = [
  ['How do I reset the password of my {product}?', 0.01],
  ['Where do I find the invoice of {month} for my {product}?', 0.01],
  ['Translate this status message into {language}: the {product} in {region} is available again.', 0.01],
  ['Write a polite reply that the {product} will be back in {hours} hours.', 0.01],
  ['Summarise in one sentence: a customer in {region} asks for a larger {product} from {month} on.', 0.01],
  ['Explain the difference between a {product} and a dedicated server in two sentences.', 0.02],
  ['Derive how many {product} instances are needed if each serves {hours} requests a second.', 0.02],
  ['Prove that two {product} replicas in {region} are enough for an availability of 99.9 %.', 0.03],
  ['Why was I billed twice for the {product} in {month}? The second line says proration.', 0.75],
  ['The credit note of {month} does not match the refund for my {product}. Which one is right?', 0.8],
  ['Which tariff is cheapest for {hours} hours of {product} a month, with the discount of {month}?', 0.7],
  ['Our {product} in {region} returns 502 every {hours} minutes since the migration. Why?', 0.65],
  ['Write the DNS records that move mail of our {product} to {region} without downtime.', 0.6],
  ['May we keep backups of the {product} of a {language} customer outside of the EU?', 0.7],
]
const slots = {
  product: ['web server', 'database', 'mailbox', 'object store', 'cluster', 'load balancer', 'domain'],
  month: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  language: ['German', 'French', 'Spanish', 'Dutch', 'Polish', 'Italian', 'Portuguese', 'Swedish'],
  region: ['Frankfurt', 'Dublin', 'Paris', 'Warsaw', 'Milan', 'Madrid', 'Oslo', 'Zurich'],
  hours: ['2', '3', '4', '6', '8', '12', '24', '36', '48', '72'],
}

/** Mulberry32: numbers in [0, 1) that the seed decides. */
function createRandom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const random = createRandom(Number(values.seed))
const pick = (from) => from[Math.floor(random() * from.length)]
const traffic = Array.from({ length: requestCount }, (_, index) => {
  const [template, failureRate] = pick(templates)
  return {
    session: `ticket-${values.seed}-${index}`,
    prompt: template.replaceAll(/\{(\w+)\}/g, (_match, slot) => pick(slots[slot])),
    scores: { large: random() < 0.02 ? 0 : 1, small: random() < failureRate ? 0 : 1 },
  }
})

async function post(path, body, headers = {}) {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`${values.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    if (response.ok) return response
    const problem = `${path}: ${response.status} ${await response.text()}`
    // A disk that is slow for a moment: feedback is not acknowledged before it is written.
    if (response.status !== 503 || attempt === 10) throw new Error(problem)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function send({ session, prompt, scores }) {
  const response = await post(
    '/v1/chat/completions',
    { model: 'auto', messages: [{ role: 'user', content: prompt }] },
    { 'x-routellm-session': session },
  )
  const { headers } = response
  await response.arrayBuffer()
  await post('/v1/feedback', { requestId: headers.get('x-routellm-request-id'), scores })
  return headers.get('x-routellm-model')
}

const answeredBy = {}
let next = 0
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (next < traffic.length) {
      const model = await send(traffic[next++])
      answeredBy[model] = (answeredBy[model] ?? 0) + 1
    }
  }),
)
const shares = Object.entries(answeredBy)
  .sort()
  .map(([model, count]) => `${model} ${Math.round((100 * count) / requestCount)} %`)
console.log(`Sent ${requestCount} requests with feedback: ${shares.join(', ')}.`)
