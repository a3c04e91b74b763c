import type { CommonForm } from '../common/common-form.ts'
import {
  compatibleDialect,
  groqDialect,
  mistralDialect,
  openaiDialect,
  openrouterDialect,
} from './common/dialect.ts'
import { readError, writeError } from './common/reply/errors.ts'
import { createChatEventReader } from './common/reply/event-reader.ts'
import { createChatEventWriter } from './common/reply/event-writer.ts'
import { readReply } from './common/reply/read-reply.ts'
import { writeReply } from './common/reply/write-reply.ts'
import { lossTable } from './common/request/loss-table.ts'
import { readRequest } from './common/request/read-request.ts'
import { writeRequest } from './common/request/write-request.ts'

const dialects = {
  compatible: compatibleDialect,
  groq: groqDialect,
  mistral: mistralDialect,
  openrouter: openrouterDialect,
}

/**
 * Chat completions in the common form. Requests are written in the dialect of their server; reading takes the requests and
 * replies of all servers.
 */
export const chatForm: CommonForm = {
  protocol: 'chat-completions',
  path: '/chat/completions',
  losses: lossTable,
  readRequest,
  writeRequest: (request, target) =>
    writeRequest(request, target, target.dialect === undefined ? openaiDialect : dialects[target.dialect]),
  readReply,
  writeReply,
  readError,
  writeError,
  createEventReader: createChatEventReader,
  createEventWriter: createChatEventWriter,
}
