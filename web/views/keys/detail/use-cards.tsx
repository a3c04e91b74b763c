import { Meter } from '../../../../src/charts/meter.tsx'
import type { ManagedKey } from '../../../../src/server/admin/actions/key-actions.ts'
import type { AccountSums, AccountUse } from '../../../../src/store/reader/answers/keys.ts'
import { formatCount, formatUsd } from '../../../ui/format.ts'
import { formatLastUse } from '../format-days.ts'

/** What a key has used of today and of the month, and what is left. */
export function UseCards({ use, limits }: { use: AccountUse | undefined; limits: ManagedKey | null }) {
  const refused = use?.refusedToday ?? 0
  const hasBudget = limits?.leftUsd !== null && limits !== null
  return (
    <div class="grid figures">
      <Period title="Today" sums={use?.today} limit={limits?.usdPerDay} />
      <Period title="This month" sums={use?.month} limit={limits?.usdPerMonth} />
      <section class="card">
        <h2>Left</h2>
        <p class={`figure ${hasBudget && limits.leftUsd === 0 ? 'bad' : ''}`}>
          {hasBudget ? formatUsd(limits.leftUsd) : 'no budget'}
        </p>
        <p class="quiet small">
          {!hasBudget
            ? 'its dollars are not limited'
            : limits.pace > 1
              ? `a dollar counts ${limits.pace.toFixed(1)} times, because the budget is spent too fast`
              : 'spent no faster than evenly, or not paced'}
        </p>
      </section>
      <section class="card">
        <h2>Refused today</h2>
        <p class={`figure ${refused > 0 ? 'bad' : ''}`}>{formatCount(refused)}</p>
        <p class="quiet small">
          requests over a limit (429); last used {formatLastUse(use?.lastUsed ?? null, Date.now())}
        </p>
      </section>
    </div>
  )
}

function Period({
  title,
  sums,
  limit,
}: {
  title: string
  sums: AccountSums | undefined
  limit: number | undefined
}) {
  const { usd, requests, tokens } = sums ?? { usd: 0, requests: 0, tokens: 0 }
  const share = limit === undefined ? null : limit === 0 ? 1 : usd / limit
  return (
    <section class="card">
      <h2>{title}</h2>
      <p class="figure">
        {formatUsd(usd)} {limit !== undefined && <span class="quiet small">of {formatUsd(limit)}</span>}
      </p>
      {share !== null && <Meter share={share} series={share >= 1 ? 4 : share >= 0.8 ? 1 : 0} />}
      <p class="quiet small">
        {formatCount(requests)} {requests === 1 ? 'request' : 'requests'}, {formatCount(tokens)} tokens
      </p>
    </section>
  )
}
