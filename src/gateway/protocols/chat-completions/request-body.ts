import { findJsonExcess, type JsonLimits } from '../../../base/text/json/nesting.ts'
import type { ErrorCode } from '../../../error-codes.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { noNeeds } from '../../../routing/catalogue/request-needs.ts'
import type { ChatMessage } from '../../../routing/prompts/prompt-rule.ts'
import type { RequestOrigin, RouteRequest } from '../../decide/route-request.ts'
import type { ParsedRequest } from '../protocol.ts'
import { findNeeds } from './request-needs.ts'

type JsonObject = { readonly [key: string]: unknown }

/** A request that routers can choose a model for. */
export type ChatRequest = ParsedRequest & { readonly messages: readonly ChatMessage[] }

/** The body of `POST /v1/chat/completions`. @throws InvalidRequestError that names the field at fault. */
export function parseChatRequest(body: Buffer | undefined): ChatRequest {
  const json = parseObject(body)
  const model = parseModel(json)
  const messages = parseMessages(json)
  return { model, messages, stream: json.stream === true, body: json, needs: findNeeds(json) }
}

/**
 * The body of `POST /v1/route`: `{model, messages}` or `{model, prompt}`, and whatever else a chat request has.
 *
 * @param headers the client's, which may name a conversation.
 */
export function parseRouteRequest(body: Buffer | undefined, headers: RequestOrigin['headers']): RouteRequest {
  const json = parseObject(body)
  const model = parseModel(json)
  if (json.prompt === undefined) {
    if (json.messages !== undefined)
      return { model, messages: parseMessages(json), needs: findNeeds(json), origin: { headers, body: json } }
    throw invalid('missing-prompt', 'The body has neither messages nor prompt. Send one of them.', 'prompt')
  }
  if (json.messages !== undefined) {
    throw invalid('ambiguous-prompt', 'The body has both messages and prompt. Send one of them.', 'prompt')
  }
  if (typeof json.prompt === 'string') {
    const messages = [{ role: 'user', content: json.prompt }]
    return { model, prompt: json.prompt, needs: findNeeds({ ...json, messages }) }
  }
  throw invalid('bad-prompt', `prompt must be a string, not ${describeType(json.prompt)}.`, 'prompt')
}

/** A body of which only the model is read. @throws InvalidRequestError that names the field at fault. */
export function parseModelRequest(body: Buffer | undefined): ParsedRequest {
  const json = parseObject(body)
  return {
    model: parseModel(json),
    messages: null,
    stream: json.stream === true,
    body: json,
    needs: noNeeds,
  }
}

function parseObject(body: Buffer | undefined): JsonObject {
  if (body === undefined || body.length === 0) {
    throw invalid('empty-body', 'The request has no body. Send a JSON object.')
  }
  refuseExcess(body)
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw invalid('bad-json', `The request body is not JSON: ${problem}`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw invalid('body-not-object', `The request body must be a JSON object, not ${describeType(value)}.`)
}

/** Far beyond real requests; a body of 32 MiB within them is parsed in a second. */
const bodyLimits: JsonLimits = { maxDepth: 512, maxParts: 500_000 }

function refuseExcess(body: Buffer): void {
  const excess = findJsonExcess(body, bodyLimits)
  if (excess === null) return
  throw invalid(
    'bad-json',
    excess === 'too-deep'
      ? `The request body is nested more than ${bodyLimits.maxDepth} levels deep. Send a flatter one.`
      : `The request body has more than ${bodyLimits.maxParts} objects, arrays and members. Send a smaller one.`,
  )
}

function parseModel({ model }: JsonObject): string {
  if (typeof model === 'string' && model !== '') return model
  if (model === undefined) {
    throw invalid('missing-model', 'The request names no model. Set model, for example to "auto".', 'model')
  }
  const found = model === '' ? 'an empty one' : describeType(model)
  throw invalid('bad-model', `model must be a non-empty string, not ${found}. "auto" always works.`, 'model')
}

function parseMessages({ messages }: JsonObject): readonly ChatMessage[] {
  if (messages === undefined) {
    throw invalid('missing-messages', 'The request has no messages.', 'messages')
  }
  if (!Array.isArray(messages)) {
    throw invalid('bad-messages', `messages must be an array, not ${describeType(messages)}.`, 'messages')
  }
  if (messages.length === 0) {
    throw invalid('empty-messages', 'messages is empty. Send at least one message.', 'messages')
  }
  for (let index = 0; index < messages.length; index++) {
    const message: unknown = messages[index]
    const place = `messages[${index}]`
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      throw invalid('bad-message', `${place} must be an object, not ${describeType(message)}.`, place)
    }
    const role = 'role' in message ? message.role : undefined
    if (typeof role === 'string') continue
    const found = role === undefined ? 'it has none' : `not ${describeType(role)}`
    throw invalid('bad-message', `${place}.role must be a string such as "user"; ${found}.`, `${place}.role`)
  }
  return messages
}

function describeType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function invalid(code: ErrorCode, message: string, param?: string): InvalidRequestError {
  return new InvalidRequestError(code, message, param === undefined ? {} : { param })
}
