import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerJson } from './embedding-server.ts'

/** How the server answers. The first five are dialects of servers that exist; the others are failures. */
export type LogprobStyle =
  | 'openai-chat'
  | 'vllm-completions'
  | 'llama.cpp'
  | 'ollama'
  | 'no-logprobs'
  | 'garbage'
  | 'slow'
  | '429'

export type LogprobRequest = {
  readonly path: string
  readonly authorization: string | undefined
  readonly body: LogprobBody
  /** Resolves once the client has closed the connection before an answer. */
  readonly abandoned: Promise<void>
}

type LogprobBody = {
  readonly model: string
  readonly messages?: readonly { readonly role: string; readonly content: string }[]
  readonly prompt?: string
  readonly logprobs?: boolean | number
  readonly top_logprobs?: number
  readonly n?: number
  readonly seed?: number
  readonly [field: string]: unknown
}

/** One generated token and what else could have stood there, most probable first. */
export type ServedToken = { readonly token: string; readonly top: readonly (readonly [string, number])[] }

export type LogprobServer = {
  /** Ends in /v1. */
  readonly baseUrl: string
  readonly requests: LogprobRequest[]
  style: LogprobStyle
  /** What the model generates for a question: by default `[[`, a digit, `]]`, by `logitsOf`. */
  tokensOf: (question: string) => readonly ServedToken[]
  /** The five labels' logits; by default a hash of the question, so that they are as good as random and repeatable. */
  logitsOf: (question: string) => readonly number[]
  /** Answers a request instead of the server; returns whether it did. Requests count from 1. */
  intercept: (response: ServerResponse, count: number) => boolean
  close(): Promise<void>
}

/** Shares of the probability at the deciding place that are no label's. */
const otherTokens = [
  ['The', 0.02],
  ['[', 0.01],
] as const

/** An endpoint with token probabilities, on a real socket, without a model. */
export async function startLogprobServer(style: LogprobStyle): Promise<LogprobServer> {
  const requests: LogprobRequest[] = []
  const http = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      const body: LogprobBody = JSON.parse(text)
      const abandoned = new Promise<void>((resolve) => response.on('close', resolve))
      requests.push({
        path: request.url ?? '',
        authorization: request.headers.authorization,
        body,
        abandoned,
      })
      if (!server.intercept(response, requests.length)) answer(server, body, response)
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const server: LogprobServer = {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    style,
    logitsOf: hashedLogits,
    tokensOf: (question) => labelTokens(server.logitsOf(question)),
    intercept: () => false,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
  return server
}

/** `[[`, `4`, `]]` with the alternatives of the middle one; each label's probability is 97 % of its softmax. */
export function labelTokens(
  logits: readonly number[],
  wrap = (digit: string) => digit,
): readonly ServedToken[] {
  const largest = Math.max(...logits)
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)
  const share = 1 - otherTokens.reduce((sum, [, probability]) => sum + probability, 0)
  const labels = logits.map(
    (logit, index) => [wrap(String(index + 1)), logit - largest - Math.log(total) + Math.log(share)] as const,
  )
  const top = [...labels, ...otherTokens.map(([token, p]) => [token, Math.log(p)] as const)].sort(
    (one, other) => other[1] - one[1],
  )
  const chosen = labels.reduce((best, each) => (each[1] > best[1] ? each : best))[0]
  const certain = (token: string): ServedToken => ({
    token,
    top: [
      [token, -0.001],
      ['Sure', -7],
    ],
  })
  return [certain('[['), { token: chosen, top }, certain(']]')]
}

function hashedLogits(question: string): number[] {
  let hash = 2_166_136_261
  for (let i = 0; i < question.length; i++) hash = Math.imul(hash ^ question.charCodeAt(i), 16_777_619)
  return [1, 2, 3, 4, 5].map((label) => Math.sin((hash >>> 0) * 1e-3 * label) * 3)
}

function answer(server: LogprobServer, body: LogprobBody, response: ServerResponse): void {
  switch (server.style) {
    case 'slow':
      break
    case '429': {
      const error = { message: 'Rate limit reached' }
      answerJson(response, 429, { error }, { 'retry-after-ms': '1' })
      break
    }
    case 'garbage':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to nginx!</html>')
      break
    default:
      answerJson(response, 200, replyOf(server, body))
  }
}

function replyOf({ style, tokensOf }: LogprobServer, body: LogprobBody): object {
  const question = body.messages?.at(-1)?.content ?? body.prompt ?? ''
  const tokens = tokensOf(question)
  const asked = body.top_logprobs ?? (typeof body.logprobs === 'number' ? body.logprobs : 0)
  const text = tokens.map(({ token }) => token).join('')
  const isChat = body.messages !== undefined
  const place = isChat ? { message: { role: 'assistant', content: text } } : { text }
  const choice = { index: 0, finish_reason: 'stop', ...place }
  const head = { id: 'cmpl-1', object: isChat ? 'chat.completion' : 'text_completion', model: body.model }
  switch (style) {
    case 'vllm-completions':
      return { ...head, choices: [{ ...choice, logprobs: columns(tokens, asked) }] }
    case 'no-logprobs':
      return { ...head, choices: [{ ...choice, ...drawn(tokens, body, isChat), logprobs: null }] }
    case 'ollama':
      return { ...head, choices: [{ ...choice, logprobs: { content: rows(tokens, asked) } }] }
    case 'llama.cpp':
      return {
        ...head,
        choices: [
          {
            ...choice,
            logprobs: { content: rows(tokens, asked).map((row, index) => ({ id: 60 + index, ...row })) },
          },
        ],
        timings: { prompt_n: 40, predicted_n: tokens.length },
      }
    default:
      return { ...head, choices: [{ ...choice, logprobs: { content: rows(tokens, asked), refusal: null } }] }
  }
}

/** A draw that the seed decides: label seed mod 5 + 1, but for the text that is as it is where nothing was drawn. */
function drawn(tokens: readonly ServedToken[], { seed }: LogprobBody, isChat: boolean): object {
  if (seed === undefined || tokens.every(({ token }) => !/\d/.test(token))) return {}
  const content = `[[${(seed % 5) + 1}]]`
  return isChat ? { message: { role: 'assistant', content } } : { text: content }
}

function rows(tokens: readonly ServedToken[], asked: number) {
  return tokens.map(({ token, top }) => ({
    ...row(token, top[0]?.[1] ?? 0),
    top_logprobs: top.slice(0, asked).map(([alternative, logprob]) => row(alternative, logprob)),
  }))
}

function row(token: string, logprob: number) {
  return { token, logprob, bytes: [...Buffer.from(token)] }
}

function columns(tokens: readonly ServedToken[], asked: number): object {
  return {
    text_offset: tokens.map(() => 0),
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ top }) => top[0]?.[1]),
    top_logprobs: tokens.map(({ top }) => Object.fromEntries(top.slice(0, asked))),
  }
}
