import { Agent } from 'node:http'
import { setTimeout as after } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRandom } from '../../../src/base/math/random.ts'
import { checkRecord, type Finished } from './check-record.ts'
import { startFaultyModel } from './faulty-model.ts'
import { isOverload, judge, type Verdict } from './judge.ts'
import { drawPlan, type Plan } from './plan.ts'
import { type Sent, sendPlanned } from './soak-client.ts'
import { type LeftUsd, type Settled, startSoakGateway } from './soak-gateway.ts'

export type SoakReport = {
  /** How many replies were what to their clients. */
  readonly verdicts: Readonly<Record<Verdict['kind'], number>>
  /** What must not happen, the first 20 of it. */
  readonly problems: readonly string[]
  readonly problemCount: number
  /** `chat to messages, stream`: client, model that answered whole, form. */
  readonly pairs: ReadonlySet<string>
  /** Requests that fell back to another model, and those asked again. */
  readonly fallbacks: number
  /** Of everything else that the mix is to have, how often it happened. */
  readonly happened: Readonly<Record<Happening, number>>
  readonly records: number
  readonly inFlight: number
  readonly openReservations: number
  readonly budgets: readonly LeftUsd[]
  /** After each fifth and a collection. */
  readonly memory: readonly { readonly heapMegabytes: number; readonly residentMegabytes: number }[]
}

export type Happening = 'turn' | 'cascade' | 'escalation' | 'hedge' | 'pooled' | 'queued' | 'overload'

export type SoakOptions = {
  readonly requests: number
  /** At once. */
  readonly clients: number
  readonly seed: number
  /** After which the gateway gives up models that fall silent. Absent: none does. */
  readonly silenceMs?: number
}

/** Requests whose clients left before they knew the id, what was recorded of them, and the calls that came for them. */
type Nameless = {
  readonly requests: number
  readonly records: number
  readonly calls: number
  readonly recordedCalls: number
  /** Of clients that did not wait until the upstream had their request. */
  readonly sentOnly: number
  /** Calls that may have been ended before the upstream knew of them, or that found no endpoint. */
  readonly mostLost: number
}

/**
 * Sends seeded requests of all three protocols through a gateway to models that fail in every planned way, each client one after
 * the other, and compares what clients saw, what upstreams saw, what the records say and what the ledger was charged with.
 */
export async function runSoak({ requests, clients, seed, silenceMs }: SoakOptions): Promise<SoakReport> {
  const random = createRandom(seed)
  const maxInFlight = Math.floor(clients * 0.75)
  const plans = new Map<number, Plan>()
  const sent = new Map<number, Sent>()
  const finished = new Map<string, Finished>()
  const settled = new Map<string, Settled>()
  const verdicts = { whole: 0, error: 0, broken: 0, left: 0, dishonest: 0 }
  const pairs = new Set<string>()
  const problems: string[] = []
  let problemCount = 0
  let records = 0
  let fallbacks = 0
  const nameless = { requests: 0, records: 0, calls: 0, recordedCalls: 0, sentOnly: 0, mostLost: 0 }
  const happened = { turn: 0, cascade: 0, escalation: 0, hedge: 0, pooled: 0, queued: 0, overload: 0 }

  const report = (problem: string) => {
    problemCount++
    if (problems.length < 20) problems.push(problem)
  }
  const model = await startFaultyModel(
    (number) => plans.get(number)!,
    (number) => sent.get(number)?.onArrival() ?? true,
  )
  const gateway = await startSoakGateway(
    model.baseUrl,
    silenceMs ?? 120_000,
    () => random.next() * 0.05,
    { maxInFlight, queue: { size: clients - maxInFlight - 2, timeoutMs: 5000, maxBytes: 1_000_000 } },
    (each) => {
      records++
      count(each)
      if (each.record.fallback !== null) fallbacks++
      const { id } = each.record
      if (settled.has(id)) report(`two records of ${id}`)
      settled.set(id, each)
      compare(id)
    },
  )
  function count({ record }: Settled): void {
    const { call, otherCalls } = record
    if (record.ms.queued !== null) happened.queued++
    if (record.policy === 'pooled') happened.pooled++
    const isCascade = record.policy?.startsWith('cascade') === true
    if (isCascade) happened.cascade++
    if (isCascade && otherCalls.length > 0) happened.escalation++
    if (!isCascade && record.fallback === null && otherCalls.some(({ model: name }) => name === call?.model))
      happened.hedge++
  }

  const agent = new Agent({ keepAlive: true, maxSockets: clients })

  /** Once a request's record and its client's view are both there. */
  function compare(id: string): void {
    const mine = finished.get(id)
    const gateways = settled.get(id)
    if (mine === undefined || gateways === undefined) return
    finished.delete(id)
    settled.delete(id)
    for (const problem of checkRecord(mine, gateways, model.callsOf(mine.plan.number)))
      report(`${problem}: ${describe(mine)}`)
    const { call } = gateways.record
    if (mine.verdict.kind === 'whole')
      pairs.add(
        `${mine.plan.client} to ${call?.model.split('-')[1]?.replace('pool', 'chat')}${mine.plan.stream ? ', stream' : ''}`,
      )
    forget(mine.plan.number)
  }

  function forget(number: number): void {
    plans.delete(number)
    sent.delete(number)
    model.forget(number)
  }

  async function ask(number: number): Promise<void> {
    const plan = drawPlan(number, createRandom(seed * 1_000_003 + number), silenceMs !== undefined)
    plans.set(number, plan)
    const request = sendPlanned(gateway.url, agent, plan)
    sent.set(number, request)
    const seen = await request.seen
    let verdict: Verdict
    try {
      verdict = judge(plan, seen)
    } catch (error) {
      verdict = { kind: 'dishonest', why: String(error) }
    }
    verdicts[verdict.kind]++
    if (plan.isTurn) happened.turn++
    const mine = { plan, seen, verdict }
    if (verdict.kind === 'dishonest') report(`${verdict.why}: ${describe(mine)}`)
    if (seen.id === null) {
      nameless.requests++
      if (plan.departure === 'sent') nameless.sentOnly++
      nameless.mostLost += plan.policy === 'pooled' ? 4 : plan.stream && plan.policy === 'pair' ? 1 : 0
    } else {
      finished.set(seen.id, mine)
      compare(seen.id)
    }
    if (!isOverload(seen)) return
    happened.overload++
    await after(250) // as a client that is told to come again later
  }

  /** Nobody is asking: waits for what clients have left behind, and counts it. */
  async function settle(): Promise<number> {
    const deadline = Date.now() + 10_000
    let inFlight = await gateway.inFlight()
    while (inFlight > 0 && Date.now() < deadline) {
      await after(20)
      inFlight = await gateway.inFlight()
    }
    for (const mine of finished.values()) report(`no record: ${describe(mine)}`)
    for (const { record } of settled.values()) {
      nameless.records++
      nameless.recordedCalls += record.attempts
    }
    for (const number of plans.keys()) {
      nameless.calls += model.callsOf(number)
      forget(number)
    }
    finished.clear()
    settled.clear()
    return inFlight
  }

  let next = 0
  const loop = async (until: number): Promise<void> => {
    while (next < until) await ask(next++)
  }
  const memory: SoakReport['memory'][number][] = []
  let inFlight = 0
  for (let fifth = 1; fifth <= 5; fifth++) {
    const until = Math.floor((requests * fifth) / 5)
    await Promise.all(Array.from({ length: clients }, () => loop(until)))
    inFlight = await settle()
    memory.push(measureMemory())
  }
  checkNameless(nameless, report)
  for (const fault of gateway.faults) report(`the server logged an error: ${fault}`)
  if (gateway.doubleSettlements > 0) report(`${gateway.doubleSettlements} reservations settled twice`)
  const budgets = gateway.leftUsd()
  agent.destroy()
  const { openReservations } = gateway
  await gateway.close()
  await model.close()
  return {
    ...{
      verdicts,
      problems,
      problemCount,
      pairs,
      fallbacks,
      happened,
      records,
      inFlight,
      openReservations,
      budgets,
    },
    memory,
  }
}

/** Of clients that left without an id only the sums can be compared. */
function checkNameless(nameless: Nameless, report: (problem: string) => void): void {
  const { requests, records, calls, recordedCalls, sentOnly, mostLost } = nameless
  if (records !== requests) report(`${records} records of ${requests} requests whose clients left at once`)
  // A client that leaves right after it has sent may end a call before the upstream knows of it.
  if (recordedCalls < calls || recordedCalls > calls + 2 * sentOnly + mostLost)
    report(`${recordedCalls} recorded calls of ${calls} for clients that left at once`)
}

function describe({ plan, seen }: Finished): string {
  return JSON.stringify({ ...plan, seen: { ...seen, body: seen.body.slice(-300) } })
}

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

function measureMemory(): SoakReport['memory'][number] {
  collect()
  const { heapUsed, rss } = process.memoryUsage()
  return { heapMegabytes: Math.round(heapUsed / 1e6), residentMegabytes: Math.round(rss / 1e6) }
}
