import { describeNetworkError, excerptReply } from '../../../base/http/failure.ts'
import { fetchReply } from '../../../base/http/fetch-reply.ts'
import type { HttpReply } from '../../../base/http/reply.ts'
import type { GatewayPoint, Tool } from './tools/tool.ts'

/** What became of the request of a tool. */
export type Check = {
  readonly tool: string
  readonly url: string
  /** null if there was no reply. */
  readonly status: number | null
  /** What is wrong; null if the whole reply came. */
  readonly problem: string | null
  readonly decision: CheckedDecision | null
  readonly requestId: string | null
}

/** The decision as the headers of a reply say it. */
export type CheckedDecision = {
  readonly model: string
  readonly policy: string | null
  readonly router: string | null
  readonly threshold: number | null
  readonly strongWinRate: number | null
  readonly fallback: string | null
  /** Milliseconds until the upstream request was sent. */
  readonly overheadMs: number | null
}

/** The turn that is sent: every model answers it. */
const prompt = 'Say hello.'
const limitMs = 120_000
const maxBytes = 4 * 1024 * 1024

/** Sends one request as the tool would, and reads the decision about it. Rejects with `signal.reason` only. */
export async function checkTool(
  tool: Tool,
  gateway: GatewayPoint,
  key: string | undefined,
  signal: AbortSignal,
): Promise<Check> {
  const request = tool.request(gateway, prompt)
  const url = `${gateway.url}${request.path}`
  const init = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...request.headers,
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(request.body),
    // The key is for this host.
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
  } as const
  try {
    const reply = await fetchReply(fetch, url, init, maxBytes)
    const decision = readDecision(reply.headers)
    const problem = findProblem(reply, decision, request.end, key)
    const requestId = reply.headers['x-routellm-request-id'] ?? null
    return { tool: tool.name, url, status: reply.status, problem, decision, requestId }
  } catch (error) {
    signal.throwIfAborted()
    const problem = `no reply: ${describeNetworkError(error)}. Is the gateway running? routellm serve starts it`
    return { tool: tool.name, url, status: null, problem, decision: null, requestId: null }
  }
}

function findProblem(
  { status, body }: HttpReply,
  decision: CheckedDecision | null,
  end: string,
  key: string | undefined,
): string | null {
  const text = Buffer.from(body).toString('utf8')
  if (status >= 300) return `the gateway answered ${status}: ${excerptReply(messageOf(text), key)}`
  if (decision === null)
    return 'the reply has no header x-routellm-model, so it is not from a RouteLLM gateway: check --url'
  if (!text.includes(end))
    return `the reply ended without "${end}", so it is not complete: ${excerptReply(text.slice(-300), key)}`
  return null
}

function readDecision(headers: HttpReply['headers']): CheckedDecision | null {
  const text = (name: string) => headers[`x-routellm-${name}`] ?? null
  const number = (name: string) => {
    const value = text(name)
    return value === null ? null : Number(value)
  }
  const model = text('model')
  if (model === null) return null
  return {
    model: decodeName(model),
    policy: text('policy'),
    router: text('router'),
    threshold: number('threshold'),
    strongWinRate: number('strong-win-rate'),
    fallback: text('fallback'),
    overheadMs: number('overhead-ms'),
  }
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The message of an error in the form of any of the protocols; the whole text if it has none. */
function messageOf(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    const error = typeof value === 'object' && value !== null && 'error' in value ? value.error : undefined
    if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message)
  } catch {
    // Not JSON: a page of a proxy, for example.
  }
  return text
}
