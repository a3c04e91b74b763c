import { createInterface } from 'node:readline'
import { z } from 'zod'
import { openRegularFile } from '../../base/files/read-file.ts'
import { DataError, InvalidRequestError } from '../../errors.ts'
import type { Database } from '../database/open-database.ts'
import type { FeedbackEntry, RequestEntry } from '../entries/entry.ts'
import { createBatch, insertEntries } from '../ingest/insert-entries.ts'
import { toParsedRequest } from '../ingest/request-row.ts'

export type Imported = { readonly requests: number; readonly feedback: number; readonly known: number }

const text = z.string().nullable().default(null)
const number = z.number().nullable().default(null)
const count = z.int().min(0)
const tokens = z.object({
  input: count,
  cachedInput: count.default(0),
  cacheWriteInput: count.default(0),
  cacheWrite1hInput: count.default(0),
  output: count,
})
const call = z.object({
  model: z.string(),
  tokens: tokens.nullable(),
  events: number,
  usd: number,
  isRefused: z.boolean(),
  isAborted: z.boolean().default(false),
  sentMs: z.number(),
  firstByteMs: number,
})

/** A row of `store export`, or a line of a request log. */
const requestRow = z.object({
  type: z.literal('request').default('request'),
  time: z.iso.datetime(),
  id: z.string().min(1),
  upstreamId: text,
  protocol: text,
  path: z.string(),
  status: z.int(),
  stream: z.boolean(),
  model: text,
  upstream: text,
  task: text,
  policy: text,
  router: text,
  threshold: number,
  strongWinRate: number,
  side: text,
  fallback: text,
  overBudget: text,
  attempts: count,
  tokens: tokens.nullable(),
  events: number,
  usd: number,
  chargedUsd: number,
  ms: z.object({ overhead: number, queued: number, firstByte: number, total: z.number() }),
  session: text,
  key: text,
  tags: z.array(z.string()).default([]),
  experiment: z
    .object({ id: z.string(), arm: z.enum(['control', 'treatment']) })
    .nullable()
    .default(null),
  features: text,
  signal: z.object({ kind: z.string(), requestId: z.string() }).nullable().default(null),
  calls: z.array(call).nullable().default(null),
  candidates: z
    .array(
      z.object({
        model: z.string(),
        usd: number,
        score: number,
        excluded: text,
        propensity: z.number().optional(),
      }),
    )
    .nullable()
    .default(null),
})

const feedbackRow = z.object({
  type: z.literal('feedback'),
  time: z.iso.datetime(),
  id: z.string().min(1),
  requestId: z.string().min(1),
  thumbs: z.enum(['up', 'down']).nullable().default(null),
  score: z.number().min(0).max(1).nullable().default(null),
  correction: text,
  scores: z.record(z.string(), z.number()).nullable().default(null),
  key: text,
})

const rowsOfBatch = 2000

/**
 * Adds the rows of an export, or of a request log, in JSON Lines. Rows that are there already stay as they are; texts are not
 * imported.
 *
 * @throws DataError `store-import` that names the first line that is no row; the lines before it may be in the store.
 */
export async function importRows(db: Database, file: string, signal: AbortSignal): Promise<Imported> {
  const handle = await openRegularFile(file).catch((cause: unknown) => {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new InvalidRequestError('bad-flags', `${file} cannot be read: ${problem}`, { param: 'file', cause })
  })
  const total = { requests: 0, feedback: 0, known: 0 }
  let batch = createBatch()
  const flush = async () => {
    const full = batch
    batch = createBatch()
    const added = await db.transaction().execute((trx) => insertEntries(trx, full, new Map()))
    total.requests += added.requests
    total.feedback += added.feedback
    total.known += full.requests.length + full.feedback.length - added.requests - added.feedback
  }
  try {
    let lineNumber = 0
    for await (const line of createInterface({
      input: handle.createReadStream(),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      signal.throwIfAborted()
      lineNumber++
      if (line.trim() === '') continue
      const row = parseRow(line, file, lineNumber)
      if (row.kind === 'request') batch.requests.push(toParsedRequest(row))
      else batch.feedback.push(row)
      if (batch.requests.length + batch.feedback.length >= rowsOfBatch) await flush()
    }
    await flush()
  } finally {
    await handle.close()
  }
  return total
}

function parseRow(line: string, file: string, lineNumber: number): RequestEntry | FeedbackEntry {
  const json = parseJson(line, file, lineNumber)
  const isFeedback = typeof json === 'object' && json !== null && 'type' in json && json.type === 'feedback'
  const parsed = isFeedback ? feedbackRow.safeParse(json) : requestRow.safeParse(json)
  if (!parsed.success) {
    const [{ path = [], message = '' } = {}] = parsed.error.issues
    throw refuse(file, lineNumber, `${path.join('.') || 'the row'}: ${message}`)
  }
  const row = parsed.data
  const time = Date.parse(row.time)
  if (row.type === 'feedback') {
    const { type: _, ...feedback } = row
    return { kind: 'feedback', ...feedback, time }
  }
  const { type: _, calls, ...request } = row
  const [first = null, ...others] = calls ?? []
  // Names of kinds of work, fallbacks and sides are text here: a later version may have others.
  return { kind: 'request', ...request, time, call: first, otherCalls: others, text: null } as RequestEntry
}

function parseJson(line: string, file: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw refuse(file, lineNumber, `it is not JSON (${String(cause)})`)
  }
}

function refuse(file: string, line: number, problem: string): DataError {
  return new DataError(
    'store-import',
    `${file}, line ${line} is no row of \`routellm store export\` or of a request log: ${problem}`,
    { status: 400, param: 'file' },
  )
}
