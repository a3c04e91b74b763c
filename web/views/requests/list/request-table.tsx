import type { RequestSummary } from '../../../../src/store/reader/answers.ts'
import { Link } from '../../../app/link.tsx'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatExactTime, formatMs, formatTime, formatUsd } from '../../../ui/format.ts'
import { TableFrame } from '../../../ui/table-frame.tsx'

/** A row for each request. @param search of the page, so that a trace leads back to the same list. */
export function RequestTable({ requests, search }: { requests: readonly RequestSummary[]; search: string }) {
  return (
    <TableFrame>
      <table class="requests">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Status</th>
            <th scope="col">Model</th>
            <th scope="col">Kind of work</th>
            <th scope="col">Decided by</th>
            <th scope="col" class="number">
              Win rate
            </th>
            <th scope="col" class="number">
              Tokens in, out
            </th>
            <th scope="col" class="number">
              Cost
            </th>
            <th scope="col" class="number">
              Time taken
            </th>
            <th scope="col">Key</th>
          </tr>
        </thead>
        <tbody>
          {requests.map((request) => (
            <Row key={request.id} request={request} search={search} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

function Row({ request, search }: { request: RequestSummary; search: string }) {
  const { id, time, status, model, task, policy, router, strongWinRate, usd, totalMs, key, fallback } =
    request
  return (
    <tr>
      <td class="nowrap">
        <Link href={`/requests/${encodeURIComponent(id)}${search}`} row title={formatExactTime(time)}>
          {formatTime(time)}
        </Link>
      </td>
      <td class={status >= 400 ? 'bad' : 'quiet'}>{status}</td>
      <td>
        <ForeignText text={model ?? '–'} most={32} />
        {fallback !== null && <span class="tag">{escapeInvisible(fallback)}</span>}
      </td>
      <td class="quiet">{escapeInvisible(task ?? '–')}</td>
      <td>
        <ForeignText text={policy ?? router ?? 'its name'} most={24} />
      </td>
      <td class="number">{strongWinRate === null ? '–' : strongWinRate.toFixed(2)}</td>
      <td class="number">
        {formatCount(request.inputTokens)}, {formatCount(request.outputTokens)}
      </td>
      <td class="number">{formatUsd(usd)}</td>
      <td class="number">{formatMs(totalMs)}</td>
      <td>
        <ForeignText text={key ?? '–'} most={20} />
      </td>
    </tr>
  )
}
