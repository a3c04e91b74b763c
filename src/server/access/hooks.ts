import type { onRequestHookHandler } from 'fastify'
import { openPaths, parsePath } from '../endpoints.ts'
import type { BrowserAccess } from './browser-access.ts'
import type { Authenticate } from './client-auth.ts'

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

/** Refuses requests without a key of this gateway. */
export function createKeyHook(authenticate: Authenticate): OnRequest {
  return (request, reply, next) => {
    if (openPaths.has(parsePath(request.url))) {
      next()
      return
    }
    authenticate(request.raw, (refusal) => {
      if (refusal?.closes === true) reply.header('connection', 'close')
      next(refusal?.error)
    })
  }
}
