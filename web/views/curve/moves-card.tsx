import { useEffect, useState } from 'preact/hooks'
import { formatSetting } from '../../../src/base/text/format/format-setting.ts'
import type { CurveAnswer, CurveMovesAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import { useResource } from '../../api/use-resource.ts'
import { Link } from '../../app/link.tsx'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatScore, formatTime, formatUsd } from '../../ui/format.ts'
import { Loaded } from '../../ui/states.tsx'
import { TableFrame } from '../../ui/table/table-frame.tsx'

type MovesCardProps = {
  readonly answer: CurveAnswer
  readonly chosen: number
  readonly parameters: URLSearchParams
}

/** Asked for when the slider has rested so long. */
const restMs = 300

/** The requests that would get the other model, nearest to the threshold in service first. */
export function MovesCard({ answer, chosen, parameters }: MovesCardProps) {
  const { points, served, policy } = answer
  const rested = useRested(chosen)
  const asked = new URLSearchParams(parameters)
  asked.set('served', String(points[served]!.setting))
  asked.set('setting', String(points[rested]?.setting ?? points[served]!.setting))
  const isAsked = rested !== served && rested < points.length && policy.measure === 'threshold'
  const moves = useResource<CurveMovesAnswer>(isAsked ? `/curve/moves?${asked}` : null)
  if (policy.measure === 'tolerance' || chosen === served) return null
  const target = policy.models[points[chosen]!.setting < points[served]!.setting ? 0 : 1] ?? ''
  return (
    <section class="card">
      <h2>
        <span>
          Would move to <ForeignText text={target} most={32} />
        </span>
      </h2>
      <Loaded resource={moves} what="The requests cannot be read">
        {({ requests, searched }) =>
          requests.length === 0 ? (
            <p class="quiet small">None of the latest {formatCount(searched)} requests of this time.</p>
          ) : (
            <>
              <TableFrame kind="bare">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">Time</th>
                      <th scope="col" class="number">
                        Win rate
                      </th>
                      <th scope="col">Answered by</th>
                      <th scope="col">Kind of work</th>
                      <th scope="col" class="number">
                        Cost
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {requests.slice(0, 12).map((request) => (
                      <tr key={request.id}>
                        <td class="nowrap">
                          <Link href={`/requests/${encodeURIComponent(request.id)}`} row>
                            {formatTime(request.time)}
                          </Link>
                        </td>
                        <td class="number">{formatScore(request.strongWinRate)}</td>
                        <td>
                          <ForeignText text={request.model ?? '–'} most={32} />
                        </td>
                        <td>
                          <ForeignText text={request.task ?? '–'} most={32} />
                        </td>
                        <td class="number">{request.usd === null ? 'unpriced' : formatUsd(request.usd)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </TableFrame>
              <p class="quiet small">
                Nearest to {formatSetting(points[served]!.setting)} first, of the latest{' '}
                {formatCount(searched)} requests of this time.
              </p>
            </>
          )
        }
      </Loaded>
    </section>
  )
}

/** The value once it has not changed for a while. */
function useRested(value: number): number {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}
