import { Buffer } from 'node:buffer'
import { errorBody } from '../chat-completions/error-body.ts'
import type { Protocol } from '../protocol.ts'
import { hasNestedMember, setNestedMember } from '../wire/nested-member.ts'
import { createReasoningPlaces } from '../wire/reasoning-places.ts'
import { replaceModel } from '../wire/replace-model.ts'
import { dropForeignReasoning } from './common/foreign-reasoning.ts'
import { errorEvent } from './error-event.ts'
import { readAnswer } from './read-answer.ts'
import { parseResponsesRequest } from './request-body.ts'
import { createUsageTap } from './usage-tap.ts'

const countPath = '/responses/input_tokens'
const compactPath = '/responses/compact'

/** OpenAI's Responses. */
export const responses: Protocol = {
  name: 'responses',
  paths: ['/responses', countPath, compactPath],
  forwardedHeaders: () => codexHeaders,
  forwardsQuery: false,
  tokenCount: {
    path: countPath,
    write: (inputTokens) => ({ object: 'response.input_tokens', input_tokens: inputTokens }),
  },
  parse: parseResponsesRequest,
  replaceModel,
  setEffort(path, body, effort, keepsOwn) {
    // A compaction takes no reasoning; the tokens of a prompt do not depend on it.
    if (path !== '/responses' || (keepsOwn && hasNestedMember(body, 'reasoning', 'effort'))) return body
    return setNestedMember(body, 'reasoning', 'effort', JSON.stringify(effort))
  },
  reasoning: createReasoningPlaces(['encrypted_content'], dropForeignReasoning),
  replyForm: () => 'json-or-events',
  requestUsage: () => null, // every stream reports it
  withoutFields: (_path, body) => body,
  createUsageFilter: () => passAll,
  createUsageTap,
  readAnswer,
  errorBody,
  errorEvent,
}

/** Those of Codex keep the requests of one turn together at OpenAI. */
const codexHeaders = [
  'openai-beta',
  'originator',
  'session_id',
  'session-id',
  'conversation_id',
  'x-codex-beta-features',
  'x-codex-turn-metadata',
  'x-codex-turn-state',
]

const passAll = { push: (chunk: Buffer) => chunk, end: () => Buffer.alloc(0) }
