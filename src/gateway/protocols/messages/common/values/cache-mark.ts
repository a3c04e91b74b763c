import { isObject, type JsonObject } from '../../../common/json-fields.ts'
import type { CacheMark } from '../../../common/parts.ts'

/** The `cache_control` of a block, tool or request, as the member of a part; nothing if it has none. */
export function readCacheMark(block: JsonObject): { readonly cache?: CacheMark } {
  const control = block.cache_control
  if (!isObject(control)) return {}
  return { cache: { ttl: control.ttl === '1h' ? '1h' : '5m' } } // 5 minutes is the documented default
}

export function writeCacheMark(cache: CacheMark | undefined): { readonly cache_control?: JsonObject } {
  if (cache === undefined) return {}
  return { cache_control: cache.ttl === '1h' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' } }
}
