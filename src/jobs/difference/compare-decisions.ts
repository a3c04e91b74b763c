import { intervalOfDifference } from '../../base/math/statistics/influence-interval.ts'
import type { DifferenceUsd, MovedRequest, PolicyDifference, TaskDifference } from './policy-difference.ts'

/** A kept request with the win rates of both versions. */
export type ScoredRequest = Pick<MovedRequest, 'id' | 'time' | 'task' | 'prompt' | 'winRates'> & {
  /** Its session, or else its id. */
  readonly session: string
  /** What each of the two models would have cost; null if that is not known. */
  readonly usd: { readonly strong: number; readonly weak: number } | null
}

const mostMoved = 200
const confidence = 0.95

/** Compares the decisions at two thresholds. A request with a win rate at the threshold or above it goes to the strong model. */
export function compareDecisions(
  requests: readonly ScoredRequest[],
  thresholds: { readonly from: number; readonly to: number },
): Pick<PolicyDifference, 'requests' | 'sessions' | 'time' | 'table' | 'usd' | 'tasks' | 'moved'> {
  const decided = requests
    .map((request) => ({
      request,
      from: request.winRates.from >= thresholds.from,
      to: request.winRates.to >= thresholds.to,
    }))
    .toSorted(byTime)
  const count = (from: boolean, to: boolean) =>
    decided.filter((each) => each.from === from && each.to === to).length
  return {
    requests: decided.length,
    sessions: new Set(requests.map(({ session }) => session)).size,
    time: decided.length === 0 ? null : [decided.at(-1)!.request.time, decided[0]!.request.time],
    table: {
      strongStrong: count(true, true),
      strongWeak: count(true, false),
      weakStrong: count(false, true),
      weakWeak: count(false, false),
    },
    usd: sumUsd(decided),
    tasks: countTasks(decided),
    moved: decided
      .filter(({ from, to }) => from !== to)
      .slice(0, mostMoved)
      .map(toMoved),
  }
}

/** Whether the strong model answers by each of the two. */
type Decided = { readonly request: ScoredRequest; readonly from: boolean; readonly to: boolean }

/** The newest first. */
function byTime({ request: one }: Decided, { request: other }: Decided): number {
  return other.time - one.time || (one.id < other.id ? -1 : 1)
}

/** The difference is a sum over sessions: the interval is that of their mean, times their number. */
function sumUsd(decided: readonly Decided[]): DifferenceUsd {
  const bySession = new Map<string, number>()
  let [from, to, unpriced] = [0, 0, 0]
  for (const each of decided) {
    const usd = usdOf(each)
    if (usd === null) {
      unpriced++
      continue
    }
    from += usd.from
    to += usd.to
    const { session } = each.request
    bySession.set(session, (bySession.get(session) ?? 0) + usd.to - usd.from)
  }
  const sessions = [...bySession.values()]
  const difference = sessions.reduce((sum, usd) => sum + usd, 0)
  const influences = Float64Array.from(sessions, (usd) => usd - difference / sessions.length)
  return {
    from,
    to,
    difference,
    interval: intervalOfDifference(difference, Float64Array.from(sessions), influences, confidence),
    unpriced,
  }
}

function usdOf({ request: { usd }, from, to }: Decided): { from: number; to: number } | null {
  if (usd === null) return null
  return { from: from ? usd.strong : usd.weak, to: to ? usd.strong : usd.weak }
}

function countTasks(decided: readonly Decided[]): readonly TaskDifference[] {
  const tasks = new Map<string | null, { requests: number; toStrong: number; toWeak: number }>()
  for (const { request, from, to } of decided) {
    const counted = tasks.get(request.task) ?? { requests: 0, toStrong: 0, toWeak: 0 }
    counted.requests++
    if (to && !from) counted.toStrong++
    if (from && !to) counted.toWeak++
    tasks.set(request.task, counted)
  }
  return [...tasks]
    .map(([task, counted]) => ({ task, ...counted }))
    .toSorted(
      (one, other) => other.requests - one.requests || String(one.task).localeCompare(String(other.task)),
    )
}

function toMoved(decided: Decided): MovedRequest {
  const { id, time, task, prompt, winRates } = decided.request
  const usd = usdOf(decided)
  return {
    ...{ id, time, task, prompt, winRates },
    moves: decided.to ? 'to-strong' : 'to-weak',
    usd: usd && usd.to - usd.from,
  }
}
