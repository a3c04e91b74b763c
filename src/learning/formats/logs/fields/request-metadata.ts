import type { Row } from '../../row.ts'
import type { LoggedRequest, NotRoutable } from '../log-format.ts'
import {
  coerceCost,
  coerceName,
  coerceNames,
  coerceNumber,
  coerceObject,
  coerceTime,
  findField,
  omitUndefined,
} from './coerce.ts'

/** What a log has about a request besides question and answer. */
export type RequestMetadata = Pick<LoggedRequest, 'costUsd' | 'time' | 'user' | 'key' | 'tags' | 'endpoint'>

/** Usual names of columns. */
export const columns = {
  model: ['model', 'model_name', 'modelName', 'engine', 'deployment', 'response_model'],
  cost: [
    'costUsd',
    'cost_usd',
    'costUSD',
    'cost',
    'total_cost',
    'totalCost',
    'cost_total',
    'spend',
    'response_cost',
  ],
  time: ['time', 'timestamp', 'created_at', 'createdAt', 'created', 'ts', 'start_time', 'startTime', 'date'],
  user: ['user', 'user_id', 'userId', 'end_user', 'customer', 'customer_id'],
  key: ['key_alias', 'key', 'key_name', 'api_key_alias', 'api_key_hash', 'api_key', 'api_key_name'],
  tags: ['tags', 'tag', 'request_tags', 'feature', 'project', 'app'],
  endpoint: ['endpoint', 'url', 'path', 'route', 'request_path'],
  inputTokens: ['inputTokens', 'input_tokens', 'prompt_tokens', 'promptTokens', 'tokens_in', 'tokens_prompt'],
  outputTokens: [
    'outputTokens',
    'output_tokens',
    'completion_tokens',
    'completionTokens',
    'tokens_out',
    'tokens_completion',
  ],
  cachedInputTokens: ['cachedInputTokens', 'cached_tokens', 'cached_input_tokens', 'cache_read_input_tokens'],
  answer: ['answer', 'output', 'response', 'completion', 'reply'],
} as const

export function parseRequestMetadata(row: Row): RequestMetadata {
  const metadata = coerceObject(row.metadata) ?? {}
  const tags = [row, metadata].flatMap((fields) =>
    columns.tags.flatMap((column) => coerceNames(fields[column])),
  )
  return {
    ...omitUndefined({
      costUsd: findField(row, columns.cost, coerceCost),
      time: findField(row, columns.time, coerceTime),
      user: findField(row, columns.user, coerceName) ?? findField(metadata, columns.user, coerceName),
      key: findField(row, columns.key, maskKey),
      endpoint: toPath(findField(row, columns.endpoint, coerceName)),
    }),
    tags: [...new Set(tags)],
  }
}

/** A key's name or alias. Of a possible secret, or the hash of one, the last four characters. */
export function maskKey(value: unknown): string | undefined {
  const key = coerceName(value)?.replace(/^Bearer\s+/i, '')
  const isSecret =
    key !== undefined && (/^(?:sk|pk|rk|key|gsk)[-_]/i.test(key) || (key.length >= 20 && !key.includes(' ')))
  return isSecret ? `…${key.slice(-4)}` : key
}

/** Removes host and query of a URL: `/v1/chat/completions`. */
export function toPath(url: string | undefined): string | undefined {
  return url === undefined
    ? undefined
    : (/^https?:\/\/[^/]+(\/[^?#]*)?/.exec(url)?.[1] ?? url.replace(/[?#].*$/, ''))
}

/** Whether the call failed: a status of 400 or more, a word such as `error`, or an error message. */
export function isFailedCall(status: unknown, error?: unknown): boolean {
  const code = coerceNumber(status)
  if (code !== undefined && code >= 400) return true
  if (typeof status === 'string' && /^(?:error|fail(?:ed|ure)?)$/i.test(status)) return true
  return error !== undefined && error !== null && error !== '' && error !== false
}

const otherCalls = /moderation|image|audio|speech|transcription|translation|rerank|realtime|video/i

/** Finds the kind of a call that is not a chat by its path, call type or model. */
export function findOtherCall(call: string | undefined, model: string): NotRoutable | undefined {
  if (call !== undefined && /embed/i.test(call)) return 'embeddings'
  if (call !== undefined && otherCalls.test(call)) return 'other-call'
  if (/embed(?:ding)?/i.test(model)) return 'embeddings'
  return /^(?:whisper|tts|dall-e|gpt-image|omni-moderation|text-moderation)/i.test(model)
    ? 'other-call'
    : undefined
}
