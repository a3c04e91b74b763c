import { omitUndefined } from '../../../../base/settings/omit-undefined.ts'
import type { Row } from '../../row.ts'
import { coerceName, coerceNames, coerceObject } from '../cells/coerce.ts'
import { coerceCost, coerceNumber } from '../cells/coerce-number.ts'
import { coerceTime } from '../cells/coerce-time.ts'
import { type ColumnFinder, createColumnFinder } from '../cells/column-names.ts'
import type { LoggedRequest, NotRoutable } from '../log-format.ts'
import { isError } from '../reply/chat-reply.ts'

/** What a log has about a request besides question and answer. */
export type RequestMetadata = Pick<LoggedRequest, 'costUsd' | 'time' | 'user' | 'key' | 'tags' | 'endpoint'>

/** Usual names of columns, as `plainColumnName` writes them. */
export const columns = {
  model: [
    'model',
    'modelname',
    'modelid',
    'engine',
    'deployment',
    'responsemodel',
    'aimodel',
    'lsmodelname',
    'requestmodel',
    'llmmodel',
  ],
  cost: [
    'costusd',
    'usd',
    'cost',
    'totalcost',
    'totalcostusd',
    'costtotal',
    'spend',
    'responsecost',
    'estimatedcost',
    'price',
    'totalprice',
    'totalestimatedcost',
    'aitotalcostusd',
  ],
  costCents: ['costcents', 'costusdcents', 'costincents'],
  time: [
    'time',
    'timestamp',
    'createdat',
    'created',
    'ts',
    'starttime',
    'startedat',
    'requestcreatedat',
    'requesttime',
    'date',
    'datetime',
    'loggedat',
    'loggingtime',
    'starteddatetime',
    'startns',
  ],
  user: ['user', 'userid', 'username', 'enduser', 'customer', 'customerid'],
  key: ['keyalias', 'key', 'keyname', 'apikeyalias', 'apikeyhash', 'apikey', 'apikeyname'],
  tags: ['tags', 'tag', 'requesttags', 'feature', 'project', 'app'],
  endpoint: ['endpoint', 'url', 'path', 'route', 'requestpath', 'requesturl'],
  inputTokens: [
    'inputtokens',
    'prompttokens',
    'tokensin',
    'tokensprompt',
    'tokensinput',
    'requnits',
    'inputtokencount',
    'prompttokencount',
    'nativetokensprompt',
    'numinputtokens',
    'numtokensprompt',
    'aiinputtokens',
  ],
  outputTokens: [
    'outputtokens',
    'completiontokens',
    'tokensout',
    'tokenscompletion',
    'tokensoutput',
    'resunits',
    'outputtokencount',
    'completiontokencount',
    'nativetokenscompletion',
    'numoutputtokens',
    'numtokenscompletion',
    'aioutputtokens',
  ],
  cachedInputTokens: [
    'cachedinputtokens',
    'cachedtokens',
    'cachereadinputtokens',
    'promptcachedtokens',
    'promptcachereadtokens',
    'nativetokenscached',
  ],
  answer: [
    'answer',
    'output',
    'response',
    'completion',
    'reply',
    'assistantmessage',
    'outputtext',
    'modelresponse',
  ],
  status: [
    'status',
    'statuscode',
    'responsestatuscode',
    'responsestatus',
    'httpstatus',
    'httpstatuscode',
    'responsecode',
    'aihttpstatus',
  ],
  error: ['error', 'errormessage', 'errorcode', 'errortype', 'exception'],
  success: ['success', 'issuccess', 'succeeded', 'ok'],
  cached: [
    'cached',
    'iscached',
    'cachehit',
    'fromcache',
    'cachestatus',
    'servedfromcache',
    'cfaigcachestatus',
    'heliconecache',
    'xlitellmcachehit',
    'xbtcached',
    'xportkeycachestatus',
  ],
} as const

/**
 * What a log has about a request in the row, or in the objects around its request and its reply; user and tags also in
 * `metadata`.
 *
 * @param find looks in the row and in these objects.
 */
export function parseRequestMetadata(row: Row, find = createColumnFinder([row])): RequestMetadata {
  const metadata = coerceObject(row.metadata) ?? {}
  const tags = [row, metadata].flatMap((fields) => {
    const own = createColumnFinder([fields])
    return columns.tags.flatMap((name) => own([name], coerceNamesOrNone) ?? [])
  })
  return {
    ...omitUndefined({
      costUsd: findCost(find),
      time: find(columns.time, coerceTime),
      user: find(columns.user, coerceName) ?? createColumnFinder([metadata])(columns.user, coerceName),
      key: find(columns.key, maskKey),
      endpoint: toPath(find(columns.endpoint, coerceName)),
    }),
    tags: [...new Set(tags)],
  }
}

export function findCost(find: ColumnFinder): number | undefined {
  const cents = find(columns.costCents, coerceCost)
  return find(columns.cost, coerceCost) ?? (cents === undefined ? undefined : cents / 100)
}

function coerceNamesOrNone(value: unknown): readonly string[] | undefined {
  const names = coerceNames(value)
  return names.length === 0 ? undefined : names
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
  if (typeof status === 'string' && /^(?:status_code_)?(?:error|errored|fail(?:ed|ure)?)$/i.test(status))
    return true
  return isError(error)
}

/** Whether any column of a row, or of what it nests, says that the call failed. */
export function isFailedRow(find: ColumnFinder): boolean {
  return (
    find(columns.status, (status) => isFailedCall(status) || undefined) ??
    find(columns.error, (error) => isError(error) || undefined) ??
    find(columns.success, (success) => (/^(?:false|0|no)$/i.test(String(success)) ? true : undefined)) ??
    false
  )
}

/** Whether a column says that a cache answered: `cached: true`, `cache_status: "HIT"`, `x-bt-cached: HIT`. */
export function isCachedRow(find: ColumnFinder): boolean {
  return (
    find(columns.cached, (cached) =>
      /^(?:true|1|yes|(?:semantic[ _-]?)?hit)$/i.test(String(cached).trim()) ? true : undefined,
    ) ?? false
  )
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
