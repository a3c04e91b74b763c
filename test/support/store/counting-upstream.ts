import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An upstream that counts what it has charged. Each request names itself by its prompt: `request <number>`. */
export type CountingUpstream = {
  /** Up to and including `/v1`. */
  readonly url: string
  /** Tokens of each request that it has answered. */
  readonly served: ReadonlyMap<string, ServedTokens>
  close(): Promise<void>
}

export type ServedTokens = { readonly input: number; readonly output: number }

export async function startCountingUpstream(): Promise<CountingUpstream> {
  const served = new Map<string, ServedTokens>()
  const server = createServer((request, response) => {
    void readBody(request).then((body) => answer(JSON.parse(body), response, served))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    served,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

type Body = { readonly stream?: boolean; readonly messages: readonly { readonly content: unknown }[] }

function answer(
  { stream, messages }: Body,
  response: ServerResponse,
  served: Map<string, ServedTokens>,
): void {
  // Of a translated request it is a list of parts.
  const name = /request (\d+)/.exec(JSON.stringify(messages.at(-1)?.content))?.[1] ?? '0'
  const tokens = tokensOf(Number(name))
  served.set(name, tokens)
  response.setHeader('x-request-id', `upstream-${name}`)
  const usage = {
    prompt_tokens: tokens.input,
    completion_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
  }
  if (stream === true) {
    response.setHeader('content-type', 'text/event-stream')
    const event = (value: object) => response.write(`data: ${JSON.stringify(value)}\n\n`)
    event({ id: name, object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'Yes' } }] })
    event({ id: name, object: 'chat.completion.chunk', choices: [], usage })
    response.end('data: [DONE]\n\n')
    return
  }
  const message = { role: 'assistant', content: `Yes ${'.'.repeat(Number(name) % 500)}` }
  const body = JSON.stringify({
    id: name,
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage,
  })
  response.setHeader('content-type', 'application/json')
  response.setHeader('content-length', Buffer.byteLength(body))
  response.end(body)
}

/** Different for each request, so that an exchanged or doubled one shows in the sum. */
function tokensOf(name: number): ServedTokens {
  return { input: 100 + ((name * 7919) % 9973), output: 1 + ((name * 104_729) % 997) }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
