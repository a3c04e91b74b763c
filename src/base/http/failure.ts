import { redactSecrets } from '../settings/redact.ts'
import type { FailedCall } from './reply.ts'

const excerptLength = 300

/** The beginning of a reply, for a message: at most 300 UTF-16 units, without secrets. */
export function excerptReply(text: string, secret?: string): string {
  return redactSecrets(text, secret === undefined ? [] : [secret])
    .trim()
    .slice(0, excerptLength)
}

/** The reason of a network failure. The message of `fetch` is always "fetch failed"; its cause holds the reason. */
export function describeNetworkError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (error.message !== 'fetch failed' || !(cause instanceof Error)) return withoutFullStop(error.message)
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  return withoutFullStop(cause.message || code || error.message)
}

export type CallAdvice = {
  /** The owner of the key, for the message: `the API key of the embedder`. */
  readonly key: string
  /** The advice for a rate limit, after "The endpoint limits its rate: ". */
  readonly rate: string
  /** The advice if the endpoint does not answer. */
  readonly unreachable: string
  /** The advice for any other status. */
  readonly request: string
  /** Added to "Try again later" after a failure of the server. */
  readonly later?: string
}

/**
 * The message for a call that failed: what is missing, how many attempts were made, what the endpoint or the network
 * said, and what to do.
 *
 * @param missing `No embeddings of m from http://…`.
 */
export function formatCallFailure(missing: string, failed: FailedCall, advice: CallAdvice): string {
  const times = failed.tries === 1 ? '' : ` after ${failed.tries} tries`
  const said =
    failed.kind === 'refused'
      ? `it answered ${failed.status}: ${withoutFullStop(failed.message)}`
      : failed.message
  return `${missing}${times}: ${said}. ${adviceFor(failed, advice)}`
}

function adviceFor(failed: FailedCall, advice: CallAdvice): string {
  if (failed.kind === 'unreachable') return advice.unreachable
  const { status } = failed
  if (status === 401 || status === 403) return `Check ${advice.key}.`
  if (status === 404) return 'Check the base URL (it ends in /v1) and the name of the model.'
  if (status === 429) return `The endpoint limits its rate: ${advice.rate}`
  if (status >= 500)
    return advice.later === undefined ? 'Try again later.' : `Try again later. ${advice.later}`
  return advice.request
}

function withoutFullStop(text: string): string {
  return text.replace(/\.$/, '')
}
