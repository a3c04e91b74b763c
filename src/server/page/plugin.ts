import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { ConfigError, InvalidRequestError } from '../../errors.ts'
import type { BrowserAccess } from '../access/browser-access.ts'
import { type AdminAccess, formatSessionCookie } from '../admin/access/admin-access.ts'
import { refuseSlowly } from '../admin/access/routes.ts'
import { parsePath } from '../endpoints.ts'
import type { ErrorResponder } from '../http-error.ts'
import { type PageFile, type PageFiles, readPageFiles } from './page-files.ts'
import { securityHeaders } from './security-headers.ts'
import { viewPaths } from './views.ts'

export type PageOptions = {
  /** The folder of the built page; null: there is none, and `/` answers programs only. */
  readonly folder: string | null
  readonly adminAccess: AdminAccess
  /** Refuses foreign Hosts and Origins, whether or not clients need keys. */
  readonly browserAccess: BrowserAccess
  readonly respondWithError: ErrorResponder
  /** Called when a view is opened: its reads will soon come. */
  readonly onOpened: () => void
  /** What `GET /` says to programs. */
  readonly describeServer: () => object
}

/**
 * The files of the page. They are the same for everyone and hold no data: those come from the administration API, which
 * needs a session. A link with a one-time code opens one.
 */
export const pagePlugin: FastifyPluginCallback<PageOptions> = (app, options, done) => {
  const { folder, adminAccess, browserAccess, respondWithError, onOpened, describeServer } = options
  app.removeAllContentTypeParsers()
  app.setErrorHandler(respondWithError)
  if (folder === null) {
    app.get('/', describeServer)
    done()
    return
  }
  let read: Promise<PageFiles> | null = null
  const files = () => {
    read ??= readPageFiles(folder)
    return read
  }

  function admit(request: FastifyRequest, reply: FastifyReply): void {
    const admission = browserAccess(request.raw, reply.raw)
    if (admission.kind === 'refused') throw admission.error
  }

  const sendIndex = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    admit(request, reply)
    const { index, views } = await files()
    if (index === null) throw notBuilt(folder)
    onOpened()
    const view = findViewName(request.url)
    reply.header('link', formatPreloads(views.get(view), view === 'curve' ? [session, policies] : [session]))
    return sendFile(request, reply, index, 'no-store')
  }

  /** Exchanges the code of a link for the cookie, and leads to the same address without it. */
  async function redeem(request: FastifyRequest, reply: FastifyReply, code: string): Promise<FastifyReply> {
    admit(request, reply)
    const rest = new URLSearchParams(request.url.slice(parsePath(request.url).length))
    rest.delete('code')
    if (adminAccess.codes.redeem(code))
      reply.header('set-cookie', formatSessionCookie(request.raw, adminAccess.sessions.open()))
    else {
      await refuseSlowly(adminAccess, request, reply)
      rest.set('refused', 'code')
    }
    const query = rest.size === 0 ? '' : `?${rest}`
    return reply
      .headers({ ...securityHeaders, 'cache-control': 'no-store' })
      .redirect(`${parsePath(request.url)}${query}`, 303)
  }

  async function answerView(
    request: FastifyRequest<{ Querystring: { code?: unknown } }>,
    reply: FastifyReply,
  ): Promise<unknown> {
    const { code } = request.query
    // A link preview sends HEAD, which does not use the code up.
    if (typeof code === 'string' && request.method === 'GET') return redeem(request, reply, code)
    const wantsPage = /\btext\/html\b/i.test(request.headers.accept ?? '')
    if (parsePath(request.url) === '/' && !wantsPage) return describeServer()
    return sendIndex(request, reply)
  }

  for (const path of viewPaths) {
    app.get(path, answerView)
    if (path !== '/') app.get(`${path}/*`, answerView)
  }
  app.get('/assets/:name', async (request: FastifyRequest<{ Params: { name: string } }>, reply) => {
    admit(request, reply)
    const { assets } = await files()
    const asset = assets.get(request.params.name)
    if (asset === undefined)
      throw new InvalidRequestError('unknown-url', 'The page has no such file; load it again.', {
        status: 404,
      })
    return sendFile(request, reply, asset, 'public, max-age=31536000, immutable')
  })
  done()
}

function findViewName(url: string): string {
  return parsePath(url).split('/')[1] || 'overview'
}

const session = '/admin/api/session'
/** Which curve is asked for depends on it. */
const policies = '/admin/api/curve/policies'

/**
 * What the page asks for as soon as its code runs: the code of its view, and answers whose questions are always the same. A browser
 * that is told so with the document has them by then.
 */
function formatPreloads(viewFile: string | undefined, answers: readonly string[]): string {
  return [
    ...(viewFile === undefined ? [] : [`</assets/${viewFile}>; rel=modulepreload`]),
    ...answers.map((path) => `<${path}>; rel=preload; as=fetch; crossorigin`),
  ].join(', ')
}

function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: PageFile,
  cacheControl: string,
): FastifyReply {
  const accepted = (request.headers['accept-encoding'] ?? '').split(',').map((each) => each.trim())
  const found = file.encoded.find(([encoding]) =>
    accepted.some((each) => each.split(';')[0] === encoding && !/;\s*q=0(?:\.0*)?$/.test(each)),
  )
  if (found !== undefined) reply.header('content-encoding', found[0])
  return reply
    .headers({
      ...securityHeaders,
      'content-type': file.contentType,
      'cache-control': cacheControl,
      vary: 'accept-encoding',
    })
    .send(found === undefined ? file.plain : found[1])
}

function notBuilt(folder: string): ConfigError {
  return new ConfigError(
    'page-not-built',
    `The page is not built: ${folder} has no index.html. Run npm run build and start the server again.`,
    { status: 404 },
  )
}
