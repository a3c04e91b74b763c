import type { IncomingHttpHeaders } from 'node:http'
import { chatCompletions } from '../gateway/protocols/chat-completions/protocol.ts'
import { messages } from '../gateway/protocols/messages/protocol.ts'
import type { Protocol } from '../gateway/protocols/protocol.ts'
import { protocols } from '../gateway/protocols/registry.ts'
import { parsePath } from './endpoints.ts'

/** Protocols by the paths that speak them. */
const protocolOfPath = new Map<string, Protocol>(
  protocols.flatMap((protocol) => protocol.paths.map((path) => [`/v1${path}`, protocol] as const)),
)

/**
 * The protocol in whose form a request gets an error that comes up before its body is read: that of its path. On other
 * paths a client of Anthropic's API is known by its version header, and all others get OpenAI's form.
 */
export function findErrorForm(url: string, headers: IncomingHttpHeaders): Protocol {
  const path = parsePath(url)
  return protocolOfPath.get(path) ?? (isAnthropicClient(headers) ? messages : chatCompletions)
}

/** Whether a request comes from a client of Anthropic's API. */
export function isAnthropicClient(headers: IncomingHttpHeaders): boolean {
  return headers['anthropic-version'] !== undefined
}
