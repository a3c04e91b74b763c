import type { IncomingMessage } from 'node:http'
import { InvalidRequestError } from '../../../errors.ts'
import { hopHeader } from '../../../providers/hop-header.ts'

/** What is read of a client's request besides its body. */
export type IncomingRequest = Pick<IncomingMessage, 'headers' | 'url'>

/** The gateways that a request has passed, as `createHops` takes them. */
export function receivedHops({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return headers[hopHeader]?.toString()
}

/** Far beyond real queries. */
const longestQuery = 2048

/**
 * The query of a URL without its question mark; empty if there is none.
 *
 * @throws InvalidRequestError `bad-request` for one that cannot be part of a URL.
 */
export function findQuery(url = ''): string {
  const at = url.indexOf('?')
  if (at === -1) return ''
  const query = url.slice(at + 1).split('#', 1)[0]!
  if (query.length <= longestQuery && /^[\x21-\x7e]*$/.test(query)) return query
  throw new InvalidRequestError(
    'bad-request',
    `The query of the URL has ${query.length} characters, or some that are not ASCII. Send at most ${longestQuery}, percent-encoded.`,
  )
}
