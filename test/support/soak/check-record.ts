import { isOverload, type Verdict } from './judge.ts'
import type { Plan } from './plan.ts'
import type { Seen } from './soak-client.ts'
import { protocolNames, type Settled } from './soak-gateway.ts'

/** A request that is over for its client. */
export type Finished = { readonly plan: Plan; readonly seen: Seen; readonly verdict: Verdict }

/**
 * Where a record says something else than the client and the upstream saw, or the ledger was charged with.
 *
 * @param calls that came to the upstream.
 */
export function checkRecord({ plan, seen, verdict }: Finished, settled: Settled, calls: number): string[] {
  const { record, usage } = settled
  const problems: string[] = []
  const expect = (what: string, found: unknown, expected: unknown) => {
    if (!Object.is(found, expected)) problems.push(`${what} ${found} instead of ${expected}`)
  }
  expect('protocol', record.protocol, protocolNames[plan.client])
  // The body of a request that is refused for the load is not parsed; a client that leaves does not read why.
  const isUnread = record.attempts === 0 && (record.status === 429 || record.status === 499)
  if (!isUnread) expect('stream', record.stream, plan.stream)
  expect('key', record.key, plan.key === 'none' ? null : plan.key)
  // A second call of a stream may be ended before the upstream knows of it; a pool may have no endpoint for a call.
  const mostLost = plan.policy === 'pooled' ? 4 : plan.stream && plan.policy === 'pair' ? 1 : 0
  const lost = record.attempts - calls
  if (lost < 0 || lost > mostLost) expect('attempts', record.attempts, calls)
  if (isOverload(seen)) expect('attempts of a request that was refused', record.attempts, 0)
  expect('calls', (record.call === null ? 0 : 1) + record.otherCalls.length, record.attempts)
  if (verdict.kind === 'whole' || verdict.kind === 'error') expect('status', record.status, seen.status)
  if (verdict.kind === 'broken') expect('status', record.status, 502)
  // The upstream may have broken off while the client was leaving.
  if (verdict.kind === 'left' && record.status !== 499 && record.status !== 502)
    expect('status', record.status, seen.status)
  if (verdict.kind === 'whole') {
    const { input, cachedInput, output } = record.tokens ?? {}
    expect('tokens', [input, cachedInput, output].join(), '100,60,30')
    if (record.attempts === 1 && record.usd === null) problems.push('no dollars of a whole reply')
  }
  if (record.attempts > 0 && usage === null) problems.push('calls that reserved nothing')
  if (usage !== null && (usage.usd === null || !(usage.usd >= 0)))
    problems.push(`settled ${usage.usd} dollars`)
  if (record.usd !== null && usage !== null && Math.abs(record.usd - (usage.usd ?? Number.NaN)) > 1e-12)
    problems.push(`settled ${usage.usd} dollars instead of ${record.usd}`)
  return problems
}
