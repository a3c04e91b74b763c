import { Meter } from '../../../src/charts/meter.tsx'
import type { NamedSums, Usage } from '../../../src/store/reader/answers.ts'
import { Link } from '../../app/link.tsx'
import { formatUrl, readPlace } from '../../app/location.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatShare, formatUsd } from '../../ui/format.ts'
import { TableFrame } from '../../ui/table-frame.tsx'

const mostRows = 12

/** Who asks for what: by kind of work, by policy and by key. */
export function TasksCard({ usage }: { usage: Usage }) {
  return (
    <div class="grid names">
      <NamedTable title="Kind of work" parameter="task" without="not read" rows={usage.tasks} />
      <NamedTable title="Policy" parameter="policy" without="router or model by name" rows={usage.policies} />
      <NamedTable title="Key" parameter="key" without="without a key" rows={usage.keys} />
    </div>
  )
}

type NamedTableProps = {
  readonly title: string
  /** Of the query of the requests. */
  readonly parameter: string
  /** For the empty name. */
  readonly without: string
  readonly rows: readonly NamedSums[]
}

function NamedTable({ title, parameter, without, rows }: NamedTableProps) {
  const total = rows.reduce((sum, { requests }) => sum + requests, 0)
  return (
    <section class="card">
      <h2>{title}</h2>
      <TableFrame kind="bare">
        <table>
          <thead>
            <tr>
              <th scope="col">{title}</th>
              <th scope="col" class="number">
                Requests
              </th>
              <th scope="col" class="number">
                Cost
              </th>
              <th scope="col" class="number">
                Errors
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, mostRows).map(({ name, requests, usd, errors, unpriced }) => (
              <tr key={name}>
                <td>
                  <Link href={requestsOf(parameter, name)}>
                    <ForeignText text={name === '' ? without : name} most={32} />
                  </Link>
                  <Meter share={requests / total} />
                </td>
                <td class="number">{formatCount(requests)}</td>
                <td class="number">{unpriced === requests ? 'unpriced' : formatUsd(usd)}</td>
                <td class="number">{formatShare(errors / requests)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
      {rows.length > mostRows && <p class="quiet small">and {rows.length - mostRows} more</p>}
    </section>
  )
}

/** The requests of a name in the time that is shown. */
function requestsOf(parameter: string, name: string): string {
  const { query } = readPlace()
  query.set(parameter, name === '' ? '-' : name)
  return formatUrl('/requests', query)
}
