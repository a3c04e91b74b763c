import { z } from 'zod'
import { DataError } from '../../errors.ts'
import type { FeedbackEntry, RequestEntry } from '../entries/entry.ts'
import type { insertLabel, insertPair } from '../ingest/insert-shadow-pairs.ts'

/** A row that an import takes, or the kind of one that it leaves out. */
export type ImportedRow =
  | RequestEntry
  | FeedbackEntry
  | { readonly kind: 'label'; readonly label: Parameters<typeof insertLabel>[1] }
  | { readonly kind: 'shadow'; readonly pair: Parameters<typeof insertPair>[1] }
  | { readonly kind: 'left-out'; readonly rows: LeftOutRows }

/** Rows that are not imported: sessions follow from requests, and the others are the history of another store. */
export type LeftOutRows = 'sessions' | 'versions' | 'experiments' | 'audit'

const leftOutTypes: Readonly<Record<string, LeftOutRows>> = {
  session: 'sessions',
  version: 'versions',
  experiment: 'experiments',
  audit: 'audit',
}

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
  status: z.int().optional(),
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
  sessionDecision: z.object({ kept: text, switched: text, switchUsd: number }).nullable().default(null),
  effort: text,
  error: text,
  pace: z
    .object({
      factor: z.number().gt(1),
      ownThreshold: number,
      budget: z
        .object({ key: text, limit: z.enum(['usdPerDay', 'usdPerMonth']) })
        .nullable()
        .default(null),
    })
    .nullable()
    .default(null),
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

const share = z.number().gt(0).max(1)

const labelRow = z.object({
  type: z.literal('label'),
  time: z.iso.datetime(),
  requestId: z.string().min(1),
  source: z.enum(['shadow', 'person']),
  scores: z.record(z.string(), z.number().min(0).max(1)),
  propensity: share.nullable(),
  actor: text,
})

const verdict = z.enum(['model', 'other', 'tie']).nullable()

const shadowRow = z.object({
  type: z.literal('shadow'),
  time: z.iso.datetime(),
  requestId: z.string().min(1),
  policy: text,
  model: z.string(),
  otherModel: z.string(),
  modelUsd: number,
  otherUsd: number,
  judgeUsd: number,
  propensity: share,
  verdict,
  judge: text,
  orders: z.tuple([verdict, verdict]).nullable(),
  problem: z
    .enum([
      'other-failed',
      'judge-failed',
      'unreadable',
      'no-rule',
      'too-long',
      'budget',
      'stopped',
      'person',
    ])
    .nullable(),
})

/** @throws DataError `store-import` if the line is no row. */
export function parseImportedRow(line: string, file: string, lineNumber: number): ImportedRow {
  const json = parseJson(line, file, lineNumber)
  const type = typeof json === 'object' && json !== null && 'type' in json ? String(json.type) : 'request'
  const leftOut = leftOutTypes[type]
  if (leftOut !== undefined) return { kind: 'left-out', rows: leftOut }
  const check = <Row>(schema: z.ZodType<Row>): Row => {
    const parsed = schema.safeParse(json)
    if (parsed.success) return parsed.data
    const [{ path = [], message = '' } = {}] = parsed.error.issues
    throw refuse(file, lineNumber, `${path.join('.') || 'the row'}: ${message}`)
  }
  if (type === 'feedback') return toFeedback(check(feedbackRow))
  if (type === 'label') return toLabel(check(labelRow))
  return type === 'shadow' ? toShadow(check(shadowRow)) : toRequest(check(requestRow))
}

function toRequest({ type: _, calls, time, ...request }: z.output<typeof requestRow>): RequestEntry {
  const [first = null, ...others] = calls ?? []
  // Names of kinds of work, fallbacks and sides are text here: a later version may have others.
  return {
    ...request,
    kind: 'request',
    time: Date.parse(time),
    call: first,
    otherCalls: others,
    text: null,
  } as RequestEntry
}

function toFeedback({ type: _, time, ...feedback }: z.output<typeof feedbackRow>): FeedbackEntry {
  return { ...feedback, kind: 'feedback', time: Date.parse(time) }
}

function toLabel(row: z.output<typeof labelRow>): ImportedRow {
  const { requestId, time, source, scores, propensity, actor } = row
  const label = {
    id: `${source}:${requestId}`,
    request_id: requestId,
    time: Date.parse(time),
    source,
    scores: JSON.stringify(scores),
    weight: 1,
    propensity,
    actor,
  }
  return { kind: 'label', label }
}

function toShadow({ type: _, ...row }: z.output<typeof shadowRow>): ImportedRow {
  const time = Date.parse(row.time)
  const chargedUsd = (row.otherUsd ?? 0) + (row.judgeUsd ?? 0)
  return { kind: 'shadow', pair: { ...row, time, chargedAt: time, chargedUsd } }
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
