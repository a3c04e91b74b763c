/** Names the gateways that a request has passed, separated by commas. A gateway refuses a request that names itself. */
export const hopHeader = 'x-routellm-hops'

/** In place of a gateway: the request is a router's question, which no router may answer. */
const routerHop = 'router'

export const routerHopHeaders = { [hopHeader]: routerHop } as const

export function isRouterHop(hop: string): boolean {
  return hop === routerHop
}
