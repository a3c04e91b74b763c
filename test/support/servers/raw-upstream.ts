import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** An upstream that answers each request with exact bytes on its socket. */
export type RawUpstream = {
  readonly baseUrl: string
  /** Requests so far. */
  readonly requests: number
  answer(respond: (socket: Socket, request: string) => void): void
  close(): Promise<void>
}

export async function startRawUpstream(): Promise<RawUpstream> {
  let current: (socket: Socket, request: string) => void = (socket) => socket.end()
  let requests = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let received = ''
    socket.on('data', (data) => {
      received += data.toString('latin1')
      const headEnd = received.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0)
      if (headEnd === -1 || received.length < headEnd + 4 + length) return
      const request = received
      received = ''
      requests++
      current(socket, request)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get requests() {
      return requests
    },
    answer(respond) {
      current = respond
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The head of a reply without a length: only the end of the connection ends it. */
export function unboundedHead(contentType: string, more = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\n${more}\r\n`
}

/** A body as one chunk of `transfer-encoding: chunked`, without the chunk that ends it. */
export function chunked(body: Buffer | string): Buffer {
  const bytes = Buffer.from(body)
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}
