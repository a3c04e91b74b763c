import { omitUndefined } from '../../../../base/settings/omit-undefined.ts'
import type { PickPrompt } from '../../../../routing/prompts/pick-prompt.ts'
import type { Row } from '../../row.ts'
import { coerceName, coerceNames, coerceObject, findField } from '../cells/coerce.ts'
import { coerceCost } from '../cells/coerce-number.ts'
import { coerceTime } from '../cells/coerce-time.ts'
import { createColumnFinder } from '../cells/column-names.ts'
import { findOtherCall, isCachedRow, isFailedCall, maskKey } from '../fields/request-metadata.ts'
import { type DocumentedLogFormat, type ReadLogRow, unreadable } from '../log-format.ts'
import { readReply } from '../reply/chat-reply.ts'
import { parseUsage } from '../reply/usage.ts'
import { type ChatCall, parseChatCall } from '../request/chat-call.ts'

/**
 * Spend logs of the LiteLLM proxy (its table `LiteLLM_SpendLogs`) and its standard logging payload, as its S3 and GCS
 * loggers write it. They hold prompts only if `store_prompts_in_spend_logs` is on. Some versions keep them in
 * `proxy_server_request` alone and leave `messages` empty.
 */
export const litellmLog: DocumentedLogFormat = {
  name: 'litellm',
  expects:
    'rows of LiteLLM_SpendLogs or standard logging payloads, with call_type, model, spend or response_cost, and messages',
  documentation: {
    writtenBy:
      "LiteLLM's proxy: rows of `LiteLLM_SpendLogs`, pages of its API, payloads of its S3 and GCS loggers. Needs `store_prompts_in_spend_logs: true`",
    reads:
      '`call_type`, `model`, `spend` or `response_cost`, `prompt_tokens`, `completion_tokens`, `cache_hit`, `messages` or `proxy_server_request`, `response`, `request_tags`, `metadata`',
    testedWith: ['23-litellm/spend-logs.json', '23-litellm/psql-copy.csv'],
  },
  recognises: (row) =>
    'call_type' in row && ['spend', 'response_cost', 'model_group'].some((mark) => mark in row),
  read,
}

function read(row: Row, pickPrompt: PickPrompt): ReadLogRow {
  const model = findField(row, ['model', 'model_group'], coerceName) ?? 'unknown'
  const callType = coerceName(row.call_type)
  const call = findCall(row, pickPrompt)
  const isFailed = isFailedCall(row.status)
  const otherCall = findOtherCall(callType, model)
  if (call === undefined && !isFailed && otherCall === undefined)
    return unreadable(
      'has no messages; set store_prompts_in_spend_logs: true under general_settings of the proxy',
    )
  const metadata = coerceObject(row.metadata) ?? {}
  const reply = readReply(row.response)
  const isCached = isCachedRow(createColumnFinder([row, metadata]))
  return {
    kind: 'request',
    request: {
      ...reply.tokens,
      ...parseUsage({ ...coerceObject(metadata.usage_object), ...row }),
      ...omitUndefined({
        costUsd:
          findField(row, ['spend', 'response_cost'], coerceCost) ?? (isCached ? undefined : reply.costUsd),
        missingCharacters: call?.missingCharacters,
        time: coerceTime(row.startTime),
        user: findField(row, ['end_user', 'user'], coerceName) ?? coerceName(metadata.user_api_key_user_id),
        key:
          coerceName(metadata.user_api_key_alias) ??
          maskKey(row.api_key) ??
          maskKey(metadata.user_api_key_hash),
        endpoint: callType,
        answer: reply.answer,
        notRoutable: isFailed ? 'error' : isCached ? 'cached' : (otherCall ?? call?.notRoutable),
      }),
      tags: parseTags(row, metadata),
      prompt: call?.prompt ?? { text: '', system: '' },
      model,
    },
  }
}

function findCall(row: Row, pickPrompt: PickPrompt): ChatCall | undefined {
  const sent = coerceObject(row.proxy_server_request)
  for (const body of [row, coerceObject(sent?.body), sent]) {
    const call = body === undefined ? undefined : parseChatCall(body, pickPrompt)
    if (call !== undefined && call.prompt.text !== 'redacted-by-litellm') return call
  }
  return undefined
}

/** The proxy's team, and the request's tags without those that the proxy adds for the client's program. */
function parseTags(row: Row, metadata: Row): string[] {
  const team = coerceName(metadata.user_api_key_team_alias)
  const tags = coerceNames(row.request_tags).filter((tag) => !tag.startsWith('User-Agent:'))
  return team === undefined ? tags : [...tags, `team=${team}`]
}
