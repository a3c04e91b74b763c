import type { RequestSummary } from '../../../../src/store/reader/answers.ts'
import { Link } from '../../../app/link.tsx'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import {
  formatCount,
  formatExactTime,
  formatMs,
  formatScore,
  formatTime,
  formatUsd,
} from '../../../ui/format.ts'
import { type Column, RowTable } from '../../../ui/table/row-table.tsx'

/** A row for each request. @param search of the page, so that a trace leads back to the same list. */
export function RequestTable({ requests, search }: { requests: readonly RequestSummary[]; search: string }) {
  return <RowTable name="requests" columns={columnsOf(search)} rows={requests} keyOf={({ id }) => id} />
}

function columnsOf(search: string): readonly Column<RequestSummary>[] {
  return [
    {
      title: 'Time',
      place: 'lead',
      className: () => 'nowrap',
      cell: ({ id, time }) => (
        <Link href={`/requests/${encodeURIComponent(id)}${search}`} row title={formatExactTime(time)}>
          {formatTime(time)}
        </Link>
      ),
    },
    {
      title: 'Status',
      place: 'lead',
      className: ({ status }) => (status >= 400 ? 'bad' : 'quiet'),
      cell: ({ status }) => status,
    },
    {
      title: 'Model',
      place: 'lead',
      cell: ({ model, fallback }) => (
        <>
          <ForeignText text={model ?? '–'} most={32} />
          {fallback !== null && <span class="tag">{escapeInvisible(fallback)}</span>}
        </>
      ),
    },
    { title: 'Kind of work', className: () => 'quiet', cell: ({ task }) => escapeInvisible(task ?? '–') },
    {
      title: 'Decided by',
      cell: ({ model, policy, router }) => (
        <ForeignText text={policy ?? router ?? (model === null ? '–' : 'the client')} most={24} />
      ),
    },
    {
      title: 'Win rate',
      isNumber: true,
      cell: ({ strongWinRate }) => formatScore(strongWinRate),
    },
    {
      title: 'Tokens in, out',
      isNumber: true,
      cell: ({ inputTokens, outputTokens }) => `${formatCount(inputTokens)}, ${formatCount(outputTokens)}`,
    },
    { title: 'Cost', isNumber: true, place: 'end', cell: ({ usd }) => formatUsd(usd) },
    { title: 'Time taken', isNumber: true, cell: ({ totalMs }) => formatMs(totalMs) },
    { title: 'Key', cell: ({ key }) => <ForeignText text={key ?? '–'} most={20} /> },
  ]
}
