import { withoutRefusedFields } from '../chat-completions/common/refused-fields.ts'
import { errorBody, errorEvent } from '../chat-completions/error-body.ts'
import { openAIHeaders } from '../chat-completions/protocol.ts'
import { parseModelRequest } from '../chat-completions/request-body.ts'
import { requestUsage } from '../chat-completions/request-usage.ts'
import { createUsageFilter } from '../chat-completions/usage-filter.ts'
import { createUsageTap } from '../chat-completions/usage-tap.ts'
import type { Protocol } from '../protocol.ts'
import { replaceModel } from '../wire/replace-model.ts'
import { isMultipartForm } from './multipart-form.ts'
import { parseMultipartRequest, replaceFormModel } from './multipart-request.ts'

const transcriptions = '/audio/transcriptions'
const formHeaders: readonly string[] = [...openAIHeaders, 'content-type']

/** OpenAI's other endpoints: only the model's name is read, and only a model's own name is accepted. */
export const passThrough: Protocol = {
  name: 'pass-through',
  paths: [
    '/completions',
    '/embeddings',
    '/moderations',
    '/images/generations',
    '/audio/speech',
    transcriptions,
  ],
  // The boundary of a form is in its content type; JSON is sent as the gateway has decoded it.
  forwardedHeaders: (path) => (path === transcriptions ? formHeaders : openAIHeaders),
  forwardsQuery: false,
  tokenCount: null,
  parse: (body) =>
    body !== undefined && isMultipartForm(body) ? parseMultipartRequest(body) : parseModelRequest(body),
  replaceModel: (body, model) =>
    isMultipartForm(body) ? replaceFormModel(body, model) : replaceModel(body, model),
  setEffort: (_path, body) => body,
  reasoning: null,
  replyForm: (path) => (path.startsWith('/audio/') ? 'any' : 'json-or-events'),
  requestUsage: (path, body) => (path === '/completions' ? requestUsage(body) : null),
  withoutFields: (path, body, refused) =>
    path === '/completions' && refused.includes('stream_options')
      ? withoutRefusedFields(body, ['stream_options'])
      : body,
  createUsageFilter,
  createUsageTap,
  readAnswer: () => null,
  errorBody,
  errorEvent,
}
