import { Buffer } from 'node:buffer'

/**
 * The column of a session as a value that `toSessionId` reads. The driver cuts a text off at a NUL character, which an imported
 * session can have; bytes it reads whole.
 */
export const sessionColumn = (column: string) =>
  `case when instr(${column}, char(0)) > 0 then cast(${column} as blob) else ${column} end`

export function toSessionId(value: string | Uint8Array): string
export function toSessionId(value: string | Uint8Array | null): string | null
export function toSessionId(value: string | Uint8Array | null): string | null {
  return value === null || typeof value === 'string' ? value : Buffer.from(value).toString('utf8')
}
