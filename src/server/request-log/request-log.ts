import { ConfigError } from '../../errors.ts'
import type { RequestObserver, RequestRecord } from '../../gateway/request-record.ts'
import type { ServerLog } from '../inference/exchange-context.ts'
import { formatLine } from './format-line.ts'
import { openLogFile } from './log-file.ts'

/** Writes one line of JSON per finished request that a model was to answer. */
export type RequestLog = {
  readonly observe: RequestObserver
  /** Whether lines carry the text of request and reply. */
  readonly keepsText: boolean
  /** Lines that could not be written. */
  readonly droppedLines: number
  /** Writes the lines that wait, and closes the file. */
  close(): Promise<void>
}

export type RequestLogOptions = {
  readonly path: string
  /** Default: false. */
  readonly withText?: boolean
  /** A new file begins when this one is as large. Default: 100 MB. */
  readonly maxBytes?: number
  /** A new file begins when this one is as old. Default: 30 days. */
  readonly maxAgeMs?: number
  readonly log: ServerLog
}

const dayMs = 86_400_000
/** Characters that wait to be written: some 100,000 lines without text. */
const maxPendingLength = 32 << 20

/** @throws ConfigError `bad-request-log` if the file cannot be opened for appending. */
export async function openRequestLog(options: RequestLogOptions): Promise<RequestLog> {
  const { path, withText = false, maxBytes = 100e6, maxAgeMs = 30 * dayMs, log } = options
  const file = await openLogFile({
    path,
    maxBytes,
    maxAgeMs,
    maxPendingLength,
    retryAfterMs: 1000,
    now: Date.now,
    warn: (fields, message) => log.warn(fields, message),
  }).catch((cause: unknown) => {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(
      'bad-request-log',
      `The request log ${JSON.stringify(path)} cannot be opened (${problem}). Name a file in a folder that exists and that this user may write to.`,
      { param: '--request-log', cause },
    )
  })
  return {
    keepsText: withText,
    get droppedLines() {
      return file.droppedLines
    },
    observe(record) {
      if (record.protocol !== null) file.append(formatLine(withText ? record : withoutText(record)))
    },
    close: () => file.close(),
  }
}

/** The store may keep the text that this log does not. */
function withoutText(record: RequestRecord): RequestRecord {
  return record.text === null ? record : { ...record, text: null }
}
