import { request } from 'node:http'
import { startGateway, userMessage } from '../gateway-under-test.ts'
import { chunk, event } from '../upstream.ts'

export type PacedStreams = {
  /** Streams that came whole. */
  readonly whole: number
  /** Streams with a delta that arrived more than ten paces after the upstream sent it. */
  readonly stalled: number
}

const deltas = 64
const paceMs = 20
const tickMs = 5
const mostTicks = (10 * paceMs) / tickMs

/**
 * That many streams at once, each of 64 deltas at 20 ms, through a gateway to an upstream in this process.
 *
 * Delays are counted in ticks of a timer of the same event loop: while a delta is really stuck the timer ticks on,
 * while the machine gives this process no time it does not.
 */
export async function runPacedStreams(count: number): Promise<PacedStreams> {
  let now = 0
  const clock = setInterval(() => now++, tickMs)
  const gateway = await startGateway()
  const part = event(chunk({ content: 'lorem ' }))
  const sentAt: number[][] = []
  gateway.upstream.answer(({ response, body }) => {
    const times: number[] = []
    sentAt[Number(JSON.parse(body.toString()).user)] = times
    response.socket?.setNoDelay(true)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const timer = setInterval(() => {
      times.push(now)
      response.write(part)
      if (times.length < deltas) return
      clearInterval(timer)
      response.end(event('[DONE]'))
    }, paceMs)
    response.once('close', () => clearInterval(timer))
  })

  const one = (id: number) =>
    new Promise<{ id: number; arrivals: number[]; done: boolean }>((resolve, reject) => {
      const arrivals: number[] = []
      let done = false
      const outgoing = request(`${gateway.url}/v1/chat/completions`, { method: 'POST' }, (response) => {
        response.on('data', (data: Buffer) => {
          const text = data.toString('latin1')
          for (let n = text.split('"content"').length - 1; n > 0; n--) arrivals.push(now)
          done ||= text.includes('[DONE]')
        })
        response.on('end', () => resolve({ id, arrivals, done }))
        response.on('error', reject)
      })
      outgoing.on('error', reject)
      outgoing.end(JSON.stringify({ ...userMessage('hello'), stream: true, user: String(id) }))
    })
  const streams = await Promise.all(Array.from({ length: count }, (_, id) => one(id)))
  await gateway.close()
  clearInterval(clock)

  const isStalled = ({ id, arrivals }: { id: number; arrivals: number[] }) =>
    arrivals.some((at, index) => at - sentAt[id]![index]! > mostTicks)
  return {
    whole: streams.filter(({ arrivals, done }) => done && arrivals.length === deltas).length,
    stalled: streams.filter(isStalled).length,
  }
}
