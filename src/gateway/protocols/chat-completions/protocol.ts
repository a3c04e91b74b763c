import type { Protocol } from '../protocol.ts'
import { createReasoningPlaces } from '../wire/reasoning-places.ts'
import { replaceModel } from '../wire/replace-model.ts'
import { dropForeignReasoning } from './common/foreign-reasoning.ts'
import { withoutRefusedFields } from './common/refused-fields.ts'
import { hasEffort, setEffort } from './effort.ts'
import { errorBody, errorEvent } from './error-body.ts'
import { readAnswer } from './read-answer.ts'
import { parseChatRequest } from './request-body.ts'
import { requestUsage } from './request-usage.ts'
import { createUsageFilter } from './usage-filter.ts'
import { createUsageTap } from './usage-tap.ts'

/** OpenAI's chat completions. */
export const chatCompletions: Protocol = {
  name: 'chat-completions',
  paths: ['/chat/completions'],
  forwardedHeaders: () => openAIHeaders,
  forwardsQuery: false,
  tokenCount: null,
  parse: parseChatRequest,
  replaceModel,
  setEffort: (_path, body, effort, keepsOwn) =>
    keepsOwn && hasEffort(body) ? body : setEffort(body, effort),
  reasoning: createReasoningPlaces(['thought_signature', 'signature', 'data'], dropForeignReasoning),
  replyForm: () => 'json-or-events',
  requestUsage: (_path, body) => requestUsage(body),
  withoutFields: (_path, body, refused) => withoutRefusedFields(body, refused),
  createUsageFilter,
  createUsageTap,
  readAnswer,
  errorBody,
  errorEvent,
}

/** Headers of OpenAI's API, whatever the endpoint. */
export const openAIHeaders: readonly string[] = ['openai-beta']
