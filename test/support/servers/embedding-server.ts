import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type EmbeddingRequest = {
  readonly path: string
  readonly authorization: string | undefined
  readonly body: { readonly model: string; readonly input: readonly string[]; readonly dimensions?: number }
}

export type EmbeddingServer = {
  /** Ends in /v1. */
  readonly baseUrl: string
  readonly requests: EmbeddingRequest[]
  /** Answers a request instead of the server; returns whether it did. Requests count from 1. */
  intercept: (response: ServerResponse, count: number) => boolean
  close(): Promise<void>
}

/** Three numbers that tell texts apart: their length, first and last UTF-16 unit. */
export function vectorOf(text: string): number[] {
  return [text.length, text.charCodeAt(0) || 0, text.charCodeAt(text.length - 1) || 0]
}

/** An OpenAI-compatible `/v1/embeddings`, answering in reverse order, as the protocol allows. */
export async function startEmbeddingServer(): Promise<EmbeddingServer> {
  const requests: EmbeddingRequest[] = []
  const http = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      const body: EmbeddingRequest['body'] = JSON.parse(text)
      requests.push({ path: request.url ?? '', authorization: request.headers.authorization, body })
      if (server.intercept(response, requests.length)) return
      const data = body.input.map((input, index) => ({
        object: 'embedding',
        index,
        embedding: vectorOf(input),
      }))
      answerJson(response, 200, { object: 'list', model: body.model, data: data.reverse() })
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const server: EmbeddingServer = {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    intercept: () => false,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
  return server
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
