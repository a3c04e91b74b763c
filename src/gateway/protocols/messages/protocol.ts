import { Buffer } from 'node:buffer'
import type { Protocol } from '../protocol.ts'
import { hasNestedMember, setNestedMember } from '../wire/nested-member.ts'
import { createReasoningPlaces } from '../wire/reasoning-places.ts'
import { replaceModel } from '../wire/replace-model.ts'
import { dropForeignReasoning } from './common/foreign-reasoning.ts'
import { errorBody, errorEvent } from './error-body.ts'
import { readAnswer } from './read-answer.ts'
import { parseMessagesRequest } from './request-body.ts'
import { createUsageTap } from './usage-tap.ts'

const countPath = '/messages/count_tokens'

/** Anthropic's Messages. */
export const messages: Protocol = {
  name: 'messages',
  paths: ['/messages', countPath],
  forwardedHeaders: () => anthropicHeaders,
  forwardsQuery: true,
  tokenCount: { path: countPath, write: (inputTokens) => ({ input_tokens: inputTokens }) },
  parse: parseMessagesRequest,
  replaceModel,
  setEffort(path, body, effort, keepsOwn) {
    if (path === countPath || (keepsOwn && hasNestedMember(body, 'output_config', 'effort'))) return body
    return setNestedMember(body, 'output_config', 'effort', JSON.stringify(effort))
  },
  reasoning: createReasoningPlaces(['signature', 'data'], dropForeignReasoning),
  replyForm: () => 'json-or-events',
  requestUsage: () => null, // every stream reports it
  withoutFields: (_path, body) => body,
  createUsageFilter: () => passAll,
  createUsageTap,
  readAnswer,
  errorBody,
  errorEvent,
}

/** `x-app` is how Anthropic's own agents name themselves. */
const anthropicHeaders = ['anthropic-version', 'anthropic-beta', 'x-app']

const passAll = { push: (chunk: Buffer) => chunk, end: () => Buffer.alloc(0) }
