import type { Buffer } from 'node:buffer'
import type { ChatMessage } from '../../../routing/prompts/prompt-rule.ts'
import type { ParsedRequest } from '../protocol.ts'
import {
  describeType,
  invalidRequest,
  parseModel,
  parseRequestObject,
  type RequestObject,
} from '../wire/request-object.ts'
import { findResponsesNeeds } from './request-needs.ts'

/**
 * The body of `POST /v1/responses`, `…/input_tokens` and `…/compact`. `input` may be absent, because a stored prompt, a
 * conversation or an earlier response can take its place.
 *
 * @throws InvalidRequestError that names the field at fault.
 */
export function parseResponsesRequest(body: Buffer | undefined): ParsedRequest {
  const json = parseRequestObject(body)
  const model = parseModel(json)
  return {
    model,
    messages: toMessages(json),
    stream: json.stream === true,
    body: json,
    needs: findResponsesNeeds(json),
  }
}

/** The items as they are, of which messages have a role; before them the instructions, which are none of the items. */
function toMessages({ input, instructions }: RequestObject): readonly ChatMessage[] {
  const items = parseInput(input)
  if (typeof instructions !== 'string' || instructions === '') return items
  return [{ role: 'system', content: instructions }, ...items]
}

function parseInput(input: unknown): readonly ChatMessage[] {
  if (input === undefined || input === null) return []
  if (typeof input === 'string') return [{ role: 'user', content: input }]
  if (!Array.isArray(input)) {
    throw invalidRequest('bad-input', `input must be text or an array, not ${describeType(input)}.`, 'input')
  }
  for (let index = 0; index < input.length; index++) {
    const item: unknown = input[index]
    if (typeof item === 'object' && item !== null && !Array.isArray(item)) continue
    const place = `input[${index}]`
    throw invalidRequest('bad-input', `${place} must be an object, not ${describeType(item)}.`, place)
  }
  return input
}
