import { omitUndefined } from '../../../../base/settings/omit-undefined.ts'
import type { PickPrompt } from '../../../../routing/prompts/pick-prompt.ts'
import type { Row } from '../../row.ts'
import { coerceName, coerceObject, findField } from '../cells/coerce.ts'
import { coerceCost, coerceCount } from '../cells/coerce-number.ts'
import { coerceTime } from '../cells/coerce-time.ts'
import { createColumnFinder } from '../cells/column-names.ts'
import { findOtherCall, isCachedRow, isFailedCall, toPath } from '../fields/request-metadata.ts'
import { type DocumentedLogFormat, type ReadLogRow, unreadable } from '../log-format.ts'
import { readReply } from '../reply/chat-reply.ts'
import { parseChatCall } from '../request/chat-call.ts'

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
export const heliconeLog: DocumentedLogFormat = {
  name: 'helicone',
  expects:
    'rows with request_body, response_status, model, prompt_tokens, completion_tokens and cost, as Helicone exports them',
  documentation: {
    writtenBy:
      'Helicone: `npx @helicone/export --include-body` (JSON, JSON Lines, CSV) and answers of its request query',
    reads:
      '`request_body`, `response_body`, `response_status`, `model`, `prompt_tokens`, `completion_tokens`, `cost` or `costUSD`, `cache_reference_id`, `request_user_id`, `request_properties`',
    testedWith: ['request-logs/helicone.json'],
  },
  recognises: (row) => marks.filter((mark) => mark in row).length >= 2,
  read,
}

function read(row: Row, pickPrompt: PickPrompt): ReadLogRow {
  const body = parseBody(row.request_body)
  const call = body === undefined ? undefined : parseChatCall(body, pickPrompt)
  const reply = readReply(parseBody(row.response_body) ?? row.response_body)
  const isFailed = isFailedCall(row.response_status)
  const isCached = isCachedRequest(row)
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
      ...reply.tokens,
      ...omitUndefined({
        inputTokens: coerceCount(row.prompt_tokens),
        cachedInputTokens: coerceCount(row.prompt_cache_read_tokens),
        outputTokens: coerceCount(row.completion_tokens),
        costUsd: findField(row, ['costUSD', 'cost'], coerceCost) ?? (isCached ? undefined : reply.costUsd),
        missingCharacters: call?.missingCharacters,
        time: findField(row, ['request_created_at', 'response_created_at'], coerceTime),
        user: findField(row, ['request_user_id', 'helicone_user'], coerceName),
        endpoint: path,
        answer: reply.answer,
        notRoutable: isFailed ? 'error' : isCached ? 'cached' : (otherCall ?? call?.notRoutable),
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

function isCachedRequest(row: Row): boolean {
  const reference = coerceName(row.cache_reference_id)
  if (isCachedRow(createColumnFinder([row]))) return true
  return reference !== undefined && reference !== noReference && reference !== 'DEFAULT'
}
