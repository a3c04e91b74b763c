import type { Row } from '../row.ts'
import { chatCallOf } from './chat-call.ts'
import { answerOf, tokensOfReply, tokensOfUsage } from './chat-reply.ts'
import { type LogFormat, type ReadLogRow, unreadable } from './log-format.ts'
import { firstOf, nameOf, objectOf, present } from './loose-fields.ts'
import { columns, failed, otherCallOf, surroundingsOf } from './surroundings.ts'

/**
 * Requests as a proxy or a middleware writes them, with the provider's own bodies: `{"request": {"model",
 * "messages"}, "response": {"usage", "choices"}}`, `body` in place of `request`, each body bare or in an envelope of
 * its own (`{"method", "url", "body"}`, `{"status_code", "body"}`); lines of the Batch API, joined with their
 * results or not; bare chat bodies with what is known beside. Anthropic's and Gemini's bodies are read too.
 */
export const openaiLog: LogFormat = {
  name: 'openai',
  expects:
    '{"request": {"model", "messages"}, "response": {"usage"}}, or a chat body {"model", "messages"}, a line',
  recognises: (row) => requestBodyOf(row) !== undefined || isBatchResult(row),
  read,
}

function read(row: Row): ReadLogRow {
  const body = requestBodyOf(row)
  if (body === undefined)
    return unreadable(
      isBatchResult(row)
        ? 'is a result of the Batch API without its request; join the two files by custom_id and put the request into "body"'
        : 'has no request body with messages, prompt or input',
    )
  const call = chatCallOf(body)
  if (call === undefined) return unreadable('has no messages, prompt or input in its request body')
  const envelope = objectOf(row.response) ?? {}
  const reply = objectOf(envelope.body) ?? envelope
  const model =
    firstOf(reply, ['model'], nameOf) ??
    nameOf(body.model) ??
    firstOf(row, columns.model, nameOf) ??
    'unknown'
  const request = objectOf(row.request) ?? {}
  const around = surroundingsOf({ ...pick(request, columns.endpoint), ...pick(reply, ['created']), ...row })
  const isFailed = failed(
    row.status ?? row.status_code ?? envelope.status_code ?? envelope.status,
    row.error ?? envelope.error,
  )
  const notRoutable = isFailed ? 'error' : (otherCallOf(around.endpoint, model) ?? call.notRoutable)
  return {
    kind: 'request',
    request: {
      ...around,
      ...present({
        user: around.user ?? nameOf(body.user) ?? nameOf(objectOf(body.metadata)?.user_id),
        answer: answerOf(reply) ?? answerOf(row.response),
        notRoutable,
      }),
      ...tokensOfUsage({ ...row, ...objectOf(row.usage) }),
      ...tokensOfReply(reply),
      prompt: call.prompt,
      model,
    },
  }
}

/** The body that was sent: in `request`, `body` or `request.body`, or the row itself. */
function requestBodyOf(row: Row): Row | undefined {
  const request = objectOf(row.request)
  for (const body of [objectOf(request?.body), request, objectOf(row.body), row]) {
    if (body === undefined) continue
    const isBody = ['messages', 'contents'].some((key) => key in body)
    // The row's own prompt and input are columns of a table unless they come with a body around them.
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
