export { type BuildOptions, buildGateway } from '../gateway/build-gateway.ts'
export type { Decision } from '../gateway/decision.ts'
export {
  createGateway,
  type Gateway,
  type GatewayParts,
  type ListedModel,
  type WarningLog,
} from '../gateway/gateway.ts'
export type { RouteRequest, Routing } from '../gateway/routing.ts'
export type { ServerLog } from './exchange.ts'
export { createServer, type Server, type ServerOptions } from './server.ts'
