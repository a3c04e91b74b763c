import type { RequestTrace, TraceCandidate } from '../../../../src/store/reader/answers.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatScore, formatShare, formatUsd } from '../../../ui/format.ts'
import { TableFrame } from '../../../ui/table-frame.tsx'

/** What was chosen from, and why. */
export function DecisionCard({ request }: { request: RequestTrace }) {
  const { candidates, model, policy, router, strongWinRate, threshold, task, fallback, overBudget } = request
  const hasChances = candidates.some(({ propensity }) => propensity !== null)
  return (
    <section class="card">
      <h2>Decision</h2>
      {candidates.length === 0 ? (
        <p class="quiet">The request names its model, so nothing was scored.</p>
      ) : (
        <>
          <p>
            Policy <ForeignText text={policy ?? 'of the pair'} />
            {router !== null && (
              <>
                , router <ForeignText text={router} />
              </>
            )}
            {task !== null && `; the prompt reads like ${escapeInvisible(task)}`}.
          </p>
          {strongWinRate !== null && <WinRate winRate={strongWinRate} threshold={threshold} />}
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
                  {hasChances && (
                    <th scope="col" class="number">
                      Chance
                    </th>
                  )}
                  <th scope="col">Left out for</th>
                </tr>
              </thead>
              <tbody>
                {candidates.map((candidate) => (
                  <CandidateRow
                    key={candidate.model}
                    candidate={candidate}
                    isChosen={candidate.model === model}
                    hasChances={hasChances}
                  />
                ))}
              </tbody>
            </table>
          </TableFrame>
        </>
      )}
      {fallback !== null && (
        <p class="banner">
          Another model than the chosen one answered: <ForeignText text={fallback.replaceAll('-', ' ')} />.
        </p>
      )}
      {overBudget !== null && (
        <p class="banner">
          <ForeignText text={overBudget} /> was not asked: the budget has too few dollars left for it.
        </p>
      )}
    </section>
  )
}

type CandidateRowProps = {
  readonly candidate: TraceCandidate
  readonly isChosen: boolean
  readonly hasChances: boolean
}

function CandidateRow({ candidate, isChosen, hasChances }: CandidateRowProps) {
  const { model, score, usd, excluded, propensity } = candidate
  return (
    <tr>
      <td>
        {isChosen ? (
          <strong>
            <ForeignText text={model} most={40} />
          </strong>
        ) : (
          <ForeignText text={model} most={40} />
        )}
        {isChosen && <span class="tag">answered</span>}
      </td>
      <td class="number">{formatScore(score)}</td>
      <td class="number">{formatUsd(usd)}</td>
      {hasChances && <td class="number">{formatShare(propensity)}</td>}
      <td>{excluded === null ? '–' : <ForeignText text={excluded} most={30} />}</td>
    </tr>
  )
}

/** The win rate on a line from 0 to 1, with the threshold. */
function WinRate({ winRate, threshold }: { winRate: number; threshold: number | null }) {
  const isStrong = threshold !== null && winRate >= threshold
  return (
    <div class="win-rate">
      <svg viewBox="0 0 300 14" preserveAspectRatio="none" class="meter series-0" aria-hidden="true">
        <rect class="track" width="300" height="14" rx="2" />
        <rect class="bar" width={winRate * 300} height="14" rx="2" />
        {threshold !== null && <rect class="mark" x={threshold * 300 - 1} width="2" height="14" />}
      </svg>
      <p class="small quiet">
        The strong model’s win rate is {winRate.toFixed(3)}
        {threshold !== null &&
          `, ${isStrong ? 'at or above' : 'below'} the threshold ${threshold.toFixed(3)}: the ${isStrong ? 'strong' : 'weak'} model`}
        .
      </p>
    </div>
  )
}
