import { Buffer } from 'node:buffer'
import { findJsonExcess } from '../../base/text/json/nesting.ts'
import { UpstreamError } from '../../errors.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { CommonForm, ReplyContext } from '../protocols/common/common-form.ts'
import type { CommonError } from '../protocols/common/common-reply.ts'
import { createReasoningSealer, withSealedReasoning } from './own-reasoning.ts'

/** Translates one reply, whose bytes may be cut anywhere. */
export type ReplyTranslator = {
  /** Its content type for the client. */
  readonly contentType: string
  /** The client's bytes for those of the upstream; may be empty. */
  push(chunk: Buffer): Buffer
  /** The rest. @throws UpstreamError if the reply is none, or broke off. */
  end(): Buffer
}

export type TranslatorParts = {
  /** The client's. */
  readonly from: CommonForm
  /** The upstream's. */
  readonly to: CommonForm
  readonly model: Model
  readonly context: ReplyContext
  /** Where the client's protocol keeps a model's state. */
  readonly stateForm: string
}

export function createReplyTranslator(
  parts: TranslatorParts,
  status: number,
  isEventStream: boolean,
): ReplyTranslator {
  if (isEventStream) return createStreamTranslator(parts)
  return createDocumentTranslator(parts, status)
}

const nothing = Buffer.alloc(0)

function createStreamTranslator({ from, to, model, context, stateForm }: TranslatorParts): ReplyTranslator {
  const writer = from.createEventWriter(context)
  let text = ''
  let isComplete = false
  const write = createReasoningSealer(model, stateForm, (event) => {
    if (event.kind === 'end' || event.kind === 'error') isComplete = true
    text += writer.write(event)
  })
  const reader = to.createEventReader(write)
  const take = () => {
    const bytes = text === '' ? nothing : Buffer.from(text)
    text = ''
    return bytes
  }
  return {
    contentType: 'text/event-stream; charset=utf-8',
    push(chunk) {
      reader.push(chunk)
      return take()
    },
    end() {
      reader.end()
      if (isComplete) return take()
      throw new UpstreamError(
        'upstream-broke-off',
        `The upstream "${model.provider}" ended its stream without the event that completes it.`,
      )
    },
  }
}

/** Far beyond real replies. */
const maxDocumentBytes = 1 << 26
const maxErrorBytes = 1 << 16
const documentLimits = { maxDepth: 512, maxParts: 1_000_000 }

function createDocumentTranslator(
  { from, to, model, context, stateForm }: TranslatorParts,
  status: number,
): ReplyTranslator {
  const chunks: Buffer[] = []
  let length = 0
  const isError = status >= 400
  const longest = isError ? maxErrorBytes : maxDocumentBytes
  return {
    contentType: 'application/json',
    push(chunk) {
      length += chunk.length
      if (length <= longest) chunks.push(Buffer.from(chunk)) // the chunk's memory is the upstream's
      return nothing
    },
    end() {
      const bytes = Buffer.concat(chunks)
      const value = length <= longest ? parseObject(bytes) : null
      if (isError) {
        const error = (value === null ? null : to.readError(value)) ?? unreadError(bytes, status)
        return toJson(from.writeError(error, status))
      }
      const reply = value === null ? null : to.readReply(value)
      if (reply !== null)
        return toJson(from.writeReply(withSealedReasoning(reply, model, stateForm), context))
      throw new UpstreamError(
        'upstream-unexpected-reply',
        `The upstream "${model.provider}" answered ${status} with ${length > longest ? `more than ${longest} bytes` : 'JSON that is no reply of a model'}.`,
      )
    },
  }
}

function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  if (findJsonExcess(bytes, documentLimits) !== null) return null
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null
  } catch {
    return null
  }
}

/** An error in a form of its own: its text, as far as it is short. */
function unreadError(bytes: Buffer, status: number): CommonError {
  const text = bytes.toString('utf8', 0, 500).replace(/\s+/g, ' ').trim()
  const message =
    text === '' ? `The upstream answered ${status}.` : `The upstream answered ${status}: ${text}`
  return { message, type: 'upstream_error', code: null, param: null }
}

function toJson(value: object): Buffer {
  return Buffer.from(JSON.stringify(value))
}
