import type { RequestTrace } from '../../../../src/store/reader/answers.ts'
import { Link } from '../../../app/link.tsx'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatTime, formatUsd } from '../../../ui/format.ts'
import { TableFrame } from '../../../ui/table/table-frame.tsx'
import { toItemPath } from '../../registry.ts'

/** The turns of the conversation around the request. */
export function SessionCard({ request, search }: { request: RequestTrace; search: string }) {
  const { session, turns, id: openId } = request
  if (session === null) return null
  return (
    <section class="card">
      <h2>
        <span>Session</span>
        <Link href={`/sessions/${toItemPath(session)}`}>
          <ForeignText text={session} most={24} />
        </Link>
      </h2>
      <TableFrame kind="bare short">
        <table>
          <thead>
            <tr>
              <th scope="col">Turn</th>
              <th scope="col">Model</th>
              <th scope="col" class="number">
                Cost
              </th>
            </tr>
          </thead>
          <tbody>
            {turns.map(({ id, time, model, usd, status }) => (
              <tr key={id} {...(id === openId && { 'aria-current': 'true' as const })}>
                <td class="nowrap">
                  <Link href={`/requests/${encodeURIComponent(id)}${search}`}>{formatTime(time)}</Link>
                </td>
                <td class={status >= 400 ? 'bad' : ''}>
                  <ForeignText text={model ?? `status ${status}`} most={28} />
                </td>
                <td class="number">{formatUsd(usd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </section>
  )
}
