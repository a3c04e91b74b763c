// The upstream of the gateway benchmark: OpenAI-shaped replies on raw node:http, as cheap as they can be.
// The request says how to answer in its `user` field: "chunks=20,delay=0,latency=50" (events of a stream, milliseconds
// apart, and before the answer). A stream of `/v1/responses` is one of the Responses API.
import http from 'node:http'
import { reportListening } from '../support/child.mjs'

const head = { id: 'chatcmpl-bench', created: 1750000000, model: 'bench' }
const usage = { prompt_tokens: 20, completion_tokens: 120, total_tokens: 140 }
const json = Buffer.from(
  JSON.stringify({
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'lorem ipsum dolor '.repeat(29).slice(0, 512), refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage,
  }),
)
const event = (rest) => `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...rest })}\n\n`
const delta = (content, reason = null) =>
  event({ choices: [{ index: 0, delta: content, logprobs: null, finish_reason: reason }] })
const first = Buffer.from(delta({ role: 'assistant', content: '' }))
const middle = Buffer.from(delta({ content: 'lorem ' }))
const last = Buffer.from(`${delta({}, 'stop')}${event({ choices: [], usage })}data: [DONE]\n\n`)

const eventStream = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }
const responseEvent = (type, rest, number) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number, ...rest })}\n\n`
const made = { id: 'resp_bench', object: 'response', created_at: 1750000000, model: 'bench', output: [] }
const turn = Buffer.from(
  [
    responseEvent('response.created', { response: { ...made, status: 'in_progress' } }, 0),
    ...Array.from({ length: 20 }, (_, index) =>
      responseEvent(
        'response.output_text.delta',
        { item_id: 'msg_bench', output_index: 0, content_index: 0, delta: 'lorem ' },
        index + 1,
      ),
    ),
    responseEvent(
      'response.completed',
      {
        response: {
          ...made,
          status: 'completed',
          usage: {
            input_tokens: 20,
            input_tokens_details: { cached_tokens: 0 },
            output_tokens: 120,
            output_tokens_details: { reasoning_tokens: 0 },
            total_tokens: 140,
          },
        },
      },
      21,
    ),
  ].join(''),
)

const server = http.createServer((request, response) => {
  const body = []
  request.on('data', (chunk) => body.push(chunk))
  request.on('end', () => {
    const text = Buffer.concat(body).toString('latin1')
    const latencyMs = Number(/latency=(\d+)/.exec(text)?.[1] ?? 0)
    if (latencyMs > 0) setTimeout(answer, latencyMs, request, response, text)
    else answer(request, response, text)
  })
})

function answer(request, response, text) {
  if (request.url.startsWith('/v1/responses')) response.writeHead(200, eventStream).end(turn)
  else if (/"stream":\s*true/.test(text)) stream(response, text)
  else
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': json.length }).end(json)
}

function stream(response, text) {
  const chunks = Number(/chunks=(\d+)/.exec(text)?.[1] ?? 20)
  const delayMs = Number(/delay=(\d+)/.exec(text)?.[1] ?? 0)
  response.writeHead(200, eventStream)
  response.write(first)
  let sent = 0
  const next = () => {
    if (response.destroyed) return
    if (sent++ === chunks) response.end(last)
    else {
      response.write(middle)
      schedule()
    }
  }
  const schedule = () => (delayMs > 0 ? setTimeout(next, delayMs) : setImmediate(next))
  schedule()
}

server.keepAliveTimeout = 120_000
server.listen(0, '127.0.0.1', () => reportListening(server.address().port))
