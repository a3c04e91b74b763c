import { Buffer } from 'node:buffer'

/** Ids that begin with it are written in base64url. */
const prefix = 'enc-'
const allowed = /^[a-zA-Z0-9_-]+$/

/**
 * The id of a tool call in the characters that Messages allows, `^[a-zA-Z0-9_-]+$`. Other models call their tools
 * `functions.search:0`, or give no id. Different ids stay different.
 */
export function encodeToolCallId(id: string): string {
  if (allowed.test(id) && !id.startsWith(prefix)) return id
  return prefix + Buffer.from(id, 'utf8').toString('base64url')
}

/** The id that `encodeToolCallId` was given. */
export function decodeToolCallId(id: string): string {
  if (!id.startsWith(prefix)) return id
  const decoded = Buffer.from(id.slice(prefix.length), 'base64url').toString('utf8')
  return encodeToolCallId(decoded) === id ? decoded : id // one that only looks encoded
}
