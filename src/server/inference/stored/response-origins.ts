import QuickLRU from 'quick-lru'
import { toDisplayText } from '../../../base/text/display.ts'
import { InvalidRequestError } from '../../../errors.ts'

/** Where a response is kept. */
export type ResponseOrigin = {
  /** The name that the model is decided by: its configured one, or `provider/upstream name`. */
  readonly model: string
  readonly provider: string
  /** The name of the client's key that it was made with; null for one without a name, or none. */
  readonly key: string | null
}

/** Which model made a response of the Responses API: only its provider has it. In memory, bounded. */
export type ResponseOrigins = {
  add(responseId: string, origin: ResponseOrigin): void
  /** Undefined for a response that was not made here, or so long ago that it is forgotten. */
  find(responseId: unknown): ResponseOrigin | undefined
  remove(responseId: string): void
}

/** About 10 MB. */
const mostResponses = 20_000
const longestId = 512

export function createResponseOrigins(maxResponses = mostResponses): ResponseOrigins {
  const origins = new QuickLRU<string, ResponseOrigin>({ maxSize: maxResponses })
  return {
    add(responseId, origin) {
      if (responseId !== '' && responseId.length <= longestId) origins.set(responseId, origin)
    },
    find: (responseId) => (typeof responseId === 'string' ? origins.get(responseId) : undefined),
    remove(responseId) {
      origins.delete(responseId)
    },
  }
}

/**
 * For a response that is not known, and for another client's, which is as unknown as none.
 *
 * @param param the place of the id in the request.
 */
export function unknownResponse(id: string, param: string): InvalidRequestError {
  return new InvalidRequestError(
    'unknown-request',
    `The response ${JSON.stringify(toDisplayText(id, 80))} was not made through this gateway since it started, or is no longer remembered. Ask its provider for it.`,
    { status: 404, param },
  )
}
