import type { onRequestHookHandler } from 'fastify'
import type { ClientKey } from '../../config/config.ts'
import { openPaths, parsePath } from '../endpoints.ts'
import type { BrowserAccess } from './browser-access.ts'
import type { Authenticate } from './client-auth.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that the request carries; null for one without a name, or none. */
    clientKey: ClientKey | null
  }
}

/** A hook that runs before the body of a request is read. */
export type OnRequest = onRequestHookHandler

/** Refuses foreign web pages and answers preflights. */
export function createAccessHook(access: BrowserAccess): OnRequest {
  return (request, reply, next) => {
    const admission = access(request.raw, reply.raw)
    if (admission.kind === 'admitted') next()
    else if (admission.kind === 'refused') next(admission.error)
    else reply.hijack()
  }
}

/** Refuses requests without a key of this gateway if it has keys, and those with a revoked one. */
export function createKeyHook(authenticate: Authenticate): OnRequest {
  return (request, reply, next) => {
    if (openPaths.has(parsePath(request.url))) {
      next()
      return
    }
    authenticate(request.raw, (refusal, key) => {
      request.clientKey = key
      if (refusal === null) {
        next()
        return
      }
      if (refusal.closes) reply.header('connection', 'close')
      next(refusal.error)
    })
  }
}
