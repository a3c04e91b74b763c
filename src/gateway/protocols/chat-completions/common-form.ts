import type { CommonForm } from '../common/common-form.ts'
import { type ChatDialect, openaiDialect } from './common/dialect.ts'
import { readError, writeError } from './common/reply/errors.ts'
import { createChatEventReader } from './common/reply/event-reader.ts'
import { createChatEventWriter } from './common/reply/event-writer.ts'
import { readReply } from './common/reply/read-reply.ts'
import { writeReply } from './common/reply/write-reply.ts'
import { readRequest } from './common/request/read-request.ts'
import { writeRequest } from './common/request/write-request.ts'

/**
 * Chat completions in the common form.
 *
 * @param dialect of the server that requests are written for. Reading takes the requests and replies of all servers.
 */
export function createChatForm(dialect: ChatDialect): CommonForm {
  return {
    protocol: 'chat-completions',
    path: '/chat/completions',
    readRequest,
    writeRequest: (request, target) => writeRequest(request, target, dialect),
    readReply,
    writeReply,
    readError,
    writeError,
    createEventReader: createChatEventReader,
    createEventWriter: createChatEventWriter,
  }
}

/** As OpenAI takes them. */
export const chatForm: CommonForm = createChatForm(openaiDialect)
