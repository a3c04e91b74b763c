import type { RecordedCall, RequestObserver, RequestRecord } from '../../../gateway/request-record.ts'
import type { KeyFailure } from '../../access/client-auth.ts'
import type { QueueListener } from '../../inference/admission/admission.ts'
import { createCounter, createGauge, createLabelledGauge, createReadCounter } from './counter.ts'
import { type Metric, renderMetrics } from './exposition.ts'
import { createHistogram } from './histogram.ts'

/** The metrics of one server; nothing is global. */
export type Metrics = {
  /** Counts a finished request. */
  readonly observe: RequestObserver
  /** Counts a failure of an observer of requests. */
  observerFailed(): void
  /** Counts a request without a client key, or with one that is not served. */
  keyFailed(reason: KeyFailure): void
  readonly queue: QueueListener
  /** In the order of `render`. */
  readonly all: readonly Metric[]
  /** Prometheus' text format. */
  render(): string
}

export type MetricsOptions = {
  /** Whether a model is configured. All others share one label per provider, which bounds the number of series. */
  isConfigured(model: string): boolean
  /** The number of requests that are being answered. */
  readonly inFlight: () => number
  /** The number of requests that wait until they are. */
  readonly waiting: () => number
  /** What is left of the dollars of each key that has a budget; the gateway's own under the empty name. */
  readonly leftUsd: () => readonly (readonly [key: string, usd: number])[]
  /** Lines that the request log has dropped; absent if there is no request log. */
  readonly droppedLogLines?: () => number
  /** Rendered after those of requests. Default: none. */
  readonly further?: readonly Metric[]
}

const overheadBucketsSeconds = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
]
const upstreamBucketsSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900]

const queueBucketsSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export function createMetrics(options: MetricsOptions): Metrics {
  const { isConfigured, inFlight, waiting, leftUsd, droppedLogLines, further = [] } = options
  const requestsInFlight = createGauge(
    { name: 'routellm_requests_in_flight', help: 'Requests being answered now.' },
    inFlight,
  )
  const queueLength = createGauge(
    { name: 'routellm_queue_length', help: 'Requests that wait until they are answered.' },
    waiting,
  )
  const queueWait = createHistogram({
    name: 'routellm_queue_wait_seconds',
    help: 'How long requests waited in the queue, those that left it without an answer included.',
    labelName: null,
    buckets: queueBucketsSeconds,
  })
  const queueRefusals = createCounter({
    name: 'routellm_overloaded_total',
    help: 'Requests that got 429 overloaded, by reason: no-queue, full, displaced (by the request of another key) or timeout.',
    labelNames: ['reason'],
  })
  const requests = createCounter({
    name: 'routellm_requests_total',
    help: 'Requests by route, model that answered and status; 499 is a client that went away, 502 also a broken reply.',
    labelNames: ['route', 'model', 'status'],
  })
  const decisions = createCounter({
    name: 'routellm_decisions_total',
    help: 'Decisions by router and side of the pair.',
    labelNames: ['router', 'side'],
  })
  const policyDecisions = createCounter({
    name: 'routellm_policy_decisions_total',
    help: 'Requests that a configured policy decided, by policy and model.',
    labelNames: ['policy', 'model'],
  })
  const tasks = createCounter({
    name: 'routellm_tasks_total',
    help: 'Routed requests by the most likely kind of work of the prompt.',
    labelNames: ['task'],
  })
  const fallbacks = createCounter({
    name: 'routellm_router_fallbacks_total',
    help: "Requests that went to the policy's safest model because the router failed.",
    labelNames: ['router', 'reason'],
  })
  const callFallbacks = createCounter({
    name: 'routellm_model_fallbacks_total',
    help: 'Calls of a model that could not answer, so that another one was asked, by reason.',
    labelNames: ['model', 'reason'],
  })
  const overBudget = createCounter({
    name: 'routellm_calls_over_budget_total',
    help: 'Further calls, such as those of a fallback or a cascade, that were not made because a budget has too few dollars left, by model.',
    labelNames: ['model'],
  })
  const tokens = createCounter({
    name: 'routellm_tokens_total',
    help: 'Tokens as upstreams counted them; cached_prompt and cache_write_prompt are parts of prompt; completion_estimated is one per event of streams that ended without usage.',
    labelNames: ['model', 'kind'],
  })
  const overhead = createHistogram({
    name: 'routellm_overhead_seconds',
    help: 'From the whole request received until it was sent upstream.',
    labelName: null,
    buckets: overheadBucketsSeconds,
  })
  const upstreamHead = createHistogram({
    name: 'routellm_upstream_head_seconds',
    help: 'From the request sent upstream until the head of its reply.',
    labelName: 'model',
    buckets: upstreamBucketsSeconds,
  })
  const upstreamReply = createHistogram({
    name: 'routellm_upstream_seconds',
    help: 'From the request sent upstream until the end of its reply.',
    labelName: 'model',
    buckets: upstreamBucketsSeconds,
  })
  const usd = createCounter({
    name: 'routellm_usd_total',
    help: 'Dollars by the prices of the configuration; replies of models without a price are not in it.',
    labelNames: ['model'],
  })
  const unpriced = createCounter({
    name: 'routellm_unpriced_calls_total',
    help: 'Calls whose tokens are known and whose dollars are not, because the model has no price.',
    labelNames: ['model'],
  })
  const budgets = createLabelledGauge(
    {
      name: 'routellm_budget_remaining_usd',
      help: "What is left of a key's dollars, without what is reserved for requests in flight; an empty key is the whole gateway.",
      labelNames: ['key'],
    },
    () => leftUsd().map(([key, left]) => [left, key]),
  )
  const observerFailures = createCounter({
    name: 'routellm_observer_failures_total',
    help: 'Records of finished requests that an observer, such as the request log, failed on.',
    labelNames: [],
  })
  const keyFailures = createCounter({
    name: 'routellm_client_key_failures_total',
    help: 'Requests that were refused for want of a client key, by reason: missing, unknown or revoked.',
    labelNames: ['reason'],
  })
  const rendered: Metric[] = [
    requestsInFlight,
    queueLength,
    queueWait,
    queueRefusals,
    requests,
    decisions,
    policyDecisions,
    tasks,
    fallbacks,
    callFallbacks,
    overBudget,
    tokens,
    overhead,
    upstreamHead,
    upstreamReply,
    usd,
    unpriced,
    budgets,
    observerFailures,
    keyFailures,
  ]
  if (droppedLogLines !== undefined) {
    const help = 'Lines that the request log could not write.'
    rendered.push(
      createReadCounter({ name: 'routellm_request_log_dropped_lines_total', help }, droppedLogLines),
    )
  }

  rendered.push(...further)

  function formatModel(model: string): string {
    return isConfigured(model) ? model : `${model.slice(0, model.indexOf('/'))}/*`
  }

  function countDecision({ router, side, task, fallback, policy, model }: RequestRecord): void {
    if (task !== null) tasks.add(1, task)
    if (policy !== null && model !== null) policyDecisions.add(1, policy, formatModel(model))
    if (router === null) return
    if (side !== null) decisions.add(1, router, side)
    if (fallback === 'router-error' || fallback === 'router-timeout') fallbacks.add(1, router, fallback)
  }

  function countCall(call: RecordedCall): void {
    const model = formatModel(call.model)
    if (call.firstByteMs !== null)
      upstreamHead.observe(Math.max(0, call.firstByteMs - call.sentMs) / 1000, model)
    if (call.events !== null) tokens.add(call.events, model, 'completion_estimated')
    if (call.usd !== null) usd.add(call.usd, model)
    if (call.tokens === null) return
    if (call.usd === null) unpriced.add(1, model)
    tokens.add(call.tokens.input, model, 'prompt')
    tokens.add(call.tokens.cachedInput, model, 'cached_prompt')
    const written = call.tokens.cacheWriteInput + call.tokens.cacheWrite1hInput
    if (written > 0) tokens.add(written, model, 'cache_write_prompt')
    tokens.add(call.tokens.output, model, 'completion')
  }

  return {
    observe(record) {
      const model = record.model === null || record.attempts === 0 ? '' : formatModel(record.model)
      requests.add(1, record.path, model, String(record.status))
      const { overhead: overheadMs, total } = record.ms
      if (overheadMs === null) return
      overhead.observe(overheadMs / 1000, '')
      countDecision(record)
      if (record.overBudget !== null) overBudget.add(1, formatModel(record.overBudget))
      if (record.call === null) return
      upstreamReply.observe(Math.max(0, total - record.call.sentMs) / 1000, model)
      countCall(record.call)
      for (const call of record.otherCalls) {
        countCall(call)
        if (record.fallback !== null) callFallbacks.add(1, formatModel(call.model), record.fallback)
      }
    },
    observerFailed() {
      observerFailures.add(1)
    },
    keyFailed(reason) {
      keyFailures.add(1, reason)
    },
    queue: {
      waited: (seconds) => queueWait.observe(seconds, ''),
      refused: (reason) => queueRefusals.add(1, reason),
    },
    all: rendered,
    render: () => renderMetrics(rendered),
  }
}
