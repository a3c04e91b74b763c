import { errorBody, errorEvent } from '../chat-completions/error-body.ts'
import { openAIHeaders } from '../chat-completions/protocol.ts'
import { parseModelRequest } from '../chat-completions/request-body.ts'
import { requestUsage } from '../chat-completions/request-usage.ts'
import { createUsageFilter } from '../chat-completions/usage-filter.ts'
import { createUsageTap } from '../chat-completions/usage-tap.ts'
import type { Protocol } from '../protocol.ts'
import { replaceModel } from '../wire/replace-model.ts'

/** OpenAI's other endpoints: only the model's name is read, and only a model's own name is accepted. */
export const passThrough: Protocol = {
  name: 'pass-through',
  paths: ['/completions', '/embeddings', '/moderations', '/images/generations', '/audio/speech'],
  forwardedHeaders: () => openAIHeaders,
  forwardsQuery: false,
  tokenCount: null,
  parse: parseModelRequest,
  replaceModel,
  setEffort: (_path, body) => body,
  replyForm: (path) => (path === '/audio/speech' ? 'any' : 'json-or-events'),
  requestUsage: (path, body) => (path === '/completions' ? requestUsage(body) : null),
  createUsageFilter,
  createUsageTap,
  readAnswer: () => null,
  errorBody,
  errorEvent,
}
