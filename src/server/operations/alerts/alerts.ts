import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type RetryPolicy, waitOrAbort } from '../../../base/http/retry.ts'
import { version } from '../../../version.ts'
import type { ServerLog } from '../../inference/exchange-context.ts'
import { createCounter } from '../metrics/counter.ts'
import type { Metric } from '../metrics/exposition.ts'
import type { Alert, RaiseAlert } from './alert.ts'
import { type Delivery, sendDelivery, type WebhookTarget } from './webhook.ts'

/** Sends alerts to webhooks. */
export type Alerts = {
  readonly raise: RaiseAlert
  readonly metrics: readonly Metric[]
  /** The receivers of further alerts. */
  configure(targets: readonly WebhookTarget[]): void
  /** Gives what waits one attempt within `closeMs`, and drops the rest. Never rejects. */
  close(): Promise<void>
}

export type AlertsOptions = {
  readonly log: ServerLog
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Default: five retries after 1, 2, 4, … seconds, at most 5 minutes, or what `Retry-After` says up to that. */
  readonly retry?: RetryPolicy
  /** An equal alert within this time is not sent again. Default: an hour. */
  readonly repeatMs?: number
  /** Default: 3 s. */
  readonly closeMs?: number
  /** Deliveries that wait for one receiver, at most. Default: 100. */
  readonly maxWaiting?: number
}

const defaultRetry: RetryPolicy = { retries: 5, firstRetryDelayMs: 1000, maxRetryDelayMs: 300_000 }
/** Alerts that are remembered so that they are not sent again. */
const maxRemembered = 1000

/** The receivers have a queue each: one that is slow or down keeps nobody waiting. */
export function createAlerts(options: AlertsOptions): Alerts {
  const { log, now, retry = defaultRetry, repeatMs = 3_600_000, closeMs = 3000, maxWaiting = 100 } = options
  const raised = createCounter({
    name: 'routellm_alerts_total',
    help: 'Alerts that were raised, by event; equal ones within an hour count once.',
    labelNames: ['event'],
  })
  const deliveries = createCounter({
    name: 'routellm_alert_deliveries_total',
    help: 'Deliveries of alerts to webhooks, by outcome: delivered, failed (after all attempts), or dropped (too many waited, or the server stopped).',
    labelNames: ['outcome'],
  })
  const remembered = new Map<string, number>()
  /** Ends the waits between attempts, later the attempts too. */
  const closing = new AbortController()
  const stop = new AbortController()
  let queues: readonly Queue[] = []
  const draining = new Set<Queue>()

  type Queue = { readonly target: WebhookTarget; readonly waiting: Delivery[]; running: Promise<void> | null }

  /** Whether it was raised a short time ago. */
  function isRepeated({ key, state }: Alert): boolean {
    const at = now()
    const own = `${state} ${key}`
    const before = remembered.get(own)
    if (before !== undefined && at - before < repeatMs) return true
    // What has ended may begin again, and the other way round.
    remembered.delete(`${state === 'firing' ? 'resolved' : 'firing'} ${key}`)
    remembered.delete(own)
    remembered.set(own, at)
    if (remembered.size > maxRemembered) remembered.delete(remembered.keys().next().value!)
    return false
  }

  function enqueue(queue: Queue, alert: Alert): void {
    if (queue.waiting.length >= maxWaiting) {
      drop(queue, 1, 'too many wait for this receiver')
      return
    }
    queue.waiting.push(toDelivery(alert, now()))
    if (queue.running !== null) return
    draining.add(queue)
    queue.running = drain(queue).finally(() => {
      queue.running = null
      draining.delete(queue)
    })
  }

  function drop({ target }: Queue, count: number, problem: string): void {
    if (count === 0) return
    deliveries.add(count, 'dropped')
    log.warn({ host: hostOf(target.url), alerts: count, problem }, 'alerts were dropped')
  }

  function waitUnlessClosing(ms: number): Promise<void> {
    return waitOrAbort(ms, closing.signal)
  }

  async function drain(queue: Queue): Promise<void> {
    const { target, waiting } = queue
    for (let delivery = waiting.shift(); delivery !== undefined; delivery = waiting.shift()) {
      const policy = closing.signal.aborted ? { ...retry, retries: 0 } : { wait: waitUnlessClosing, ...retry }
      const outcome = await sendDelivery(target, delivery, { retry: policy, now, signal: stop.signal }).catch(
        () => null,
      )
      if (outcome === null) {
        drop(queue, 1, 'the server stopped before the receiver answered')
        continue
      }
      deliveries.add(1, outcome.kind)
      if (outcome.kind === 'failed')
        log.warn(
          { host: hostOf(target.url), delivery: delivery.id, problem: outcome.problem },
          'an alert could not be delivered',
        )
    }
  }

  return {
    metrics: [raised, deliveries],
    raise(alert) {
      if (closing.signal.aborted || isRepeated(alert)) return
      raised.add(1, alert.event)
      for (const queue of queues) if (queue.target.events.includes(alert.event)) enqueue(queue, alert)
    },
    configure(targets) {
      const before = queues
      queues = targets.map(
        (target) =>
          before.find((queue) => JSON.stringify(queue.target) === JSON.stringify(target)) ?? {
            target,
            waiting: [],
            running: null,
          },
      )
    },
    async close() {
      closing.abort()
      const running = [...draining].map(({ running }) => running)
      if (running.length > 0)
        await Promise.race([Promise.all(running), wait(closeMs, undefined, { ref: false })])
      stop.abort()
      for (const queue of draining)
        drop(queue, queue.waiting.splice(0).length, 'the server stopped before their turn came')
      await Promise.all(running)
    },
  }
}

function toDelivery(alert: Alert, time: number): Delivery {
  const id = randomBytes(12).toString('hex')
  const body = {
    id,
    time: new Date(time).toISOString(),
    ...alert,
    /** What chat programs show. */
    text: `routellm: ${alert.summary}`,
    source: { name: 'routellm', version },
  }
  return { id, body: JSON.stringify(body) }
}

/** The path of a webhook is often its secret. */
function hostOf(url: string): string {
  return new URL(url).host
}
