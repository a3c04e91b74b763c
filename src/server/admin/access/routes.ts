import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { InvalidRequestError } from '../../../errors.ts'
import { version } from '../../../version.ts'
import { parseBody } from '../api/parse.ts'
import { type AdminAccess, checkOwnPage, formatSessionCookie, readSessionCookie } from './admin-access.ts'

/** What the page knows of whom it serves. */
export type SessionInfo = { readonly version: string }

const signIn = z
  .strictObject({ code: z.string().max(1000), token: z.string().max(1000) })
  .partial()
  .refine(({ code, token }) => (code === undefined) !== (token === undefined), 'needs either code or token')

/** `POST /session` takes a code or the token and sets the cookie, `DELETE` ends the session. Neither needs one; `GET` does. */
export function addSessionRoutes(app: FastifyInstance, access: AdminAccess): void {
  app.post('/session', async (request, reply): Promise<SessionInfo> => {
    checkOwnPage(request.raw)
    const { code, token } = parseBody(signIn, request.body)
    const isRight = code !== undefined ? access.codes.redeem(code) : access.isToken(token ?? '')
    if (!isRight) throw await refuseSlowly(access, request, reply)
    reply.header('set-cookie', formatSessionCookie(request.raw, access.sessions.open()))
    return { version }
  })
  app.delete('/session', (request, reply) => {
    checkOwnPage(request.raw)
    const cookie = readSessionCookie(request.raw)
    if (cookie !== undefined) access.sessions.close(cookie)
    return reply.header('set-cookie', formatSessionCookie(request.raw, null)).code(204).send()
  })
  app.get('/session', (): SessionInfo => ({ version }))
}

/** The error for a wrong code or token, the later the more of that address were wrong. */
export function refuseSlowly(
  { failures, hasToken }: AdminAccess,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<InvalidRequestError> {
  return new Promise((resolve) => {
    failures.onUnknownKey(request.raw.socket.remoteAddress ?? '', (isCrowded) => {
      if (isCrowded) reply.header('connection', 'close')
      resolve(
        new InvalidRequestError(
          'admin-token-required',
          `The code or token is not right. A code works once and for ten minutes; restart the server, or send it SIGHUP, for a new one${hasToken ? '' : ', or set ROUTELLM_ADMIN_TOKEN'}.`,
          { status: 401 },
        ),
      )
    })
  })
}
