import type { Buffer } from 'node:buffer'
import { noNeeds } from '../../../routing/catalogue/request-needs.ts'
import type { ChatMessage } from '../../../routing/prompts/prompt-rule.ts'
import type { RequestOrigin, RouteRequest } from '../../decide/route-request.ts'
import type { ParsedRequest } from '../protocol.ts'
import {
  describeType,
  invalidRequest,
  parseMessages,
  parseModel,
  parseRequestObject,
} from '../wire/request-object.ts'
import { findNeeds } from './request-needs.ts'

/** A request that routers can choose a model for. */
export type ChatRequest = ParsedRequest & { readonly messages: readonly ChatMessage[] }

/** The body of `POST /v1/chat/completions`. @throws InvalidRequestError that names the field at fault. */
export function parseChatRequest(body: Buffer | undefined): ChatRequest {
  const json = parseRequestObject(body)
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
  const json = parseRequestObject(body)
  const model = parseModel(json)
  if (json.prompt === undefined) {
    if (json.messages !== undefined)
      return { model, messages: parseMessages(json), needs: findNeeds(json), origin: { headers, body: json } }
    throw invalidRequest(
      'missing-prompt',
      'The body has neither messages nor prompt. Send one of them.',
      'prompt',
    )
  }
  if (json.messages !== undefined) {
    throw invalidRequest(
      'ambiguous-prompt',
      'The body has both messages and prompt. Send one of them.',
      'prompt',
    )
  }
  if (typeof json.prompt === 'string') {
    const messages = [{ role: 'user', content: json.prompt }]
    return { model, prompt: json.prompt, needs: findNeeds({ ...json, messages }) }
  }
  throw invalidRequest('bad-prompt', `prompt must be a string, not ${describeType(json.prompt)}.`, 'prompt')
}

/** A body of which only the model is read. @throws InvalidRequestError that names the field at fault. */
export function parseModelRequest(body: Buffer | undefined): ParsedRequest {
  const json = parseRequestObject(body)
  return {
    model: parseModel(json),
    messages: null,
    stream: json.stream === true,
    body: json,
    needs: noNeeds,
  }
}
