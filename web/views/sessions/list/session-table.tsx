import { seriesClass } from '../../../../src/charts/series-class.ts'
import type { SessionsAnswer } from '../../../../src/server/admin/api/sessions/routes.ts'
import { Link } from '../../../app/link.tsx'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatExactTime, formatMs, formatTime, formatUsd } from '../../../ui/format.ts'
import { TableFrame } from '../../../ui/table-frame.tsx'
import { toItemPath } from '../../registry.ts'
import { findModelColours } from '../model-colours.ts'
import { ModelStrip } from './model-strip.tsx'

type Session = SessionsAnswer['sessions'][number]
const mostInLegend = 8

/** A row for each session. @param search of the page, so that a session leads back to the same list. */
export function SessionTable({ sessions, search }: { sessions: readonly Session[]; search: string }) {
  const colours = findModelColours(sessions.flatMap(({ models }) => models))
  return (
    <>
      <p class="legend">
        {[...colours].slice(0, mostInLegend).map(([name, colour]) => (
          <span key={name}>
            <span class={`swatch ${seriesClass(colour)}`} />
            <ForeignText text={name} most={24} />
          </span>
        ))}
      </p>
      <TableFrame>
        <table class="sessions">
          <thead>
            <tr>
              <th scope="col">Last request</th>
              <th scope="col">Session</th>
              <th scope="col">Models, turn by turn</th>
              <th scope="col" class="number">
                Turns
              </th>
              <th scope="col" class="number">
                Switches
              </th>
              <th scope="col" class="number">
                Cost
              </th>
              <th scope="col" class="number">
                From first to last
              </th>
              <th scope="col">Key</th>
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => (
              <Row key={session.id} session={session} search={search} colours={colours} />
            ))}
          </tbody>
        </table>
      </TableFrame>
    </>
  )
}

type RowProps = {
  readonly session: Session
  readonly search: string
  readonly colours: ReadonlyMap<string, number>
}

function Row({ session, search, colours }: RowProps) {
  const { id, firstTime, lastTime, requests, usd, unpriced, switches, key, models } = session
  return (
    <tr>
      <td class="nowrap">
        <Link href={`/sessions/${toItemPath(id)}${search}`} row title={formatExactTime(lastTime)}>
          {formatTime(lastTime)}
        </Link>
      </td>
      <td>
        <ForeignText text={id} most={24} />
      </td>
      <td>
        <ModelStrip models={models} requests={requests} colours={colours} />
      </td>
      <td class="number">{formatCount(requests)}</td>
      <td class="number">{formatCount(switches)}</td>
      <td class="number">
        {unpriced === requests ? 'unpriced' : `${formatUsd(usd)}${unpriced > 0 ? ' +' : ''}`}
      </td>
      <td class="number">{requests === 1 ? '–' : formatMs(lastTime - firstTime)}</td>
      <td>
        <ForeignText text={key ?? '–'} most={20} />
      </td>
    </tr>
  )
}
