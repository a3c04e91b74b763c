import type { Buffer } from 'node:buffer'
import type { ChatMessage } from '../../../routing/prompts/prompt-rule.ts'
import type { ParsedRequest } from '../protocol.ts'
import { parseMessages, parseModel, parseRequestObject } from '../wire/request-object.ts'
import { findMessagesNeeds } from './request-needs.ts'

/** The body of `POST /v1/messages`, and of `…/count_tokens`. @throws InvalidRequestError that names the field at fault. */
export function parseMessagesRequest(body: Buffer | undefined): ParsedRequest {
  const json = parseRequestObject(body)
  const model = parseModel(json)
  const messages = parseMessages(json)
  return {
    model,
    messages: withSystem(json.system, messages),
    stream: json.stream === true,
    body: json,
    needs: findMessagesNeeds(json),
  }
}

/** Messages keeps the instructions beside the conversation; routers and sessions read them as its first message. */
function withSystem(system: unknown, messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const isGiven = typeof system === 'string' || Array.isArray(system)
  return isGiven ? [{ role: 'system', content: system }, ...messages] : messages
}
