import type { IncomingMessage, ServerResponse } from 'node:http'

/** Headers of replies that a script of an allowed page can read, besides those that every script can. */
const exposedHeaders = [
  ...[
    'request-id',
    'model',
    'policy',
    'effort',
    'router',
    'experiment',
    'strong-win-rate',
    'threshold',
    'overhead-ms',
    'fallback',
    'session',
    'budget-remaining-usd',
  ].map((name) => `x-routellm-${name}`),
  ...['x-request-id', 'retry-after', 'openai-processing-ms', 'openai-version', 'openai-organization'],
  ...['limit', 'remaining', 'reset'].flatMap((what) => [
    `x-ratelimit-${what}-requests`,
    `x-ratelimit-${what}-tokens`,
  ]),
].join(', ')

const methods = 'GET, HEAD, POST, DELETE'
const preflightSeconds = '600'

/** Lets a page of `origin` read the reply: on the raw response, because errors and streams are written there. */
export function allowReading(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', exposedHeaders)
  response.setHeader('vary', 'origin')
}

/** A browser's question whether a page may send a request. It never carries a key. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  )
}

/** Answers a preflight of an allowed page: it may send every header that it asks for. */
export function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-methods', methods)
  const asked = headers['access-control-request-headers']
  if (asked !== undefined && /^[\w!#$%&'*+.^`|~, \t-]+$/.test(asked))
    response.setHeader('access-control-allow-headers', asked)
  // Asked for by browsers that guard the local network against pages of the Internet.
  if (headers['access-control-request-private-network'] === 'true')
    response.setHeader('access-control-allow-private-network', 'true')
  response.setHeader('access-control-max-age', preflightSeconds)
  response.setHeader('vary', 'origin, access-control-request-method, access-control-request-headers')
  response.writeHead(204).end()
}
