import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Meter } from '../../../src/charts/meter.tsx'
import type { NamedSums } from '../../../src/store/reader/answers.ts'
import { Link } from '../../app/link.tsx'
import { formatUrl, readPlace } from '../../app/location.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatShare, formatUsd } from '../../ui/format.ts'
import { TableFrame } from '../../ui/table/table-frame.tsx'

const mostRows = 12

type NameTableProps = {
  /** What the names are of. */
  readonly title: string
  /** Of the query of the requests. */
  readonly parameter: 'model' | 'task' | 'policy' | 'key'
  /** For the empty name. */
  readonly without: string
  readonly rows: readonly NamedSums[]
  /** Before a name, such as the colour that it has in a chart. */
  readonly decoration?: (place: number) => ComponentChildren
}

/**
 * Who asks for what, or answers: requests and dollars of each name, with their share if the table belongs to a chart, else with a
 * bar and errors. A name leads to its requests.
 */
export function NameTable({ title, parameter, without, rows, decoration }: NameTableProps) {
  const total = rows.reduce((sum, { requests }) => sum + requests, 0)
  const [isWhole, setWhole] = useState(false)
  const unshown = rows.length - mostRows
  const isOfChart = decoration !== undefined
  return (
    <>
      <TableFrame kind="bare">
        <table>
          <thead>
            <tr>
              <th scope="col">{title}</th>
              <th scope="col" class="number">
                Requests
              </th>
              {isOfChart && (
                <th scope="col" class="number">
                  Share
                </th>
              )}
              <th scope="col" class="number">
                Cost
              </th>
              {!isOfChart && (
                <th scope="col" class="number">
                  Errors
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows
              .slice(0, isWhole ? rows.length : mostRows)
              .map(({ name, requests, usd, errors, unpriced }, index) => (
                <tr key={name}>
                  <td>
                    {decoration?.(index)}
                    <Link href={requestsOf(parameter, name)}>
                      <ForeignText text={name === '' ? without : name} most={24} />
                    </Link>
                    {!isOfChart && <Meter share={requests / total} />}
                  </td>
                  <td class="number">{formatCount(requests)}</td>
                  {isOfChart && <td class="number">{formatShare(requests / total)}</td>}
                  <td class="number">{unpriced === requests ? 'unpriced' : formatUsd(usd)}</td>
                  {!isOfChart && <td class="number">{formatShare(errors / requests)}</td>}
                </tr>
              ))}
          </tbody>
        </table>
      </TableFrame>
      {unshown > 0 && (
        <button type="button" class="more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show ${formatCount(unshown)} more`}
        </button>
      )}
    </>
  )
}

/** The requests of a name in the time that is shown. */
function requestsOf(parameter: string, name: string): string {
  const { query } = readPlace()
  query.set(parameter, name === '' ? '-' : name)
  return formatUrl('/requests', query)
}
