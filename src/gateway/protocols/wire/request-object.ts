import type { Buffer } from 'node:buffer'
import { findJsonExcess, type JsonLimits } from '../../../base/text/json/nesting.ts'
import type { ErrorCode } from '../../../error-codes.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { ChatMessage } from '../../../routing/prompts/prompt-rule.ts'

export type RequestObject = { readonly [key: string]: unknown }

/** The JSON object of a request's body. @throws InvalidRequestError that says what the body is instead. */
export function parseRequestObject(body: Buffer | undefined): RequestObject {
  if (body === undefined || body.length === 0) {
    throw invalidRequest('empty-body', 'The request has no body. Send a JSON object.')
  }
  refuseExcess(body)
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw invalidRequest('bad-json', `The request body is not JSON: ${problem}`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RequestObject
  throw invalidRequest(
    'body-not-object',
    `The request body must be a JSON object, not ${describeType(value)}.`,
  )
}

/** Far beyond real requests; a body of 32 MiB within them is parsed in a second. */
const bodyLimits: JsonLimits = { maxDepth: 512, maxParts: 500_000 }

function refuseExcess(body: Buffer): void {
  const excess = findJsonExcess(body, bodyLimits)
  if (excess === null) return
  throw invalidRequest(
    'bad-json',
    excess === 'too-deep'
      ? `The request body is nested more than ${bodyLimits.maxDepth} levels deep. Send a flatter one.`
      : `The request body has more than ${bodyLimits.maxParts} objects, arrays and members. Send a smaller one.`,
  )
}

/** @throws InvalidRequestError `missing-model` or `bad-model`. */
export function parseModel({ model }: RequestObject): string {
  if (typeof model === 'string' && model !== '') return model
  if (model === undefined) {
    throw invalidRequest(
      'missing-model',
      'The request names no model. Set model, for example to "auto".',
      'model',
    )
  }
  const found = model === '' ? 'an empty one' : describeType(model)
  throw invalidRequest(
    'bad-model',
    `model must be a non-empty string, not ${found}. "auto" always works.`,
    'model',
  )
}

/**
 * The conversation of chat completions and of Messages: objects with a role.
 *
 * @throws InvalidRequestError that names the message at fault.
 */
export function parseMessages({ messages }: RequestObject): readonly ChatMessage[] {
  if (messages === undefined) {
    throw invalidRequest('missing-messages', 'The request has no messages.', 'messages')
  }
  if (!Array.isArray(messages)) {
    throw invalidRequest(
      'bad-messages',
      `messages must be an array, not ${describeType(messages)}.`,
      'messages',
    )
  }
  if (messages.length === 0) {
    throw invalidRequest('empty-messages', 'messages is empty. Send at least one message.', 'messages')
  }
  for (let index = 0; index < messages.length; index++) {
    const message: unknown = messages[index]
    const place = `messages[${index}]`
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      throw invalidRequest('bad-message', `${place} must be an object, not ${describeType(message)}.`, place)
    }
    const role = 'role' in message ? message.role : undefined
    if (typeof role === 'string') continue
    const found = role === undefined ? 'it has none' : `not ${describeType(role)}`
    throw invalidRequest(
      'bad-message',
      `${place}.role must be a string such as "user"; ${found}.`,
      `${place}.role`,
    )
  }
  return messages
}

/** The kind of a JSON value, for messages: `an array`, `a number`. */
export function describeType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

export function invalidRequest(code: ErrorCode, message: string, param?: string): InvalidRequestError {
  return new InvalidRequestError(code, message, param === undefined ? {} : { param })
}
