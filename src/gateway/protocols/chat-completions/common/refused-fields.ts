import type { Buffer } from 'node:buffer'
import type { RefusedField } from '../../../../providers/provider.ts'
import { findMembers, removeMember, renameMember } from '../../wire/members.ts'

/**
 * The body for an upstream that refuses some fields, every other byte as it was; the same object if it has none of them.
 *
 * @param body UTF-8 JSON text of an object, already parsed once.
 */
export function withoutRefusedFields(body: Buffer, refused: readonly RefusedField[]): Buffer {
  let changed = body
  if (refused.includes('stream_options')) changed = removeMember(changed, 'stream_options') ?? changed
  if (refused.includes('max_tokens')) {
    const isStated = findMembers(changed, 'max_completion_tokens').length > 0
    changed = isStated
      ? (removeMember(changed, 'max_tokens') ?? changed)
      : renameMember(changed, 'max_tokens', 'max_completion_tokens')
  }
  return changed
}
