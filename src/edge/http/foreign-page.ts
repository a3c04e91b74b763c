import { toDisplayText } from '../../base/text/display.ts'
import { InvalidRequestError } from '../../errors.ts'
import { createOriginCheck, pageOrigin } from '../../server/access/origin.ts'

type PageRequest = { readonly method: string; readonly headers: Readonly<Record<string, string>> }

const standingOf = createOriginCheck([])

/**
 * Refuses what a web page of another origin makes the browser of its visitor send. It needs no key, so the visitor's cookies
 * or network would let it in.
 *
 * @param host of the request's URL. A proxy may have changed it, so what the browser says itself comes first.
 * @throws InvalidRequestError `foreign-origin` (403).
 */
export function refuseForeignPage({ method, headers }: PageRequest, host: string): void {
  if (method === 'GET' || method === 'HEAD' || headers['sec-fetch-site'] === 'same-origin') return
  const origin = pageOrigin({ method, headers })
  if (origin === undefined || standingOf(origin, headers.host ?? host) === 'own') return
  throw new InvalidRequestError(
    'foreign-origin',
    `The request comes from a web page of ${JSON.stringify(toDisplayText(origin, 100))}, and this gateway, which asks for no key, answers pages of its own origin only. Let the application behind the page call it, or set \`keys\`.`,
    { status: 403, param: 'origin' },
  )
}
