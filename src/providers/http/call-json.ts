import { UpstreamError } from '../../errors.ts'
import type { Provider } from '../provider.ts'
import { mayRecover, type RetryPolicy, retryDelayMs, waitOrAbort } from './retry.ts'
import { retryAfterMs } from './retry-after.ts'

export type JsonCall = RetryPolicy & {
  /** Below the base URL: `/chat/completions`. */
  readonly path: string
  readonly body: object
  /** Taken out of what the endpoint says, should it repeat it. */
  readonly secret?: string
}

/** What became of a call, after the attempts that it was allowed. Who asked makes the error of it. */
export type JsonOutcome =
  | { readonly kind: 'answered'; readonly json: unknown }
  | { readonly kind: 'refused'; readonly status: number; readonly words: string; readonly tries: number }
  | { readonly kind: 'unreachable'; readonly error: UpstreamError; readonly tries: number }

/**
 * Sends JSON and reads JSON, trying again where that may help. Rejects only with `signal.reason`.
 *
 * A body that is no JSON is `answered` with its text, which whoever expected something else can show.
 */
export async function callJson(
  provider: Provider,
  call: JsonCall,
  signal: AbortSignal | undefined,
): Promise<JsonOutcome> {
  const body = JSON.stringify(call.body)
  for (let tries = 1; ; tries++) {
    const { outcome, askedMs } = await attempt(provider, call, body, tries, signal)
    const isFinal = outcome.kind === 'refused' ? !mayRecover(outcome.status) : outcome.kind === 'answered'
    if (isFinal || tries > call.retries) return outcome
    await waitOrAbort(retryDelayMs(tries, askedMs, call), signal)
  }
}

async function attempt(
  provider: Provider,
  { path, secret }: JsonCall,
  body: string,
  tries: number,
  signal: AbortSignal | undefined,
): Promise<{ outcome: JsonOutcome; askedMs?: number | undefined }> {
  try {
    const reply = await provider.call({ path, body }, signal)
    const text = Buffer.from(reply.body).toString('utf8')
    if (reply.status >= 200 && reply.status < 300)
      return { outcome: { kind: 'answered', json: parseJson(text) } }
    return {
      outcome: { kind: 'refused', status: reply.status, words: excerpt(text, secret), tries },
      askedMs: retryAfterMs((name) => reply.headers[name]),
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof UpstreamError)) throw error
    return { outcome: { kind: 'unreachable', error, tries } }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function excerpt(text: string, secret: string | undefined): string {
  return withoutSecret(text, secret).trim().slice(0, 300)
}

/** Some endpoints repeat the key that they were sent, in a refusal or in an echo of the request. */
export function withoutSecret(text: string, secret: string | undefined): string {
  return secret === undefined || secret === '' ? text : text.replaceAll(secret, '…')
}
