import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { isModel, type ModelName } from './model-names.ts'
import type { Ticket } from './tickets.ts'
import { toUnit } from './to-unit.ts'
import { writeAnswer } from './write-answer.ts'

/** The models of the week: a server on loopback that speaks Chat Completions and calls no model. */
export type MadeUpModels = {
  readonly baseUrl: string
  /** From now on answers take as long as those of a real model. */
  slowDown(): void
  close(): Promise<void>
}

/** Times as often as the small one does not help. */
const failures: Readonly<Record<ModelName, number>> = { large: 0.03, medium: 0.4, small: 1 }
/** Milliseconds until the first token, and for each. */
const speeds: Readonly<Record<ModelName, readonly [number, number]>> = {
  large: [620, 16],
  medium: [340, 9],
  small: [190, 6],
}
const leastCachedTokens = 1024
const errorRate = 0.012

/** Whether a model's answer helps: the same for the same prompt. */
export function helps(model: ModelName, { prompt, failureRate }: Ticket): boolean {
  return toUnit(`${model} ${prompt}`) >= failureRate * failures[model]
}

/** How long an answer would take: milliseconds until its first byte, and until its end. */
export function drawTimes(model: string, outputTokens: number, seed: string): readonly [number, number] {
  const [first, each] = isModel(model) ? speeds[model] : speeds.large
  const firstByte = first * Math.exp(1.2 * (toUnit(seed) - 0.5))
  return [firstByte, firstByte + each * outputTokens]
}

/** @param tickets by prompt; other prompts get an answer that says what this is. */
export async function startMadeUpModels(tickets: ReadonlyMap<string, Ticket>): Promise<MadeUpModels> {
  let isSlow = false
  /** What the prompt caches hold: tokens by model and beginning of the conversation. */
  const caches = new Map<string, number>()
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    const {
      model = 'large',
      messages = [],
      stream,
      stream_options: options,
    } = JSON.parse(body) as ChatRequest
    if (!isSlow && toUnit(body) < errorRate) {
      response.writeHead(503, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { message: 'The model is overloaded.', type: 'server_error' } }))
      return
    }
    const prompt = contentOf(messages.findLast(({ role }) => role === 'user')?.content)
    const ticket = tickets.get(prompt)
    const name = isModel(model) ? model : 'large'
    const text = ticket === undefined ? describeModel(name) : writeAnswer(name, ticket, helps(name, ticket))
    const usage = countUsage(name, messages, text)
    const control = new AbortController()
    response.once('close', () => control.abort())
    const [firstByteMs, totalMs] = isSlow ? drawTimes(name, usage.completion_tokens, body) : [0, 0]
    if (isSlow) await wait(firstByteMs, undefined, { signal: control.signal })
    const base = { id: `chatcmpl-${Math.floor(toUnit(body) * 1e12).toString(36)}`, created: 0, model }
    if (stream !== true) {
      if (isSlow) await wait(totalMs - firstByteMs, undefined, { signal: control.signal })
      response.writeHead(200, { 'content-type': 'application/json' })
      const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }]
      response.end(JSON.stringify({ ...base, object: 'chat.completion', choices, usage }))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const send = (event: object) =>
      response.write(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...event })}\n\n`)
    const words = text.match(/\S+\s*/g) ?? []
    for (const content of words) {
      send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })
      if (isSlow) await wait((totalMs - firstByteMs) / words.length, undefined, { signal: control.signal })
    }
    send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
    if (options?.include_usage === true) send({ choices: [], usage })
    response.end('data: [DONE]\n\n')
  }

  function countUsage(model: ModelName, messages: ChatRequest['messages'], text: string) {
    const contents = (messages ?? []).map(({ content }) => contentOf(content))
    const input = contents.reduce((sum, content) => sum + Math.ceil(content.length / 4) + 4, 0)
    const conversation = `${model} ${contents[0]?.slice(0, 40)} ${contents[1] ?? ''}`
    const held = caches.get(conversation) ?? 0
    caches.set(conversation, input)
    const cached = held >= leastCachedTokens ? Math.min(held, input) : 0
    const output = Math.ceil(text.length / 4)
    return {
      prompt_tokens: input,
      completion_tokens: output,
      total_tokens: input + output,
      prompt_tokens_details: { cached_tokens: cached },
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    slowDown() {
      isSlow = true
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

type ChatRequest = {
  readonly model?: string
  readonly messages?: readonly { readonly role?: string; readonly content?: unknown }[]
  readonly stream?: boolean
  readonly stream_options?: { readonly include_usage?: boolean }
}

/** The answer to what is no ticket of the week: what this is, the longer the larger the model. */
function describeModel(model: ModelName): string {
  const what = `This is "${model}" of routellm's demonstration: no model was called.`
  if (model === 'small') return what
  const knows = `${what} It knows the tickets of its made-up week only, such as those in the list of requests.`
  if (model === 'medium') return knows
  return `${knows} It answers them at length, "medium" in a few sentences and "small" in one. With a provider in routellm.yaml a real model would have answered here.`
}

const mostBytes = 4 << 20

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new Error('the body is too long for the demonstration')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function contentOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join('')
}
