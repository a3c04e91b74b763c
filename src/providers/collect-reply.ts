import type { Provider, ProviderReply, ProviderRequest } from './provider.ts'

/** `Provider.call` in terms of `Provider.stream`: the whole reply in memory. */
export function collectReply(
  stream: Provider['stream'],
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
    const onAbort = () => {
      abort()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const abort = stream(request, {
      onHead(replyStatus, replyHeaders) {
        status = replyStatus
        headers = replyHeaders
      },
      onData(chunk) {
        chunks.push(chunk)
        return true
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
  })
}
