import type { Row } from '../row.ts'
import { parseChatCall } from './fields/chat-call.ts'
import { findAnswer, parseReplyUsage } from './fields/chat-reply.ts'
import {
  coerceCost,
  coerceName,
  coerceNumber,
  coerceObject,
  coerceTime,
  findField,
  omitUndefined,
} from './fields/coerce.ts'
import { findOtherCall, isFailedCall, toPath } from './fields/request-metadata.ts'
import { type LogFormat, type ReadLogRow, unreadable } from './log-format.ts'

const marks = [
  'request_body',
  'request_created_at',
  'response_status',
  'request_properties',
  'request_user_id',
]
/** `cache_reference_id` of a request that no cache answered. */
const noReference = '00000000-0000-0000-0000-000000000000'

/** Requests with their bodies, as Helicone's export tool and its request query write them (JSON, JSON Lines, CSV). */
export const heliconeLog: LogFormat = {
  name: 'helicone',
  expects:
    'rows with request_body, response_status, model, prompt_tokens, completion_tokens and cost, as Helicone exports them',
  recognises: (row) => marks.filter((mark) => mark in row).length >= 2,
  read,
}

function read(row: Row): ReadLogRow {
  const body = parseBody(row.request_body)
  const call = body === undefined ? undefined : parseChatCall(body)
  const reply = parseBody(row.response_body) ?? {}
  const isFailed = isFailedCall(row.response_status)
  const model =
    findField(row, ['model', 'response_model', 'request_model', 'model_override'], coerceName) ??
    coerceName(body?.model) ??
    'unknown'
  const path = toPath(findField(row, ['request_path', 'target_url'], coerceName))
  const otherCall = findOtherCall(path, model)
  if (call === undefined && !isFailed && otherCall === undefined)
    return unreadable(
      body === undefined
        ? 'has no request_body; export again with --include-body'
        : 'has no messages, prompt or input in its request_body',
    )
  return {
    kind: 'request',
    request: {
      ...parseReplyUsage(reply),
      ...omitUndefined({
        inputTokens: coerceNumber(row.prompt_tokens),
        cachedInputTokens: coerceNumber(row.prompt_cache_read_tokens),
        outputTokens: coerceNumber(row.completion_tokens),
        costUsd: findField(row, ['costUSD', 'cost'], coerceCost),
        time: findField(row, ['request_created_at', 'response_created_at'], coerceTime),
        user: findField(row, ['request_user_id', 'helicone_user'], coerceName),
        endpoint: path,
        answer: findAnswer(reply),
        notRoutable: isFailed ? 'error' : isCached(row) ? 'cached' : (otherCall ?? call?.notRoutable),
      }),
      tags: parseTags(row),
      prompt: call?.prompt ?? { text: '', system: '' },
      model,
    },
  }
}

/** Custom properties, without Helicone's own ones and the ids of sessions. */
function parseTags(row: Row): string[] {
  const properties = findField(row, ['request_properties', 'properties'], parseBody) ?? {}
  return Object.entries(properties).flatMap(([name, value]) => {
    const text = coerceName(value)
    return text === undefined || /^helicone-|session|request.?id/i.test(name) ? [] : `${name}=${text}`
  })
}

/** Helicone's CSV doubles the quotes inside a body once too often. */
function parseBody(value: unknown): Row | undefined {
  return (
    coerceObject(value) ?? (typeof value === 'string' ? coerceObject(value.replaceAll('""', '"')) : undefined)
  )
}

function isCached(row: Row): boolean {
  const reference = coerceName(row.cache_reference_id)
  return reference !== undefined && reference !== noReference && reference !== 'DEFAULT'
}
