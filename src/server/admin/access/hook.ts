import type { OnRequest } from '../../access/hooks.ts'
import { parsePath } from '../../endpoints.ts'
import { type AdminAccess, findCredential } from './admin-access.ts'
import { refuseSlowly } from './routes.ts'

/** Refuses requests without the token or the cookie of a session, except those that open or end one at `sessionPath`. */
export function createAdminHook(access: AdminAccess, sessionPath: string): OnRequest {
  return (request, reply, next) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead && parsePath(request.url) === sessionPath) {
      next()
      return
    }
    try {
      findCredential(access, request.raw)
      next()
    } catch (error) {
      const isGuess = /^bearer ./i.test(request.headers.authorization ?? '')
      if (isGuess) void refuseSlowly(access, request, reply).then(next)
      else next(error as Error)
    }
  }
}
