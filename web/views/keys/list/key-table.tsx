import { Meter } from '../../../../src/charts/meter.tsx'
import { formatPaceFactor } from '../../../../src/gateway/decide/explanation/describe-pace.ts'
import type { ManagedKey } from '../../../../src/server/admin/actions/key-actions.ts'
import type { KeysAnswer, KeyUsageAnswer } from '../../../../src/server/admin/api/keys/routes.ts'
import type { AccountSums, AccountUse } from '../../../../src/store/reader/answers/keys.ts'
import { Link } from '../../../app/link.tsx'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatTime, formatUsd, formatUsdInterval } from '../../../ui/format.ts'
import { type Column, RowTable } from '../../../ui/table/row-table.tsx'
import { countRefused, describeRefusals } from '../describe-refusals.ts'
import { formatLimitUsd } from '../form/limits.ts'
import { formatLastUse } from '../format-days.ts'

type KeyTableProps = { readonly list: KeysAnswer; readonly usage: KeyUsageAnswer | null }

/** A row for all requests, for each key, and for each name that has been used and is no key any more. */
export function KeyTable({ list, usage }: KeyTableProps) {
  const uses = new Map(usage?.keys.map((use) => [use.name, use]))
  const names = new Set(list.keys.map(({ name }) => name))
  const former = (usage?.keys ?? []).filter(({ name, month }) => !names.has(name) && month.requests > 0)
  const rows: readonly Row[] = [
    ...list.keys.map((key) => ({
      kind: 'key' as const,
      name: key.name,
      key,
      use: uses.get(key.name),
      limits: key,
    })),
    ...former.map((use) => ({
      kind: 'former' as const,
      name: use.name,
      use,
      limits: null,
      revokedAt: use.revokedAt,
    })),
  ]
  const all =
    usage === null
      ? null
      : { kind: 'all' as const, name: '', use: usage.all, limits: toLimits(list.gatewayUsdPerDay) }
  return (
    <RowTable
      name="keys"
      columns={columns}
      rows={rows}
      foot={all}
      keyOf={({ name }) => name}
      attributesOf={({ kind }) => ({ class: kind === 'former' ? 'quiet' : '' })}
    />
  )
}

type Row = {
  readonly name: string
  readonly use: AccountUse | undefined
  readonly limits: Limits | null
} & (
  | { readonly kind: 'key'; readonly key: ManagedKey }
  | { readonly kind: 'former'; readonly revokedAt: number | null }
  | { readonly kind: 'all' }
)

const columns: readonly Column<Row>[] = [
  { title: 'Key', place: 'lead', cell: (row) => <Name row={row} /> },
  {
    title: 'Today',
    isNumber: true,
    cell: ({ use, limits }) => <Spent sums={use?.today} limit={limits?.usdPerDay} />,
  },
  {
    title: 'This month',
    isNumber: true,
    cell: ({ use, limits }) => <Spent sums={use?.month} limit={limits?.usdPerMonth} />,
  },
  {
    title: 'Left',
    isNumber: true,
    className: ({ limits }) => (limits?.leftUsd === 0 ? 'bad' : ''),
    cell: ({ use, limits }) => (
      <>
        {formatUsd(limits?.leftUsd ?? null)}
        {limits !== null && limits.leftUsd !== null && (
          <span class="quiet"> {findLeftPeriod(limits, use)}</span>
        )}
      </>
    ),
  },
  { title: 'Requests', isNumber: true, cell: ({ use }) => formatCount(use?.month.requests ?? 0) },
  { title: 'Tokens', isNumber: true, cell: ({ use }) => formatCount(use?.month.tokens ?? 0) },
  {
    title: 'Refused today',
    isNumber: true,
    className: ({ use }) => (countRefused(use?.refusedToday) > 0 ? 'bad' : 'quiet'),
    cell: ({ use }) => <Refused use={use} />,
  },
  {
    title: 'Last used',
    isNumber: true,
    cell: ({ use }) => formatLastUse(use?.lastUsed ?? null, Date.now()),
  },
  {
    title: 'Next 30 days',
    isNumber: true,
    cell: ({ use }) =>
      use?.next ? (
        formatUsdInterval(use.next.usd, [use.next.low, use.next.high])
      ) : (
        <span class="quiet">–</span>
      ),
  },
]

function Name({ row }: { row: Row }) {
  if (row.kind === 'all') return <strong>All requests</strong>
  return (
    <>
      <Link href={`/keys/${encodeURIComponent(row.name)}`} row>
        <ForeignText text={row.name} most={24} />
      </Link>
      {row.kind === 'former' && (
        <span class="tag">
          {row.revokedAt === null ? 'no key any more' : `revoked ${formatTime(row.revokedAt)}`}
        </span>
      )}
      {row.kind === 'key' && row.key.isOfConfiguration && <span class="tag">routellm.yaml</span>}
      {row.kind === 'key' && row.key.pace > 1 && (
        <span
          class="tag"
          title="The budget is spent faster than evenly, so fewer requests go to strong models"
        >
          pace {formatPaceFactor(row.key.pace)}
        </span>
      )}
    </>
  )
}

function Refused({ use }: { use: AccountUse | undefined }) {
  const refused = countRefused(use?.refusedToday)
  if (refused === 0) return <>0</>
  return <span title={describeRefusals(use!.refusedToday)}>{formatCount(refused)}</span>
}

type Limits = Pick<ManagedKey, 'usdPerDay' | 'usdPerMonth' | 'leftUsd'>

function toLimits(usdPerDay: number | null): Limits {
  return { leftUsd: null, ...(usdPerDay !== null && { usdPerDay }) }
}

/** Which budget has the least left: that is what `leftUsd` is of. */
function findLeftPeriod(
  { usdPerDay, usdPerMonth }: Limits,
  use: AccountUse | undefined,
): 'today' | 'this month' {
  if (usdPerDay === undefined) return 'this month'
  if (usdPerMonth === undefined) return 'today'
  const day = usdPerDay - (use?.today.usd ?? 0)
  return day <= usdPerMonth - (use?.month.usd ?? 0) ? 'today' : 'this month'
}

function Spent({ sums, limit }: { sums: AccountSums | undefined; limit: number | undefined }) {
  const usd = sums?.usd ?? 0
  if (limit === undefined) return <>{formatUsd(usd)}</>
  const share = limit === 0 ? 1 : usd / limit
  return (
    <span class="spent">
      {formatUsd(usd)} <span class="quiet">of {formatLimitUsd(limit)}</span>
      <Meter share={share} series={share >= 1 ? 4 : share >= 0.8 ? 1 : 0} />
    </span>
  )
}
