import { maxReplyBytes, replyTooLarge } from '../base/http/fetch-reply.ts'
import type { Provider, ProviderReply, ProviderRequest } from './provider.ts'

/**
 * `Provider.call` in terms of `Provider.stream`: the whole reply in memory. Rejects with `upstream-reply-too-large` if it
 * has more than 64 MiB.
 */
export function collectReply(
  { name, stream }: Pick<Provider, 'name' | 'stream'>,
  request: ProviderRequest,
  signal?: AbortSignal,
): Promise<ProviderReply> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    let status = 0
    let headers: Readonly<Record<string, string>> = {}
    const chunks: Uint8Array[] = []
    let length = 0
    let abort: (() => void) | undefined
    const onAbort = () => {
      abort?.()
      reject(signal?.reason)
    }
    const onTooLarge = () => {
      signal?.removeEventListener('abort', onAbort)
      abort?.()
      reject(replyTooLarge(`the upstream "${name}"`, maxReplyBytes))
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    abort = stream(request, {
      onHead(replyStatus, replyHeaders) {
        status = replyStatus
        headers = replyHeaders
      },
      onData(chunk) {
        chunks.push(chunk)
        length += chunk.length
        if (length <= maxReplyBytes) return true
        onTooLarge()
        return false
      },
      onEnd() {
        signal?.removeEventListener('abort', onAbort)
        resolve({ status, headers, body: Buffer.concat(chunks) })
      },
      onError(error) {
        signal?.removeEventListener('abort', onAbort)
        reject(error)
      },
    })
    // While the request was being sent.
    if (signal?.aborted) abort()
  })
}
