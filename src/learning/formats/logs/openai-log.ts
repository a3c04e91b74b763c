import type { Row } from '../row.ts'
import { parseChatCall } from './fields/chat-call.ts'
import { findAnswer, parseReplyUsage, parseUsage } from './fields/chat-reply.ts'
import { coerceName, coerceObject, findField, omitUndefined } from './fields/coerce.ts'
import { columns, findOtherCall, isFailedCall, parseRequestMetadata } from './fields/request-metadata.ts'
import { type LogFormat, type ReadLogRow, unreadable } from './log-format.ts'

/**
 * Requests with the provider's bodies, as a proxy or a middleware writes them: `{"request": {"model",
 * "messages"}, "response": {"usage", "choices"}}`, `body` in place of `request`, each body bare or in an envelope
 * (`{"method", "url", "body"}`, `{"status_code", "body"}`); lines of the Batch API, with or without their results; bare
 * chat bodies with other fields beside them. Anthropic's and Gemini's bodies are read too.
 */
export const openaiLog: LogFormat = {
  name: 'openai',
  expects:
    '{"request": {"model", "messages"}, "response": {"usage"}}, or a chat body {"model", "messages"}, a line',
  recognises: (row) => findRequestBody(row) !== undefined || isBatchResult(row),
  read,
}

function read(row: Row): ReadLogRow {
  const body = findRequestBody(row)
  if (body === undefined)
    return unreadable(
      isBatchResult(row)
        ? 'is a result of the Batch API without its request; join the two files by custom_id and put the request into "body"'
        : 'has no request body with messages, prompt or input',
    )
  const call = parseChatCall(body)
  if (call === undefined) return unreadable('has no messages, prompt or input in its request body')
  const envelope = coerceObject(row.response) ?? {}
  const reply = coerceObject(envelope.body) ?? envelope
  const model =
    findField(reply, ['model'], coerceName) ??
    coerceName(body.model) ??
    findField(row, columns.model, coerceName) ??
    'unknown'
  const request = coerceObject(row.request) ?? {}
  const around = parseRequestMetadata({
    ...pick(request, columns.endpoint),
    ...pick(reply, ['created']),
    ...row,
  })
  const isFailed = isFailedCall(
    row.status ?? row.status_code ?? envelope.status_code ?? envelope.status,
    row.error ?? envelope.error,
  )
  const notRoutable = isFailed ? 'error' : (findOtherCall(around.endpoint, model) ?? call.notRoutable)
  return {
    kind: 'request',
    request: {
      ...around,
      ...omitUndefined({
        user: around.user ?? coerceName(body.user) ?? coerceName(coerceObject(body.metadata)?.user_id),
        answer: findAnswer(reply) ?? findAnswer(row.response),
        notRoutable,
      }),
      ...parseUsage({ ...row, ...coerceObject(row.usage) }),
      ...parseReplyUsage(reply),
      prompt: call.prompt,
      model,
    },
  }
}

/** Finds the body of the request: in `request`, `body` or `request.body`, or the row itself. */
function findRequestBody(row: Row): Row | undefined {
  const request = coerceObject(row.request)
  for (const body of [coerceObject(request?.body), request, coerceObject(row.body), row]) {
    if (body === undefined) continue
    const isBody = ['messages', 'contents'].some((key) => key in body)
    // In the row itself `prompt` and `input` are columns of a table, not a body.
    if (isBody || (body !== row && ('prompt' in body || 'input' in body))) return body
  }
  return undefined
}

function isBatchResult(row: Row): boolean {
  return 'custom_id' in row && 'response' in row
}

function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.filter((name) => name in row).map((name) => [name, row[name]]))
}
