import type { Row } from '../row.ts'
import { type ChatCall, chatCallOf } from './chat-call.ts'
import { answerOf, tokensOfReply, tokensOfUsage } from './chat-reply.ts'
import { type LogFormat, type ReadLogRow, unreadable } from './log-format.ts'
import { costOf, firstOf, nameOf, namesOf, objectOf, present, timeOf } from './loose-fields.ts'
import { failed, keyOf, otherCallOf } from './surroundings.ts'

/**
 * Spend logs of the LiteLLM proxy (its table `LiteLLM_SpendLogs`) and its standard logging payload, as its S3 and GCS
 * loggers write it. They hold prompts only where `store_prompts_in_spend_logs` is on; some versions keep them in
 * `proxy_server_request` alone and leave `messages` empty.
 */
export const litellmLog: LogFormat = {
  name: 'litellm',
  expects:
    'rows of LiteLLM_SpendLogs or standard logging payloads, with call_type, model, spend or response_cost, and messages',
  recognises: (row) =>
    'call_type' in row && ['spend', 'response_cost', 'model_group'].some((mark) => mark in row),
  read,
}

function read(row: Row): ReadLogRow {
  const model = firstOf(row, ['model', 'model_group'], nameOf) ?? 'unknown'
  const callType = nameOf(row.call_type)
  const call = callOf(row)
  const isFailed = failed(row.status)
  const otherCall = otherCallOf(callType, model)
  if (call === undefined && !isFailed && otherCall === undefined)
    return unreadable(
      'has no messages; set store_prompts_in_spend_logs: true under general_settings of the proxy',
    )
  const metadata = objectOf(row.metadata) ?? {}
  const reply = objectOf(row.response) ?? {}
  const isCached = /^true$/i.test(String(row.cache_hit))
  return {
    kind: 'request',
    request: {
      ...tokensOfReply(reply),
      ...tokensOfUsage({ ...objectOf(metadata.usage_object), ...row }),
      ...present({
        costUsd: firstOf(row, ['spend', 'response_cost'], costOf),
        time: timeOf(row.startTime),
        user: firstOf(row, ['end_user', 'user'], nameOf) ?? nameOf(metadata.user_api_key_user_id),
        key: nameOf(metadata.user_api_key_alias) ?? keyOf(row.api_key) ?? keyOf(metadata.user_api_key_hash),
        endpoint: callType,
        answer: answerOf(reply) ?? answerOf(row.response),
        notRoutable: isFailed ? 'error' : isCached ? 'cached' : (otherCall ?? call?.notRoutable),
      }),
      tags: tagsOf(row, metadata),
      prompt: call?.prompt ?? { text: '', system: '' },
      model,
    },
  }
}

function callOf(row: Row): ChatCall | undefined {
  const sent = objectOf(row.proxy_server_request)
  for (const body of [row, objectOf(sent?.body), sent]) {
    const call = body === undefined ? undefined : chatCallOf(body)
    if (call !== undefined && call.prompt.text !== 'redacted-by-litellm') return call
  }
  return undefined
}

/** The proxy's team, and the request's tags but those that the proxy adds of the client's program. */
function tagsOf(row: Row, metadata: Row): string[] {
  const team = nameOf(metadata.user_api_key_team_alias)
  const tags = namesOf(row.request_tags).filter((tag) => !tag.startsWith('User-Agent:'))
  return team === undefined ? tags : [...tags, `team=${team}`]
}
