import type { RequestListener, Server } from 'node:http'
import Fastify from 'fastify'
import type { ClientKey } from '../config/config.ts'
import type { FeedbackKeeper } from '../gateway/feedback.ts'
import { createBrowserAccess } from './access/browser-access.ts'
import { createClientAuth } from './access/client-auth.ts'
import { createFailedKeys } from './access/failed-keys.ts'
import { createAccessHook, createKeyHook } from './access/hooks.ts'
import type { RevokedKeys } from './access/revoked-keys.ts'
import type { AdminAccess } from './admin/access/admin-access.ts'
import type { AdminActions } from './admin/actions/admin-actions.ts'
import type { LiveTail } from './admin/api/live-tail.ts'
import { adminErrorBody, adminPlugin } from './admin/plugin.ts'
import { createDecompression } from './body/decompress.ts'
import { canonicalUrl, describeServer } from './endpoints.ts'
import { findErrorForm } from './error-form.ts'
import { createGiveFeedback } from './feedback/give-feedback.ts'
import { feedbackPlugin } from './feedback/plugin.ts'
import { createErrorResponder } from './http-error.ts'
import type { ExchangeContext } from './inference/exchange-context.ts'
import { createOwnRequests } from './inference/own-requests.ts'
import { inferencePlugin } from './inference/plugin.ts'
import type { Metrics } from './operations/metrics/metrics.ts'
import { operationsPlugin } from './operations/plugin.ts'
import { pagePlugin } from './page/plugin.ts'
import { createUpgrades } from './socket/upgrade.ts'

export type HttpAppOptions = {
  readonly clientKeys: readonly string[]
  readonly keys: readonly ClientKey[]
  readonly revokedKeys: RevokedKeys
  readonly forwardClientKey: boolean
  /** As `parseOrigin` returns them. */
  readonly allowedOrigins: readonly string[]
  readonly bodyLimitBytes: number
  readonly admin: AdminActions
  readonly adminAccess: AdminAccess
  readonly live: LiveTail
  /** The folder of the built page; null: there is none. */
  readonly page: string | null
  /** Null: the server keeps no requests. */
  readonly feedback: FeedbackKeeper | null
  createServer(listener: RequestListener): Server
  /** For `/ready`. */
  readonly isReady: () => boolean
  /** Whether new requests are refused. */
  readonly isClosing: () => boolean
  /** See `InferenceOptions`. */
  readonly successor: () => ExchangeContext | null
}

/**
 * The HTTP application: one scope for inference, one for operations, one for administration and one for the
 * page, each with its own routes, authentication, body parsing and error form.
 */
export function createHttpApp(context: ExchangeContext, metrics: Metrics, options: HttpAppOptions) {
  const {
    bodyLimitBytes,
    clientKeys,
    keys,
    revokedKeys,
    forwardClientKey,
    allowedOrigins,
    isReady,
    isClosing,
    successor,
  } = options
  const { log, notify, nextRequestId } = context
  const respondWithError = createErrorResponder({
    log,
    notify,
    nextRequestId,
    bodyLimit: `${bodyLimitBytes} bytes (server.bodyLimitBytes)`,
    formatError: (error, id, { url, headers }) => findErrorForm(url, headers).errorBody(error, id),
  })
  const app = Fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    serverFactory: options.createServer,
    return503OnClosing: false,
    frameworkErrors: respondWithError,
    rewriteUrl: ({ url = '/' }) => canonicalUrl(url),
    clientErrorHandler() {}, // `createNodeServer` has one
  })
  app.setErrorHandler(respondWithError)
  app.decorateRequest('clientKey', null)
  const isKeyless = clientKeys.length === 0 && keys.length === 0
  const access = createBrowserAccess({ allowedOrigins, servesForeignPages: !isKeyless })
  app.addHook('onRequest', createAccessHook(access))
  app.addHook('preParsing', createDecompression())
  const failedKeys = createFailedKeys({
    warn: (fields, message) => log.warn(fields, message),
    now: () => performance.now(),
    // A closing server does not wait for the answers.
    schedule: (action, afterMs) => void setTimeout(action, afterMs).unref(),
  })
  const authenticate = createClientAuth({
    clientKeys,
    keys,
    forwardClientKey,
    failedKeys,
    revokedKeys,
    countFailure: metrics.keyFailed,
  })
  const requireKey = createKeyHook(authenticate)
  app.register(inferencePlugin, {
    context,
    requireKey,
    isKeyless,
    forwardClientKey,
    isClosing,
    successor,
    respondWithError,
  })
  const giveFeedback = createGiveFeedback(options.feedback, (feedback) =>
    (successor() ?? context).gateway.reward(feedback),
  )
  app.register(feedbackPlugin, { giveFeedback, requireKey, respondWithError })
  app.register(operationsPlugin, { metrics, requireKey, isReady, respondWithError })
  const { adminAccess } = options
  const browserAccess = createBrowserAccess({ allowedOrigins, servesForeignPages: false })
  app.register(adminPlugin, {
    prefix: '/admin/api',
    log,
    notify,
    nextRequestId,
    actions: options.admin,
    adminAccess,
    api: {
      gateway: context.gateway,
      reader: options.admin.reader ?? null,
      catchUp: options.admin.catchUp ?? null,
      changer: options.admin.changer ?? null,
      lock: options.admin.lock ?? null,
      experiments: options.admin.experiments ?? null,
      learn: options.admin.learn ?? null,
      difference: options.admin.difference ?? null,
      keys: options.admin.keys ?? null,
      revokedKeys,
      labels: options.admin.labels ?? null,
      keeper: options.feedback,
      live: options.live,
      askModel: createOwnRequests({ context, isClosing, successor }),
      giveFeedback,
      createSavingBasis: options.admin.createSavingBasis?.bind(options.admin) ?? null,
    },
    access: createAccessHook(browserAccess),
  })
  app.register(pagePlugin, {
    folder: options.page,
    adminAccess,
    browserAccess,
    onOpened: () => options.admin.reader?.warm(),
    describeServer,
    respondWithError: createErrorResponder({
      log,
      notify,
      nextRequestId,
      bodyLimit: '0 bytes',
      formatError: adminErrorBody,
    }),
  })
  const upgrades = createUpgrades({
    context,
    access,
    authenticate,
    isKeyless,
    forwardClientKey,
    bodyLimitBytes,
    isClosing,
  })
  return { app, upgrades }
}
