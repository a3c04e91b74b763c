export { type BuildOptions, buildGateway } from '../gateway/build-gateway.ts'
export {
  createDecider,
  type Decider,
  type DeciderParts,
  type ListedModel,
  type WarningLog,
} from '../gateway/decide/decider.ts'
export type { Decision, FixedModelDecision } from '../gateway/decide/decision.ts'
export type { ExplainedDecision } from '../gateway/decide/explained-decision.ts'
export type { RouteRequest } from '../gateway/decide/route-request.ts'
export { createGateway, type Gateway, type GatewayParts } from '../gateway/gateway.ts'
export type { RequestObserver, RequestRecord } from '../gateway/request-record.ts'
export type { ServerLog } from './inference/exchange.ts'
export { openRequestLog, type RequestLog, type RequestLogOptions } from './request-log/request-log.ts'
export { createServer, type Server, type ServerOptions } from './server.ts'
