import { RouteLLMError } from '../../../errors.ts'
import { createFairQueue, type QueueEntry } from './fair-queue.ts'

/** How many requests are answered at once, and how many wait for that. */
export type AdmissionLimits = {
  /** Absent: no limit, and nothing waits. */
  readonly maxInFlight?: number
  /** Absent: a request that is one too many is refused at once. */
  readonly queue?: QueueLimits
}

export type QueueLimits = {
  /** Requests that wait, at most. */
  readonly size: number
  /** How long one waits, at most. */
  readonly timeoutMs: number
  /** Bytes of the bodies that wait, at most, all together. */
  readonly maxBytes: number
}

/** A request that is one too many at once. */
export type Applicant = QueueEntry & {
  /** Its turn has come. */
  begin(): void
  /** It is not answered. @param error 429 `overloaded`. */
  refuse(error: RouteLLMError): void
  /** It has given up its place. */
  leave(): void
}

/** Learns what becomes of requests that are one too many. */
export type QueueListener = {
  waited(seconds: number): void
  refused(reason: RefusalReason): void
}

/** `no-queue` if nothing waits at all; `displaced` if the request of another key took the place. */
export type RefusalReason = 'no-queue' | 'full' | 'displaced' | 'timeout'

/** Lets requests in: all at once, or a bounded number of them while the others wait for their turn. */
export type Admission = {
  /** The number of requests that wait. */
  readonly waiting: number
  /** Whether the request that is being admitted may begin at once. */
  hasPlace(): boolean
  /** Puts a request at the end of the queue, or refuses it. */
  enqueue(request: Applicant): void
  /** The client has gone: the request gives up its place. */
  leave(request: Applicant): void
  /** Begins requests that wait, as far as there is room. Is called after every request that is over. */
  advance(): void
  /** From now on these limits hold. A request that waits keeps its place and its time. */
  configure(limits: AdmissionLimits): void
}

export type AdmissionParts = {
  /** The requests that are not over: those that wait, and the one that is being admitted, included. */
  readonly countOpen: () => number
  readonly listener: QueueListener
  /** Milliseconds from any fixed point. */
  readonly now: () => number
}

type Ticket = QueueEntry & {
  readonly request: Applicant
  readonly since: number
  readonly timer: NodeJS.Timeout
}

export function createAdmission({ countOpen, listener, now }: AdmissionParts): Admission {
  const queue = createFairQueue<Ticket>()
  const tickets = new Map<Applicant, Ticket>()
  let limits: AdmissionLimits = {}
  let isAdvancing = false

  function refuse(request: Applicant, reason: RefusalReason, retryAfterSeconds: number): void {
    listener.refused(reason)
    request.refuse(toOverload(limits, reason, retryAfterSeconds))
  }

  /** How long a place takes to become free, as far as that shows: the longest wait of those that wait now. */
  function retryAfterSeconds(): number {
    const oldest = queue.oldest()
    return oldest === undefined ? 1 : Math.max(1, Math.ceil((now() - oldest.since) / 1000))
  }

  /** It waits no longer. */
  function close(ticket: Ticket): void {
    clearTimeout(ticket.timer)
    tickets.delete(ticket.request)
    listener.waited((now() - ticket.since) / 1000)
  }

  function expire(request: Applicant): void {
    const ticket = tickets.get(request)
    if (ticket === undefined) return
    const seconds = retryAfterSeconds()
    queue.remove(ticket)
    close(ticket)
    refuse(request, 'timeout', seconds)
  }

  return {
    get waiting() {
      return queue.size
    },
    hasPlace: () =>
      limits.maxInFlight === undefined || (queue.size === 0 && countOpen() <= limits.maxInFlight),
    enqueue(request) {
      if (limits.queue === undefined) {
        refuse(request, 'no-queue', 1)
        return
      }
      const { size, timeoutMs, maxBytes } = limits.queue
      const { key, bytes } = request
      const ticket = { key, bytes, request, since: now(), timer: setTimeout(expire, timeoutMs, request) }
      const dropped = queue.push(ticket, { maxEntries: size, maxBytes })
      if (dropped.at(-1) === ticket) clearTimeout(ticket.timer)
      else tickets.set(request, ticket)
      for (const each of dropped) {
        if (each !== ticket) close(each)
        refuse(each.request, each === ticket ? 'full' : 'displaced', retryAfterSeconds())
      }
    },
    leave(request) {
      const ticket = tickets.get(request)
      if (ticket === undefined) return
      queue.remove(ticket)
      close(ticket)
      request.leave()
    },
    advance() {
      // A request that is over at once calls this again.
      if (queue.size === 0 || isAdvancing) return
      isAdvancing = true
      const most = limits.maxInFlight ?? Number.POSITIVE_INFINITY
      try {
        while (queue.size > 0 && countOpen() - queue.size < most) {
          const ticket = queue.shift()!
          close(ticket)
          ticket.request.begin()
        }
      } finally {
        isAdvancing = false
      }
    },
    configure(next) {
      limits = next
    },
  }
}

function toOverload(
  { maxInFlight, queue }: AdmissionLimits,
  reason: RefusalReason,
  retryAfterSeconds: number,
): RouteLLMError {
  return new RouteLLMError(
    'overloaded',
    `The gateway answers as many requests as it may at once (limits.maxInFlight: ${maxInFlight}), ${describe(reason, queue)}. Try again in ${retryAfterSeconds} s.`,
    { status: 429, retryAfterSeconds },
  )
}

function describe(reason: RefusalReason, queue: QueueLimits | undefined): string {
  switch (reason) {
    case 'no-queue':
      return 'and none may wait (limits.queue is not set)'
    case 'full':
      return `and as many wait as may (limits.queue.size: ${queue?.size}, maxBytes: ${queue?.maxBytes})`
    case 'displaced':
      return 'the queue is full, and the request of another key, which has fewer requests in it, took the place of this one'
    case 'timeout':
      return `and this one has waited for its turn as long as it may (limits.queue.timeoutMs: ${queue?.timeoutMs})`
  }
}
