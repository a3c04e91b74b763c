import { type FileHandle, open } from 'node:fs/promises'
import type { ErrorCode } from '../../../error-codes.ts'
import { DataError } from '../../../errors.ts'
import { readAppendedLines } from './appended-lines.ts'

/** A reply that was paid for, as a later run needs it. */
export type StoredReply = {
  readonly text: string
  /** The reply ended at the limit of its length. */
  readonly isCut: boolean
  readonly inputTokens: number
  readonly outputTokens: number
  /** The cost; null if the model had no price. */
  readonly costUsd: number | null
}

/** Replies by the hash of the request, so no request is paid for twice. */
export type ReplyCache = {
  get(key: string): Promise<StoredReply | undefined>
  /** Resolves once the reply is with the operating system, so a killed process does not lose it. */
  put(key: string, reply: StoredReply): Promise<void>
  /** Records the amount that may have been paid for a lost reply. */
  putLost(usd: number): Promise<void>
  /** The cost of all replies, and what may have been paid for lost ones. */
  readonly paid: PaidReplies
  close(): Promise<void>
}

export type PaidReplies = {
  readonly replies: number
  readonly usd: number
  /** Tokens of replies without a price. */
  readonly unpricedInputTokens: number
  readonly unpricedOutputTokens: number
}

const header = '{"routellm":"judge replies","version":1}'

/**
 * Opens or creates a cache file: JSON Lines, a header and then one reply per line, only appended to. A process killed
 * while it appends leaves at most its last line torn; that line is skipped, and its request is sent again. Memory holds
 * only the position of each reply.
 *
 * @throws DataError `not-a-reply-cache` for a file that is something else, which is left as it is;
 *   `cache-unreadable`, `cache-unwritable`.
 */
export async function openReplyCache(file: string): Promise<ReplyCache> {
  const handle = await open(file, 'a+').catch((cause) => {
    throw cacheError('cache-unreadable', file, 'cannot be opened', cause)
  })
  try {
    if (!(await handle.stat()).isFile())
      throw new DataError('cache-unreadable', `The cache ${file} is not a regular file.`)
    return await cacheOf(file, handle)
  } catch (error) {
    await handle.close()
    throw error
  }
}

type Place = { readonly start: number; readonly bytes: number }
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

async function cacheOf(file: string, handle: FileHandle): Promise<ReplyCache> {
  const places = new Map<string, Place>()
  const paid: Mutable<PaidReplies> = { replies: 0, usd: 0, unpricedInputTokens: 0, unpricedOutputTokens: 0 }
  let { size, needsNewline } = await load()
  let appending = Promise.resolve()

  async function load(): Promise<{ size: number; needsNewline: boolean }> {
    let first = true
    let end = 0
    let torn = false
    for await (const { text, start, bytes, isWhole } of readAppendedLines(handle)) {
      if (first && !isWhole && header.startsWith(text)) {
        // Killed while it was begun.
        await handle.truncate(0)
        break
      }
      if (first && text !== header) throw notACache(file)
      first = false
      const entry = parseEntry(text)
      if (entry !== undefined) note(entry, { start, bytes })
      end = start + bytes + (isWhole ? 1 : 0)
      torn = !isWhole
    }
    if (end > 0) return { size: end, needsNewline: torn }
    await handle.appendFile(`${header}\n`)
    return { size: header.length + 1, needsNewline: false }
  }

  function note(entry: Entry, place: Place): void {
    if ('lostUsd' in entry) {
      paid.usd += entry.lostUsd
      return
    }
    places.set(entry.key, place)
    paid.replies++
    if (entry.costUsd !== null) paid.usd += entry.costUsd
    else {
      paid.unpricedInputTokens += entry.inputTokens
      paid.unpricedOutputTokens += entry.outputTokens
    }
  }

  /** One write after the other, so that each knows its position. */
  function append(entry: Entry): Promise<void> {
    const line = Buffer.from(JSON.stringify(entry))
    const appended = appending.then(async () => {
      try {
        await handle.appendFile(
          Buffer.concat([Buffer.from(needsNewline ? '\n' : ''), line, Buffer.from('\n')]),
        )
      } catch (cause) {
        needsNewline = true
        size = (await handle.stat()).size
        throw cacheError('cache-unwritable', file, 'cannot be written', cause)
      }
      note(entry, { start: size + (needsNewline ? 1 : 0), bytes: line.length })
      size += line.length + (needsNewline ? 2 : 1)
      needsNewline = false
    })
    appending = appended.catch(() => {})
    return appended
  }

  return {
    paid,
    async get(key) {
      const place = places.get(key)
      if (place === undefined) return undefined
      const buffer = Buffer.alloc(place.bytes)
      await handle.read(buffer, 0, place.bytes, place.start)
      const entry = parseEntry(buffer.toString('utf8'))
      // Another process that appends to the same file shifts later positions; the request is then sent again.
      if (entry === undefined || !('key' in entry) || entry.key !== key) return undefined
      const { text, isCut, inputTokens, outputTokens, costUsd } = entry
      return { text, isCut, inputTokens, outputTokens, costUsd }
    },
    put: (key, reply) => append({ key, ...reply }),
    putLost: (usd) => append({ lostUsd: usd }),
    async close() {
      await appending
      await handle.datasync()
      await handle.close()
    },
  }
}

type Entry = (StoredReply & { readonly key: string }) | { readonly lostUsd: number }

/** Undefined for the header, and for a line that was torn. */
function parseEntry(text: string): Entry | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const {
    key,
    text: reply,
    isCut,
    inputTokens,
    outputTokens,
    costUsd,
    lostUsd,
  }: Partial<Record<string, unknown>> = {
    ...value,
  }
  if (typeof lostUsd === 'number') return { lostUsd }
  const isReply =
    typeof key === 'string' &&
    typeof reply === 'string' &&
    typeof inputTokens === 'number' &&
    typeof outputTokens === 'number' &&
    (costUsd === null || typeof costUsd === 'number')
  // Caches of version 0.1.0 do not have it.
  return isReply ? { key, text: reply, isCut: isCut === true, inputTokens, outputTokens, costUsd } : undefined
}

function notACache(file: string): DataError {
  return new DataError(
    'not-a-reply-cache',
    `${file} is not a cache of replies, and was not changed. Name a new file, or one that an earlier run wrote.`,
  )
}

function cacheError(code: ErrorCode, file: string, what: string, cause: unknown): DataError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new DataError(code, `The cache ${file} ${what}: ${reason}.`, { cause })
}
