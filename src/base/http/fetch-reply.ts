import { UpstreamError } from '../../errors.ts'
import type { HttpReply } from './reply.ts'

/** Larger replies of an endpoint than this are refused. The largest batch of embeddings takes about 20 MB. */
export const maxReplyBytes = 64 * 1024 * 1024

/**
 * The whole reply to a request of `fetch`.
 *
 * @throws UpstreamError `upstream-reply-too-large` if the body has more than `maxBytes`; what `send` throws.
 */
export async function fetchReply(
  send: typeof fetch,
  url: string,
  init: RequestInit,
  maxBytes = maxReplyBytes,
): Promise<HttpReply> {
  const response = await send(url, init)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    // Leaving the loop cancels the body, which closes the connection.
    if (length > maxBytes) throw replyTooLarge(new URL(url).origin, maxBytes)
    chunks.push(chunk)
  }
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.concat(chunks),
  }
}

export function replyTooLarge(from: string, maxBytes: number): UpstreamError {
  return new UpstreamError(
    'upstream-reply-too-large',
    `The reply of ${from} has more than ${maxBytes} bytes. Check that the base URL is that of a model's endpoint.`,
  )
}
