import { createServer } from 'node:net'
import { z } from 'zod'
import type { Config } from '../../../config/config.ts'
import type { Check } from './check.ts'

const probeTimeoutMs = 1_000
const gatewaySchema = z.object({ name: z.literal('routellm') })

/** Whether the server could listen. A gateway that runs there already is no problem of the installation. */
export function portCheck({ server: { host, port } }: Config): Promise<Check> {
  const name = 'port'
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', async (error) => {
      const isTaken = 'code' in error && error.code === 'EADDRINUSE'
      if (isTaken && (await isGateway(`http://${place}/`))) {
        resolve({ name, status: 'ok', detail: `a gateway is serving ${place}` })
        return
      }
      resolve({
        name,
        status: 'failed',
        detail: isTaken ? `${place} is taken by another program` : `${place}: ${error.message}`,
        remedy: 'Stop it, or choose another with --port or server.port.',
      })
    })
    probe.listen(port, host, () =>
      probe.close(() => resolve({ name, status: 'ok', detail: `${place} is free` })),
    )
  })
}

/** `GET /` of a gateway says what it is, without a key. */
async function isGateway(url: string): Promise<boolean> {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(probeTimeoutMs), redirect: 'manual' })
    return gatewaySchema.safeParse(await reply.json()).success
  } catch {
    return false
  }
}
