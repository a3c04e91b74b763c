import { collectReply } from '../collect-reply.ts'
import { createKeyMask } from '../key-mask.ts'
import type { NetworkedProvider, Provider, UsageProvider } from '../provider.ts'
import { describeProvider, type HttpProviderOptions } from './options.ts'

/** A provider of what sends its requests: no reply or error shows its key. */
export function assembleProvider(
  options: HttpProviderOptions,
  url: URL,
  stream: Provider['stream'],
  close: Provider['close'],
): NetworkedProvider & UsageProvider {
  const maskKey = createKeyMask(options.apiKey)
  const streamMasked: Provider['stream'] = (request, sink) => stream(request, maskKey(sink))
  return {
    ...describeProvider(options, url),
    stream: streamMasked,
    call: (request, signal) => collectReply({ name: options.name, stream: streamMasked }, request, signal),
    close,
  }
}
