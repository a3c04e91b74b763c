import { Meter } from '../../src/charts/meter.tsx'
import { escapeInvisible } from '../ui/escape-invisible.ts'
import { ForeignText } from '../ui/foreign-text.tsx'
import { formatScore, formatShare, formatUsd } from '../ui/format.ts'
import { TableFrame } from '../ui/table/table-frame.tsx'

/** A candidate of a decision, made now or kept. */
export type ShownCandidate = {
  readonly model: string
  readonly effort?: string | null
  readonly score: number | null
  readonly usd: number | null
  readonly excluded: string | null
  /** The chance with which it was to be chosen; null if nothing was drawn. */
  readonly propensity?: number | null
}

type CandidatesTableProps = {
  readonly candidates: readonly ShownCandidate[]
  readonly chosen: string | null
  /** What is said of the models with a part in it: `chosen`, `answered`, `failed`. */
  readonly tags: ReadonlyMap<string, string>
  /** Of the scores: `Win rate` of a pair. */
  readonly scoreTitle: string
  readonly usdTitle: string
}

/** What was chosen from. A column is there if any candidate has something in it. */
export function CandidatesTable({ candidates, chosen, tags, scoreTitle, usdTitle }: CandidatesTableProps) {
  const hasScores = candidates.some(({ score }) => score !== null)
  const hasDollars = candidates.some(({ usd }) => usd !== null)
  const hasChances = candidates.some(({ propensity }) => propensity != null)
  const isAnyLeftOut = candidates.some(({ excluded }) => excluded !== null)
  return (
    <TableFrame kind="bare">
      <table>
        <thead>
          <tr>
            <th scope="col">Candidate</th>
            {hasScores && (
              <th scope="col" class="number">
                {scoreTitle}
              </th>
            )}
            {hasDollars && (
              <th scope="col" class="number">
                {usdTitle}
              </th>
            )}
            {hasChances && (
              <th scope="col" class="number">
                Chance
              </th>
            )}
            {isAnyLeftOut && <th scope="col">Left out for</th>}
          </tr>
        </thead>
        <tbody>
          {candidates.map(({ model, effort = null, score, usd, excluded, propensity = null }) => (
            <tr key={model} {...(model === chosen && { 'aria-current': 'true' as const })}>
              <td>
                <ForeignText text={effort === null ? model : `${model} (${effort})`} most={40} />
                {tags.has(model) && <span class="tag">{tags.get(model)}</span>}
                {score !== null && score >= 0 && score <= 1 && (
                  <Meter share={score} series={model === chosen ? 0 : 7} />
                )}
              </td>
              {hasScores && <td class="number">{score === null ? 'not scored' : formatScore(score)}</td>}
              {hasDollars && <td class="number">{usd === null ? 'unpriced' : formatUsd(usd)}</td>}
              {hasChances && <td class="number">{formatShare(propensity)}</td>}
              {isAnyLeftOut && (
                <td>{excluded === null ? '' : escapeInvisible(excluded.replaceAll('-', ' '))}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}
