import { Meter } from '../../../../src/charts/meter.tsx'
import type { ExplainedCandidate } from '../../../../src/gateway/decide/explained-decision.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatScore, formatUsd } from '../../../ui/format.ts'
import { TableFrame } from '../../../ui/table-frame.tsx'

/** What was chosen from. */
export function CandidatesTable({
  candidates,
  chosen,
}: {
  candidates: readonly ExplainedCandidate[]
  chosen: string
}) {
  const isAnyLeftOut = candidates.some(({ excluded }) => excluded !== null)
  return (
    <TableFrame kind="bare">
      <table>
        <thead>
          <tr>
            <th scope="col">Candidate</th>
            <th scope="col" class="number">
              Score
            </th>
            <th scope="col" class="number">
              Expected cost
            </th>
            {isAnyLeftOut && <th scope="col">Left out for</th>}
          </tr>
        </thead>
        <tbody>
          {candidates.map(({ model, effort, score, usd, excluded }) => (
            <tr key={model} {...(model === chosen && { 'aria-current': 'true' as const })}>
              <td>
                <ForeignText text={effort === null ? model : `${model} (${effort})`} most={40} />
                {model === chosen && <span class="tag">answers</span>}
                {score !== null && score >= 0 && score <= 1 && (
                  <Meter share={score} series={model === chosen ? 0 : 7} />
                )}
              </td>
              <td class="number">{formatScore(score)}</td>
              <td class="number">{usd === null ? 'unpriced' : formatUsd(usd)}</td>
              {isAnyLeftOut && <td>{escapeInvisible(excluded?.replaceAll('-', ' ') ?? '–')}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}
