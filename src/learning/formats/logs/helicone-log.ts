import type { Row } from '../row.ts'
import { chatCallOf } from './chat-call.ts'
import { answerOf, tokensOfReply } from './chat-reply.ts'
import { type LogFormat, type ReadLogRow, unreadable } from './log-format.ts'
import { amountOf, costOf, firstOf, nameOf, objectOf, present, timeOf } from './loose-fields.ts'
import { failed, otherCallOf, pathOf } from './surroundings.ts'

const marks = [
  'request_body',
  'request_created_at',
  'response_status',
  'request_properties',
  'request_user_id',
]
/** `cache_reference_id` of a request that no cache answered. */
const noReference = '00000000-0000-0000-0000-000000000000'

/** Requests as Helicone's export tool and its request query give them (JSON, JSON Lines, CSV), with their bodies. */
export const heliconeLog: LogFormat = {
  name: 'helicone',
  expects:
    'rows with request_body, response_status, model, prompt_tokens, completion_tokens and cost, as Helicone exports them',
  recognises: (row) => marks.filter((mark) => mark in row).length >= 2,
  read,
}

function read(row: Row): ReadLogRow {
  const body = bodyOf(row.request_body)
  const call = body === undefined ? undefined : chatCallOf(body)
  const reply = bodyOf(row.response_body) ?? {}
  const isFailed = failed(row.response_status)
  const model =
    firstOf(row, ['model', 'response_model', 'request_model', 'model_override'], nameOf) ??
    nameOf(body?.model) ??
    'unknown'
  const path = pathOf(firstOf(row, ['request_path', 'target_url'], nameOf))
  const otherCall = otherCallOf(path, model)
  if (call === undefined && !isFailed && otherCall === undefined)
    return unreadable(
      body === undefined
        ? 'has no request_body; export again with --include-body'
        : 'has no messages, prompt or input in its request_body',
    )
  return {
    kind: 'request',
    request: {
      ...tokensOfReply(reply),
      ...present({
        inputTokens: amountOf(row.prompt_tokens),
        cachedInputTokens: amountOf(row.prompt_cache_read_tokens),
        outputTokens: amountOf(row.completion_tokens),
        costUsd: firstOf(row, ['costUSD', 'cost'], costOf),
        time: firstOf(row, ['request_created_at', 'response_created_at'], timeOf),
        user: firstOf(row, ['request_user_id', 'helicone_user'], nameOf),
        endpoint: path,
        answer: answerOf(reply),
        notRoutable: isFailed ? 'error' : isCached(row) ? 'cached' : (otherCall ?? call?.notRoutable),
      }),
      tags: tagsOf(row),
      prompt: call?.prompt ?? { text: '', system: '' },
      model,
    },
  }
}

/** Custom properties, but those that Helicone sets for itself and the ids of sessions. */
function tagsOf(row: Row): string[] {
  const properties = firstOf(row, ['request_properties', 'properties'], bodyOf) ?? {}
  return Object.entries(properties).flatMap(([name, value]) => {
    const text = nameOf(value)
    return text === undefined || /^helicone-|session|request.?id/i.test(name) ? [] : `${name}=${text}`
  })
}

/** Helicone's CSV doubles the quotes inside a body once more than CSV asks for. */
function bodyOf(value: unknown): Row | undefined {
  return objectOf(value) ?? (typeof value === 'string' ? objectOf(value.replaceAll('""', '"')) : undefined)
}

function isCached(row: Row): boolean {
  const reference = nameOf(row.cache_reference_id)
  return reference !== undefined && reference !== noReference && reference !== 'DEFAULT'
}
