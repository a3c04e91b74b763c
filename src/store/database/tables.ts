import type { ColumnType, Generated } from 'kysely'

/**
 * The tables, the same for SQLite and Postgres. Times are milliseconds since 1970, durations are microseconds, money is
 * integer nano-dollars (10⁻⁹ USD), JSON is text. `day` is the number of the day of UTC since 1970: it is a part of the keys of large tables, as Postgres demands
 * of a table that is partitioned by day.
 */
export type Tables = {
  requests: RequestsTable
  sessions: SessionsTable
  amended_requests: AmendedRequestsTable
  feedback: FeedbackTable
  shadow_pairs: ShadowPairsTable
  labels: LabelsTable
  label_queue: LabelQueueTable
  versions: VersionsTable
  experiments: ExperimentsTable
  accounts: AccountsTable
  usage_hours: UsageHoursTable
  usage_days: UsageDaysTable
  outcome_hours: OutcomeHoursTable
  refusal_days: RefusalDaysTable
  latency_days: LatencyDaysTable
  tag_days: TagDaysTable
  tag_name_days: TagNameDaysTable
  name_days: NameDaysTable
  name_hours: NameHoursTable
  jobs: JobsTable
  audit_trail: AuditTrailTable
  journal_positions: JournalPositionsTable
  job_positions: JobPositionsTable
}

type RequestsTable = {
  /** In the order of insertion, and never used again. */
  seq: Generated<number>
  id: string
  /** The `x-request-id` of the upstream. */
  upstream_id: string | null
  day: number
  time: number
  protocol: string | null
  path: string
  status: number
  stream: number
  model: string | null
  upstream: string | null
  task: string | null
  policy: string | null
  router: string | null
  threshold: number | null
  strong_win_rate: number | null
  side: string | null
  fallback: string | null
  over_budget: string | null
  attempts: number
  input_tokens: number | null
  cached_input_tokens: number | null
  cache_write_input_tokens: number | null
  cache_write_1h_input_tokens: number | null
  output_tokens: number | null
  events: number | null
  /** Null if a price or the tokens of a call are not known. */
  cost_nanousd: number | null
  /** What counts against budgets. */
  charged_nanousd: number | null
  overhead_us: number | null
  queued_us: number | null
  first_byte_us: number | null
  total_us: number
  session: string | null
  key: string | null
  /** JSON: names. */
  tags: string | null
  /** JSON: `RecordedCall[]`, the call that answered first. Null if there is only the one that the columns describe. */
  calls: string | null
  /** JSON: `EntryCandidate[]`. */
  candidates: string | null
  /** With which probability the policy chose the model; null if nothing was drawn by chance. */
  propensity: number | null
  /** The vector of the text that was scored, from which routers score the request again without the text. */
  features: string | null
  /** Where its text is in the text file of `day`: the offset and the length of a block, and the line in it; null if none is kept. */
  text_offset: number | null
  text_bytes: number | null
  text_line: number | null
  /** The experiment of its session, and the arm: `control` or `treatment`. */
  experiment: string | null
  arm: string | null
  /** What it says of the answer to an earlier request, and that request's id. */
  signal: string | null
  signal_of: string | null
  /** What the session did to the policy's choice: `formatSessionDecision`. */
  session_decision: string | null
  /** What the model switched to, or refused, pays beyond what it would with a cache as full as the one before; null if that is not known. */
  switch_nanousd: number | null
  /** The reasoning effort that the gateway set. */
  effort: string | null
  /** JSON of `DecidedPace`: what raised the threshold. */
  pace: string | null
  /** The code of the error that the gateway itself answered with. */
  error: string | null
}

type SessionsTable = {
  id: string
  first_time: number
  last_time: number
  requests: number
  cost_nanousd: number
  /** Requests without a known cost. */
  unpriced: number
  /** Of its requests, the last one in the alphabet: they rarely differ. */
  key: string | null
  policy: string | null
  /** JSON, as of a request. */
  tags: string | null
  /** How often another model answered than the turn before. */
  switches: number | null
  /** The model of its last request that was answered. */
  last_model: string | null
}

/** Requests without a known cost whose status was changed after they were kept. */
type AmendedRequestsTable = { seq: number; status: number }

type FeedbackTable = {
  id: string
  request_id: string
  time: number
  thumbs: string | null
  score: number | null
  correction: string | null
  scores: string | null
  key: string | null
}

/** A request that another model answered too, outside of the request. */
type ShadowPairsTable = {
  /** The request's, so one at most; others are those that a person asked for. */
  id: string
  request_id: string
  day: number
  /** When the request came. */
  time: number
  /** The model whose answer the client has. */
  model: string
  other_model: string
  /** Of the other model's call. Null if it is not known, or if it was not called. */
  cost_nanousd: number | null
  /** The probability with which the request was sampled, times that of the other model among those that could answer. */
  propensity: number
  /** Which answer is better: `model`, `other` or `tie`. Null if that was not found out, and `problem` says why. */
  verdict: string | null
  /** Who says so: the name of a configured model, or `rule`. */
  judge: string | null
  policy: string | null
  /** Of the call that answered the client. */
  model_cost_nanousd: number | null
  /** Of all calls of the judge. */
  judge_cost_nanousd: number | null
  /** JSON: what the judge said with the client's answer first, and with it second: `model`, `other`, `tie` or null. */
  orders: string | null
  /** Why there is no verdict: `ShadowProblem`. */
  problem: string | null
}

/**
 * How well models answer a request. `feedback` is in the table of feedback and implicit signals are in `signal` of requests,
 * because what they say of models is worked out when it is needed; here are the labels of shadow calls and of persons.
 */
type LabelsTable = {
  /** `shadow:` or `person:` and the request's id: a later label replaces an earlier one. */
  id: string
  request_id: string
  time: number
  /** `shadow` or `person`. */
  source: string
  /** JSON: scores by model, from 0 to 1. Of two answers the better one has 1 and the other 0; both have ½ in a tie. */
  scores: string
  weight: number
  /**
   * The probability with which the request was to be labelled, decided without its answers; null if that was not drawn, or if
   * whether there is a label depends on the answers.
   */
  propensity: number | null
  /** Who gave it: the name of a judge's model, `rule`, or the name of a person; null if that is not known. */
  actor: string | null
}

/** Requests that are put up for a person to label. */
type LabelQueueTable = {
  request_id: string
  /** When the request came. */
  time: number
  /** Why it is worth a label: `uncertain`, `drifting`, `dear` or `base`, the largest part of its worth. */
  reason: string
  /** From 0 to 1. */
  worth: number
  /** The probability with which it was put up. */
  propensity: number
  /** `waiting`, `answered` or `skipped`. */
  state: string
  /** When it was answered or skipped. */
  answered: number | null
}

type VersionsTable = {
  id: string
  time: number
  /** `router`: was put in service; `rolled-back`: was taken out of it again; `canary`: was tried on a share of the sessions. */
  kind: string
  /** Of a policy. */
  name: string
  sha256: string | null
  /** JSON. */
  manifest: string
}

type ExperimentsTable = {
  id: string
  time: number
  state: string
  /** JSON. */
  definition: string
  result: string | null
}

/** What accounts have used, by day. It is kept longer than requests. */
type AccountsTable = {
  /** `gateway`, or `key:` and the key's name. */
  account: string
  day: number
  requests: number
  tokens: number
  charged_nanousd: number
}

/** Requests by hour and by what decided them. Those whose request was removed stay. */
type UsageHoursTable = {
  /** The hour since 1970. */
  hour: number
  model: string
  policy: string
  router: string
  key: string
  task: string
  requests: number
  /** With a status from 400. */
  errors: number
  fallbacks: number
  /** Requests without a known cost. */
  unpriced: number
  input_tokens: number
  cached_input_tokens: number
  output_tokens: number
  cost_nanousd: number
  overhead_us: number
  total_us: number
  /** Fallbacks that were answered with a status below 400. Null: none. */
  rescued: number | null
}

/** The same by days of UTC: a long time has fewer of them. */
type UsageDaysTable = Omit<UsageHoursTable, 'hour'> & { day: number }

/** See `addRefusals`. */
type RefusalDaysTable = {
  day: number
  key: string
  status: number
  requests: number
}

/** Requests by hour and by how they ended. */
type OutcomeHoursTable = {
  hour: number
  model: string
  status: number
  /** Empty if there was none. */
  fallback: string
  requests: number
}

/** How long answered requests took, by day: histograms, as `totals/latency.ts` has them. */
type LatencyDaysTable = {
  day: number
  model: string
  /** `first_byte` or `total`. */
  measure: string
  bucket: number
  requests: number
}

/** Requests by day, tag and names; one with two tags counts for each. */
type TagDaysTable = UsageDaysTable & { tag: string }

/** Requests by day and one name alone. `kind` is `model`, `policy`, `key` or `task`. */
type NameDaysTable = Omit<UsageDaysTable, 'model' | 'policy' | 'router' | 'key' | 'task'> & {
  kind: string
  name: string
}

/** The same by hour. */
type NameHoursTable = Omit<NameDaysTable, 'day'> & { hour: number }

/** Requests by day, tag and one name alone; one with two tags counts for each. */
type TagNameDaysTable = NameDaysTable & { tag: string }

type JobsTable = {
  id: string
  name: string
  time: number
  state: string
  payload: string
  result: string | null
}

type AuditTrailTable = {
  seq: Generated<number>
  time: number
  actor: string
  action: string
  subject: string
  detail: string | null
}

/** How far each segment of the journal has been read. */
type JournalPositionsTable = {
  segment: string
  bytes: number
  damaged_bytes: ColumnType<number, number | undefined>
}

/** How far each job has come in a table: the last `seq`. */
type JobPositionsTable = { job: string; position: number }
