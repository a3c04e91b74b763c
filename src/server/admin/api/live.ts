import type { FastifyInstance } from 'fastify'
import { RouteLLMError } from '../../../errors.ts'
import type { ApiContext } from './api-context.ts'

/** What a slow reader may be behind; requests that come then are left out, and it is told how many. */
const mostWaitingBytes = 256 * 1024
const heartbeatMs = 15_000

/**
 * `GET /admin/api/live`: an event stream with an event `request` (`RequestSummary`) for each request that finishes, and
 * `missed` with the number of those that were left out because the client reads too slowly.
 */
export function addLiveRoute(app: FastifyInstance, { live }: ApiContext): void {
  app.get('/live', (_request, reply) => {
    const { raw } = reply
    let missed = 0
    const send = (json: string) => {
      if (raw.writableLength > mostWaitingBytes) {
        missed++
        return
      }
      if (missed > 0) raw.write(`event: missed\ndata: ${missed}\n\n`)
      missed = 0
      raw.write(`event: request\ndata: ${json}\n\n`)
    }
    const stop = live.watch(send)
    if (stop === null)
      throw new RouteLLMError('overloaded', 'Too many pages watch the requests; close one.', { status: 429 })
    reply.hijack()
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    })
    raw.write(': watching\n\n')
    const timer = setInterval(() => raw.write(':\n\n'), heartbeatMs)
    raw.once('close', () => {
      clearInterval(timer)
      stop()
    })
  })
}
