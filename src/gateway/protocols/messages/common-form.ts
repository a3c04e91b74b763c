import type { CommonForm } from '../common/common-form.ts'
import { createEventReader } from './common/events/event-reader.ts'
import { createEventWriter } from './common/events/event-writer.ts'
import { lossTable } from './common/losses/loss-table.ts'
import { readError, writeError } from './common/reply/errors.ts'
import { readReply } from './common/reply/read-reply.ts'
import { writeReply } from './common/reply/write-reply.ts'
import { readRequest } from './common/request/read-request.ts'
import { writeRequest } from './common/request/write-request.ts'

/** Anthropic's Messages in the form that protocols share. */
export const messagesForm: CommonForm = {
  protocol: 'messages',
  path: '/messages',
  losses: lossTable,
  readRequest,
  writeRequest,
  readReply,
  writeReply,
  readError,
  writeError,
  createEventReader,
  createEventWriter,
}
