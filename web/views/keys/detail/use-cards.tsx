import type { ComponentChildren } from 'preact'
import { Meter } from '../../../../src/charts/meter.tsx'
import type { RevokedKey } from '../../../../src/server/access/revoked-keys.ts'
import type { ManagedKey } from '../../../../src/server/admin/actions/key-actions.ts'
import type { AccountSums, AccountUse, Refusals } from '../../../../src/store/reader/answers/keys.ts'
import { formatCount, formatTime, formatUsd } from '../../../ui/format.ts'
import { describePacing } from '../describe-pacing.ts'
import { countRefused, describeRefusals } from '../describe-refusals.ts'
import { formatLimitUsd } from '../form/limits.ts'
import { formatLastUse } from '../format-days.ts'

/** A key as it is now. `revokedAt`: milliseconds since 1970; null if the page has not revoked it. `what` becomes of requests with it. */
export type KeyState =
  | { readonly kind: 'served'; readonly limits: ManagedKey }
  | { readonly kind: 'former'; readonly revokedAt: number | null; readonly what: string }

type UseCardsProps = {
  readonly use: AccountUse | undefined
  readonly state: KeyState
  /** What was refused with revoked keys of its name. */
  readonly revoked: RevokedKey | undefined
}

/** What a key has used of today and of the month, what is left, and what was refused. */
export function UseCards({ use, state, revoked }: UseCardsProps) {
  const limits = state.kind === 'served' ? state.limits : null
  const refused = use?.refusedToday
  return (
    <div class="grid figures">
      <Period title="Today" sums={use?.today} limit={limits?.usdPerDay} refused={refused} />
      <Period title="This month" sums={use?.month} limit={limits?.usdPerMonth} />
      {state.kind === 'served' ? <LeftCard limits={state.limits} /> : <FormerCard {...state} />}
      <RefusedCard use={use} revoked={revoked} />
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
      {describePacing(limits)}
    </Card>
  )
}

function FormerCard({ revokedAt, what }: Extract<KeyState, { kind: 'former' }>) {
  return (
    <Card title="Key" figure={revokedAt === null ? 'no key any more' : 'revoked'} isBad>
      {revokedAt !== null && `Since ${formatTime(revokedAt)}. `}
      {what}
    </Card>
  )
}

function RefusedCard({ use, revoked }: Pick<UseCardsProps, 'use' | 'revoked'>) {
  const refused = countRefused(use?.refusedToday)
  return (
    <Card title="Refused today" figure={formatCount(refused)} isBad={refused > 0}>
      {refused > 0
        ? describeRefusals(use!.refusedToday)
        : 'Requests for a model over a limit (429), or for what the key may not use (403).'}
      {revoked !== undefined && revoked.lastRefused !== null && (
        <>
          <br />
          {describeRevokedRefusals(revoked.refused, revoked.lastRefused)}
        </>
      )}
      <br />
      Last used: {formatLastUse(use?.lastUsed ?? null, Date.now())}
    </Card>
  )
}

/** `Refused after it was revoked (401): 12 requests, the last at 3 Dec, 10:02; counted since the server started.` */
function describeRevokedRefusals(refused: number, last: number): string {
  const requests = `${formatCount(refused)} ${refused === 1 ? 'request' : 'requests'}`
  return `Refused after it was revoked (401): ${requests}, the last at ${formatTime(last)}; counted since the server started.`
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
