import { Meter } from '../../../../src/charts/meter.tsx'
import type { ManagedKey } from '../../../../src/server/admin/actions/key-actions.ts'
import type { KeysAnswer, KeyUsageAnswer } from '../../../../src/server/admin/api/keys/routes.ts'
import type { AccountSums, AccountUse } from '../../../../src/store/reader/answers/keys.ts'
import { Link } from '../../../app/link.tsx'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatUsd, formatUsdInterval } from '../../../ui/format.ts'
import { TableFrame } from '../../../ui/table-frame.tsx'
import { countRefused, describeRefusals } from '../describe-refusals.ts'
import { formatLastUse } from '../format-days.ts'

type KeyTableProps = { readonly list: KeysAnswer; readonly usage: KeyUsageAnswer | null }

/** A row for all requests, for each key, and for each name that has been used and is no key any more. */
export function KeyTable({ list, usage }: KeyTableProps) {
  const uses = new Map(usage?.keys.map((use) => [use.name, use]))
  const names = new Set(list.keys.map(({ name }) => name))
  const former = (usage?.keys ?? []).filter(({ name, month }) => !names.has(name) && month.requests > 0)
  return (
    <TableFrame>
      <table class="keys">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col" class="number">
              Today
            </th>
            <th scope="col" class="number">
              This month
            </th>
            <th scope="col" class="number">
              Left
            </th>
            <th scope="col" class="number">
              Requests
            </th>
            <th scope="col" class="number">
              Tokens
            </th>
            <th scope="col" class="number">
              Refused today
            </th>
            <th scope="col" class="number">
              Last used
            </th>
            <th scope="col" class="number">
              Next 30 days
            </th>
          </tr>
        </thead>
        <tbody>
          {list.keys.map((key) => (
            <tr key={key.name}>
              <td>
                <Link href={`/keys/${encodeURIComponent(key.name)}`} row>
                  <ForeignText text={key.name} most={24} />
                </Link>
                {key.isOfConfiguration && <span class="tag">routellm.yaml</span>}
                {key.pace > 1 && (
                  <span
                    class="tag"
                    title="The budget is spent faster than evenly, so fewer requests go to strong models"
                  >
                    pace {formatPace(key.pace)}
                  </span>
                )}
              </td>
              <Figures use={uses.get(key.name)} limits={key} />
            </tr>
          ))}
          {former.map((use) => (
            <tr key={use.name} class="quiet">
              <td>
                <Link href={`/keys/${encodeURIComponent(use.name)}`} row>
                  <ForeignText text={use.name} most={24} />
                </Link>
                <span class="tag">no key any more</span>
              </td>
              <Figures use={use} limits={null} />
            </tr>
          ))}
        </tbody>
        {usage !== null && (
          <tfoot>
            <tr>
              <th scope="row">All requests</th>
              <Figures use={usage.all} limits={toLimits(list.gatewayUsdPerDay)} />
            </tr>
          </tfoot>
        )}
      </table>
    </TableFrame>
  )
}

type Limits = Pick<ManagedKey, 'usdPerDay' | 'usdPerMonth' | 'leftUsd'>

function toLimits(usdPerDay: number | null): Limits {
  return { leftUsd: null, ...(usdPerDay !== null && { usdPerDay }) }
}

function Figures({ use, limits }: { use: AccountUse | undefined; limits: Limits | null }) {
  const refused = countRefused(use?.refusedToday)
  return (
    <>
      <Spent sums={use?.today} limit={limits?.usdPerDay} />
      <Spent sums={use?.month} limit={limits?.usdPerMonth} />
      <td class={`number ${limits?.leftUsd === 0 ? 'bad' : ''}`}>
        {formatUsd(limits?.leftUsd ?? null)}
        {limits !== null && limits.leftUsd !== null && (
          <span class="quiet"> {findLeftPeriod(limits, use)}</span>
        )}
      </td>
      <td class="number">{formatCount(use?.month.requests ?? 0)}</td>
      <td class="number">{formatCount(use?.month.tokens ?? 0)}</td>
      <td
        class={`number ${refused > 0 ? 'bad' : 'quiet'}`}
        {...(refused > 0 && { title: describeRefusals(use!.refusedToday) })}
      >
        {formatCount(refused)}
      </td>
      <td class="number">{formatLastUse(use?.lastUsed ?? null, Date.now())}</td>
      <td class="number">
        {use?.next ? (
          formatUsdInterval(use.next.usd, [use.next.low, use.next.high])
        ) : (
          <span class="quiet">–</span>
        )}
      </td>
    </>
  )
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
  if (limit === undefined) return <td class="number">{formatUsd(usd)}</td>
  const share = limit === 0 ? 1 : usd / limit
  return (
    <td class="number">
      {formatUsd(usd)} <span class="quiet">of {formatUsd(limit)}</span>
      <Meter share={share} series={share >= 1 ? 4 : share >= 0.8 ? 1 : 0} />
    </td>
  )
}

/** `× 1.5` */
function formatPace(pace: number): string {
  return `× ${pace < 10 ? pace.toFixed(1) : Math.round(pace)}`
}
