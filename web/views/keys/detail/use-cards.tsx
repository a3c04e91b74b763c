import type { ComponentChildren } from 'preact'
import { Meter } from '../../../../src/charts/meter.tsx'
import type { ManagedKey } from '../../../../src/server/admin/actions/key-actions.ts'
import type { AccountSums, AccountUse, Refusals } from '../../../../src/store/reader/answers/keys.ts'
import { formatCount, formatTime, formatUsd } from '../../../ui/format.ts'
import { countRefused, describeRefusals } from '../describe-refusals.ts'
import { formatLimitUsd } from '../form/limits.ts'
import { formatLastUse } from '../format-days.ts'

/** A key as it is now. `revokedAt`: milliseconds since 1970; null if the page has not revoked it. */
export type KeyState =
  | { readonly kind: 'served'; readonly limits: ManagedKey }
  | { readonly kind: 'former'; readonly revokedAt: number | null }

/** What a key has used of today and of the month, what is left, and what was refused. */
export function UseCards({ use, state }: { use: AccountUse | undefined; state: KeyState }) {
  const limits = state.kind === 'served' ? state.limits : null
  const refused = use?.refusedToday
  return (
    <div class="grid figures">
      <Period title="Today" sums={use?.today} limit={limits?.usdPerDay} refused={refused} />
      <Period title="This month" sums={use?.month} limit={limits?.usdPerMonth} />
      {state.kind === 'served' ? <LeftCard limits={state.limits} /> : <FormerCard {...state} />}
      <RefusedCard use={use} />
    </div>
  )
}

function LeftCard({ limits }: { limits: ManagedKey }) {
  const { leftUsd } = limits
  if (leftUsd === null)
    return (
      <Card title="Left" figure="no budget">
        Its dollars are not limited.
      </Card>
    )
  return (
    <Card title="Left" figure={formatUsd(leftUsd)} isBad={leftUsd === 0}>
      {describePace(limits)}
    </Card>
  )
}

/** What pacing does now. */
function describePace({ pacing, pace }: ManagedKey): string {
  if (!pacing) return 'Not paced: requests are routed as usual until nothing is left.'
  if (pace === 1) return 'Paced: it is spent no faster than evenly, so requests are routed as usual.'
  return `Paced: it is spent faster than evenly, so fewer requests go to strong models. A dollar counts ${pace.toFixed(pace < 10 ? 1 : 0)} times.`
}

function FormerCard({ revokedAt }: { revokedAt: number | null }) {
  return (
    <Card title="Key" figure={revokedAt === null ? 'no key any more' : 'revoked'} isBad>
      {revokedAt !== null && `Since ${formatTime(revokedAt)}. `}
      Requests with it get 401.
    </Card>
  )
}

function RefusedCard({ use }: { use: AccountUse | undefined }) {
  const refused = countRefused(use?.refusedToday)
  return (
    <Card title="Refused today" figure={formatCount(refused)} isBad={refused > 0}>
      {refused > 0
        ? describeRefusals(use!.refusedToday)
        : 'Requests over a limit (429), for what the key may not use (403), or with a revoked key (401).'}
      <br />
      Last used: {formatLastUse(use?.lastUsed ?? null, Date.now())}
    </Card>
  )
}

type CardProps = {
  readonly title: string
  readonly figure: string
  readonly isBad?: boolean
  readonly children: ComponentChildren
}

function Card({ title, figure, isBad = false, children }: CardProps) {
  return (
    <section class="card">
      <h2>{title}</h2>
      <p class={`figure ${isBad ? 'bad' : ''}`}>{figure}</p>
      <p class="quiet small">{children}</p>
    </section>
  )
}

type PeriodProps = {
  readonly title: string
  readonly sums: AccountSums | undefined
  readonly limit: number | undefined
  readonly refused?: Refusals | undefined
}

function Period({ title, sums, limit, refused }: PeriodProps) {
  const { usd, requests, tokens } = sums ?? { usd: 0, requests: 0, tokens: 0 }
  const share = limit === undefined ? null : limit === 0 ? 1 : usd / limit
  const ofThem = countRefused(refused)
  return (
    <section class="card">
      <h2>{title}</h2>
      <p class="figure">
        {formatUsd(usd)} {limit !== undefined && <span class="quiet small">of {formatLimitUsd(limit)}</span>}
      </p>
      {share !== null && <Meter share={share} series={share >= 1 ? 4 : share >= 0.8 ? 1 : 0} />}
      <p class="quiet small">
        {formatCount(requests)} {requests === 1 ? 'request' : 'requests'}
        {ofThem > 0 && `, ${formatCount(ofThem)} of them refused`}, {formatCount(tokens)} tokens
      </p>
    </section>
  )
}
