import { RouteLLMError } from '../../../errors.ts'
import { hopHeader, isRouterHop } from '../../../providers/hop-header.ts'

const mostGateways = 8
const idPattern = /^[\w-]{1,40}$/

/** The hop header of the requests that follow from one request. */
export type HopHeaders = Readonly<Record<typeof hopHeader, string>>

/**
 * A function that gives the hop header to send upstream: the gateways that the request has passed, and this one.
 *
 * It throws RouteLLMError `routing-loop` (508) for a request that this gateway has sent itself, that has passed 8
 * gateways, or that a router sent and that a router would answer.
 *
 * @param ownId unique to the gateway.
 */
export function createHops(ownId: string): (received: string | undefined, isRouted: boolean) => HopHeaders {
  const alone: HopHeaders = { [hopHeader]: ownId } // one object, which the provider recognises
  return (received, isRouted) => {
    if (received === undefined) return alone
    const passed = received.split(',', mostGateways + 1).map((id) => id.trim())
    const isLoop = passed.includes(ownId) || (isRouted && passed.some(isRouterHop))
    if (isLoop || passed.length >= mostGateways) throw routingLoop(passed.length)
    return { [hopHeader]: [...passed.filter((id) => idPattern.test(id)), ownId].join(',') }
  }
}

function routingLoop(passed: number): RouteLLMError {
  return new RouteLLMError(
    'routing-loop',
    `The request came back to this gateway, or has passed ${passed} gateways or routers. Check baseUrl of the providers, the routers and the embedder: one of them leads to a gateway again.`,
    { status: 508 },
  )
}
