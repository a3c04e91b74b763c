import type { SessionsAnswer } from '../../../../src/server/admin/api/sessions/routes.ts'
import { Link } from '../../../app/link.tsx'
import { findNames, type ModelColours, useModelColours } from '../../../charts/model-colours.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatExactTime, formatMs, formatTime, formatUsd } from '../../../ui/format.ts'
import { type Column, RowTable } from '../../../ui/table/row-table.tsx'
import { toItemPath } from '../../registry.ts'
import { ModelStrip } from './model-strip.tsx'

type Session = SessionsAnswer['sessions'][number]
const mostInLegend = 8

/** A row for each session. @param search of the page, so that a session leads back to the same list. */
export function SessionTable({ sessions, search }: { sessions: readonly Session[]; search: string }) {
  const names = findNames(sessions.flatMap(({ models }) => models))
  const colourOf = useModelColours(names)
  return (
    <>
      <p class="legend">
        {names.slice(0, mostInLegend).map((name) => (
          <span key={name}>
            <span class={`swatch ${colourOf(name)}`} />
            <ForeignText text={name} most={24} />
          </span>
        ))}
      </p>
      <RowTable
        name="sessions"
        columns={columnsOf(search, colourOf)}
        rows={sessions}
        keyOf={({ id }) => id}
      />
    </>
  )
}

function columnsOf(search: string, colourOf: ModelColours): readonly Column<Session>[] {
  return [
    {
      title: 'Last request',
      place: 'lead',
      className: () => 'nowrap',
      cell: ({ id, lastTime }) => (
        <Link href={`/sessions/${toItemPath(id)}${search}`} row title={formatExactTime(lastTime)}>
          {formatTime(lastTime)}
        </Link>
      ),
    },
    { title: 'Session', place: 'lead', cell: ({ id }) => <ForeignText text={id} most={24} /> },
    {
      title: 'Models, turn by turn',
      place: 'whole',
      cell: ({ models, requests }) => <ModelStrip models={models} requests={requests} colourOf={colourOf} />,
    },
    { title: 'Turns', isNumber: true, cell: ({ requests }) => formatCount(requests) },
    { title: 'Switches', isNumber: true, cell: ({ switches }) => formatCount(switches) },
    {
      title: 'Cost',
      isNumber: true,
      place: 'end',
      cell: ({ usd, unpriced, requests }) =>
        unpriced === requests ? 'unpriced' : `${formatUsd(usd)}${unpriced > 0 ? ' +' : ''}`,
    },
    {
      title: 'From first to last',
      isNumber: true,
      cell: ({ requests, firstTime, lastTime }) => (requests === 1 ? '–' : formatMs(lastTime - firstTime)),
    },
    { title: 'Key', cell: ({ key }) => <ForeignText text={key ?? '–'} most={20} /> },
  ]
}
