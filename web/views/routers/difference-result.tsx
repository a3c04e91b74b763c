import { useState } from 'preact/hooks'
import { formatSetting } from '../../../src/base/text/format/format-setting.ts'
import type {
  ComparedVersion,
  MovedRequest,
  PolicyDifference,
} from '../../../src/jobs/difference/policy-difference.ts'
import { Link } from '../../app/link.tsx'
import { ForeignText } from '../../ui/foreign-text.tsx'
import {
  formatCount,
  formatExactTime,
  formatScore,
  formatShare,
  formatTime,
  formatUsd,
  formatUsdInterval,
} from '../../ui/format.ts'
import { type Column, RowTable } from '../../ui/table/row-table.tsx'
import { TableFrame } from '../../ui/table/table-frame.tsx'
import { hasZero, toneOf } from '../../ui/tone.ts'

/** Who stays, who moves, what that costs, and the requests that move. */
export function DifferenceResult({ difference }: { difference: PolicyDifference }) {
  const { requests, sessions, time, notScored, table, from, to } = difference
  if (requests === 0) return <NoRequests notScored={notScored} />
  const moved = table.strongWeak + table.weakStrong
  return (
    <div class="stack result">
      <p class="small quiet">
        From <Version version={from} other={to} /> to <Version version={to} other={from} />, on{' '}
        {formatCount(requests)} requests in {formatCount(sessions)} sessions
        {time !== null && ` from ${formatTime(time[0])} to ${formatTime(time[1])}`}
        {notScored > 0 && `; ${formatCount(notScored)} more cannot be scored by both`}.
      </p>
      <div class="grid">
        <div class="stack">
          <p>
            <span class="figure">{formatShare(moved / requests)}</span> change their model:{' '}
            {formatCount(moved)} of {formatCount(requests)}
          </p>
          <Sides difference={difference} />
        </div>
        <Dollars difference={difference} />
      </div>
      <Tasks difference={difference} />
      {difference.moved.length > 0 && <Moved difference={difference} count={moved} />}
    </div>
  )
}

function NoRequests({ notScored }: { notScored: number }) {
  return (
    <p class="quiet">
      {notScored === 0
        ? 'No kept request was decided by a router of this policy. Send some to it, and compare again.'
        : `${formatCount(notScored)} requests, and none of them can be scored by both routers: neither their texts nor vectors are kept. The setting store: { text: full } or redacted keeps the texts of later ones.`}
    </p>
  )
}

function Version({
  version: { version, router, threshold },
  other,
}: {
  version: ComparedVersion
  other: ComparedVersion
}) {
  const name = version.replace(/@[^@]*$/, '')
  return (
    <>
      <ForeignText text={router} most={40} />
      {name !== router && (
        <>
          {' '}
          (<ForeignText text={name} most={40} />)
        </>
      )}{' '}
      at {formatSetting(threshold, [other.threshold])}
    </>
  )
}

/** How many requests each model has, before and after. */
function Sides({ difference: { table, strong, weak } }: { difference: PolicyDifference }) {
  const rows = [
    [strong, table.strongStrong, table.strongWeak],
    [weak, table.weakStrong, table.weakWeak],
  ] as const
  return (
    <TableFrame kind="bare">
      <table class="sides">
        <thead>
          <tr>
            <th scope="col">Before, after</th>
            {[strong, weak].map((name) => (
              <th key={name} scope="col" class="number">
                <ForeignText text={name} most={24} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, toStrong, toWeak]) => (
            <tr key={name}>
              <th scope="row">
                <ForeignText text={name} most={24} />
              </th>
              <td class={`number ${name === strong ? 'quiet' : 'moves'}`}>{formatCount(toStrong)}</td>
              <td class={`number ${name === weak ? 'quiet' : 'moves'}`}>{formatCount(toWeak)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

function Dollars({ difference: { usd, requests } }: { difference: PolicyDifference }) {
  if (usd.unpriced === requests)
    return (
      <p class="quiet">What they cost is not known: the models have no prices, or the replies no tokens.</p>
    )
  return (
    <div class="stack">
      <p>
        <span class={`figure ${toneOf(-usd.difference, usd.interval)}`}>
          {usd.difference > 0 && '+'}
          {formatUsdInterval(usd.difference, usd.interval && [usd.interval[0], usd.interval[1]])}
        </span>
      </p>
      <p>
        {formatUsd(usd.from)} before, {formatUsd(usd.to)} after
      </p>
      <p class="quiet small">
        {usd.interval === null
          ? 'Too few sessions differ for an interval.'
          : `95 % interval, computed over sessions: the requests of a session are alike.${hasZero(usd.interval) ? ' It has 0 in it, so these requests do not show whether it costs more or less.' : ''}`}{' '}
        A reply of the other model is taken to be as long as the one that was given.
        {usd.unpriced > 0 && ` ${formatCount(usd.unpriced)} requests have no known cost.`}
      </p>
    </div>
  )
}

function Tasks({ difference: { tasks, strong, weak } }: { difference: PolicyDifference }) {
  return (
    <TableFrame kind="bare">
      <table>
        <thead>
          <tr>
            <th scope="col">Kind of work</th>
            <th scope="col" class="number">
              Requests
            </th>
            {[strong, weak].map((name) => (
              <th key={name} scope="col" class="number">
                To <ForeignText text={name} most={24} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tasks.map(({ task, requests, toStrong, toWeak }) => (
            <tr key={task}>
              <td>
                <ForeignText text={task ?? 'not known'} most={40} />
              </td>
              <td class="number">{formatCount(requests)}</td>
              <td class="number">{formatCount(toStrong)}</td>
              <td class="number">{formatCount(toWeak)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

/** Requests that are listed at first, so that what is below the card is in reach. */
const firstMoved = 10

function Moved({ difference, count }: { difference: PolicyDifference; count: number }) {
  const { moved } = difference
  const [areAll, setAll] = useState(false)
  return (
    <>
      <h3 class="small quiet">
        {moved.length === count
          ? 'The requests that change their model'
          : `The newest ${formatCount(moved.length)} of ${formatCount(count)} requests that change their model`}
      </h3>
      <RowTable
        name="moved"
        columns={columnsOf(difference)}
        rows={areAll ? moved : moved.slice(0, firstMoved)}
        keyOf={({ id }) => id}
      />
      {!areAll && moved.length > firstMoved && (
        <button type="button" class="more" onClick={() => setAll(true)}>
          Show {formatCount(moved.length - firstMoved)} more
        </button>
      )}
    </>
  )
}

function columnsOf({ strong, weak }: PolicyDifference): readonly Column<MovedRequest>[] {
  return [
    {
      title: 'Time',
      place: 'lead',
      className: () => 'nowrap',
      cell: ({ id, time }) => (
        <Link href={`/requests/${encodeURIComponent(id)}`} row title={formatExactTime(time)}>
          {formatTime(time)}
        </Link>
      ),
    },
    {
      title: 'To',
      cell: ({ moves }) => <ForeignText text={moves === 'to-strong' ? strong : weak} most={24} />,
    },
    { title: 'Win rate, before', isNumber: true, cell: ({ winRates }) => formatScore(winRates.from) },
    { title: 'after', isNumber: true, cell: ({ winRates }) => formatScore(winRates.to) },
    {
      title: 'Dollars',
      isNumber: true,
      place: 'end',
      cell: ({ usd }) => (usd === null ? '–' : `${usd > 0 ? '+' : ''}${formatUsd(usd)}`),
    },
    {
      title: 'Kind of work',
      className: () => 'quiet',
      cell: ({ task }) => <ForeignText text={task ?? '–'} most={40} />,
    },
    {
      title: 'Prompt',
      place: 'whole',
      cell: ({ prompt }) =>
        prompt === null ? <span class="quiet">not kept</span> : <ForeignText text={prompt} most={80} />,
    },
  ]
}
