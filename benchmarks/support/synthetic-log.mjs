// An invented request log, the same bytes for the same seed: what an assistant of a shop's support and of its
// developers might be asked. For examples/logs.jsonl and benchmarks/speed/audit.mjs; nothing in it is anybody's.

const products = [
  'kettle',
  'desk lamp',
  'bicycle pump',
  'rucksack',
  'espresso machine',
  'tent',
  'router',
  'monitor arm',
]
const cities = ['Lisbon', 'Graz', 'Turku', 'Leeds', 'Kraków', 'Porto', 'Ghent', 'Malmö']
const words =
  'order delivery refund parcel invoice account warranty battery charger manual colour size voucher basket payment address courier return exchange subscription receipt discount store delay update login password newsletter complaint repair spare part manual handle'.split(
    ' ',
  )

const easy = [
  (r) => `Where is my ${pick(r, products)}? The order number is ${number(r, 10000, 99999)}.`,
  (r) =>
    `Translate into German: "Your ${pick(r, products)} will arrive on ${pick(r, ['Monday', 'Friday'])}."`,
  () => 'thanks!',
  (r) => `What are your opening hours in ${pick(r, cities)}?`,
  (r) => `Is this review positive or negative? "The ${pick(r, products)} broke after a week."`,
  (r) => `Wie kann ich meinen ${pick(r, ['Gutschein', 'Rabatt'])} einlösen?`,
  (r) => `Extract the name and the city: "${pick(r, ['Ana', 'Jonas', 'Mei'])} lives in ${pick(r, cities)}."`,
  (r) => `Rewrite this more politely: send me the invoice for the ${pick(r, products)} now`,
]
const hard = [
  (r) =>
    `A courier drives ${number(r, 20, 90)} km at ${number(r, 30, 60)} km/h, waits ${number(r, 5, 25)} minutes at each of ${number(r, 3, 9)} stops and returns at ${number(r, 60, 90)} km/h. How long does the tour take, and how many such tours fit into a shift of 8 hours? Show each step.`,
  (r) =>
    `Write a TypeScript function that merges ${number(r, 2, 5)} sorted streams of orders by time, keeps at most one order per customer in any ${number(r, 2, 10)} minutes, and never holds more than one order of each stream in memory. Add tests for ties and for streams that end early.`,
  (r) =>
    `Our ${pick(r, products)} returns went from ${number(r, 2, 4)} % to ${number(r, 6, 12)} % after we changed the supplier, the manual and the courier within one month. Analyse how we could tell the three causes apart from order data, what would confound the comparison, and design a test that settles it by the end of the quarter.`,
  (r) =>
    `Prove that if every voucher takes ${number(r, 5, 20)} % off and at most ${number(r, 2, 6)} can be combined, their order does not matter, and derive the largest discount.`,
  (r) =>
    `Compare these two refund policies clause by clause, say where they contradict the distance selling rules, and draft one that keeps the stricter of both for a ${pick(r, products)} bought in ${pick(r, cities)} and returned in ${pick(r, cities)}.`,
]

/**
 * Rows as an OpenAI-compatible proxy logs them.
 *
 * @param {{ count: number, seed?: number, days?: number, meanCharacters?: number, withAnswers?: boolean }} options
 *   `meanCharacters`: how much pasted text a prompt has on average besides its question.
 */
export function* syntheticLog({ count, seed = 1, days = 30, meanCharacters = 0, withAnswers = true }) {
  const random = generator(seed)
  const start = Date.UTC(2026, 9, 1)
  for (let index = 0; index < count; index++) {
    const time = new Date(start + Math.floor(((index + random()) / count) * days * 86_400_000)).toISOString()
    yield { time, ...requestOf(random, meanCharacters, withAnswers) }
  }
}

function requestOf(random, meanCharacters, withAnswers) {
  const kind = random()
  const user = `user-${Math.floor(random() ** 3 * 400)}`
  if (kind < 0.02) return embeddingRequest(random, user)
  const isHard = random() < 0.35
  const tag = isHard
    ? pick(random, ['developers', 'analytics', 'support'])
    : pick(random, ['support', 'support', 'shop'])
  const isCheap = !isHard && random() < 0.25
  const model = isCheap ? 'gpt-4o-mini-2024-07-18' : 'gpt-4o-2024-08-06'
  const question = pick(random, isHard ? hard : easy)(random)
  const pasted = pastedText(random, meanCharacters)
  const messages = [
    { role: 'system', content: 'You help the customers and the staff of an invented shop.' },
    ...turnsOf(random, kind, pasted === '' ? question : `${question}\n\n${pasted}`),
  ]
  const around = { user, tags: [tag], path: '/v1/chat/completions' }
  if (kind < 0.05)
    return {
      ...around,
      status: 429,
      request: { model, messages },
      response: { error: { message: 'Rate limit' } },
    }
  const inputTokens = number(random, 4000, isHard ? 30000 : 18000) + Math.ceil(pasted.length / 4)
  const outputTokens = isHard ? number(random, 500, 1800) : number(random, 60, 700)
  const isCached = random() < 0.1
  return {
    ...around,
    status: 200,
    request: { model: isCheap ? 'gpt-4o-mini' : 'gpt-4o', messages },
    response: {
      model,
      choices: [
        { message: { role: 'assistant', content: withAnswers ? answerOf(random, outputTokens) : '…' } },
      ],
      usage: {
        prompt_tokens: inputTokens,
        completion_tokens: outputTokens,
        ...(isCached && { prompt_tokens_details: { cached_tokens: 1024 } }),
      },
    },
  }
}

function turnsOf(random, kind, text) {
  if (kind < 0.09) {
    const call = {
      id: 'call_1',
      type: 'function',
      function: { name: 'find_order', arguments: '{"order":1}' },
    }
    return [
      { role: 'user', content: text },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: '{"status":"sent"}' },
    ]
  }
  if (kind < 0.11) {
    const url = 'https://shop.example/photo.png'
    return [
      {
        role: 'user',
        content: [
          { type: 'text', text },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ]
  }
  if (random() < 0.15)
    return [
      { role: 'user', content: text },
      { role: 'assistant', content: 'Shall I go on?' },
      { role: 'user', content: 'yes, go on' },
    ]
  return [{ role: 'user', content: text }]
}

function embeddingRequest(random, user) {
  const model = 'text-embedding-3-small'
  return {
    user,
    tags: ['search'],
    path: '/v1/embeddings',
    status: 200,
    request: { model, input: pick(random, easy)(random) },
    response: { model, usage: { prompt_tokens: number(random, 5, 60) } },
  }
}

/** Lengths are log-normal, as those of real prompts are. */
function pastedText(random, meanCharacters) {
  if (meanCharacters === 0) return ''
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const length = Math.min(60_000, Math.round(meanCharacters * Math.exp(1.2 * normal - 0.72)))
  let text = ''
  while (text.length < length) text += `${pick(random, words)}${random() < 0.12 ? '.\n' : ' '}`
  return text.slice(0, length)
}

function answerOf(random, tokens) {
  return Array.from({ length: Math.min(12, Math.ceil(tokens / 60)) }, () => pick(random, words)).join(' ')
}

function pick(random, list) {
  return list[Math.floor(random() * list.length)]
}

function number(random, from, to) {
  return from + Math.floor(random() * (to - from + 1))
}

/** mulberry32, as everybody knows it: this file must run without the package that it tests. */
function generator(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
