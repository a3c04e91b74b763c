import type { ExplainedDecision } from '../../src/gateway/decide/explanation/explained-decision.ts'
import { ForeignText } from '../ui/foreign-text.tsx'
import { CandidatesTable } from './candidates-table.tsx'
import { Contributions } from './contributions.tsx'
import { Neighbours } from './neighbours.tsx'
import { ThresholdLine } from './threshold-line.tsx'
import { toSentence } from './words/to-sentence.ts'

type DecidedProps = {
  readonly decision: ExplainedDecision
  /** Of the model: `answers`, `would answer instead`. */
  readonly verb: string
  /** Decides with another threshold of the router. */
  readonly onThreshold: (router: string, threshold: number) => void
}

/** Which model a decision chooses, why, and from what. */
export function Decided({ decision, verb, onThreshold }: DecidedProps) {
  const { model, candidates, explanation, reason, router, threshold, strongWinRate } = decision
  const [strong, weak] = findSides(decision)
  const isCompared = strongWinRate !== null && threshold !== null
  return (
    <div class="decided">
      <p aria-live="polite">
        <strong class="figure">
          <ForeignText text={model} most={40} />
        </strong>{' '}
        <span class="quiet">{verb}</span>
      </p>
      {reason === 'fallback' && <p class="banner">The router did not score the prompt.</p>}
      {!isCompared && (
        <p>
          <ForeignText text={toSentence(explanation.summary)} most={900} />
        </p>
      )}
      {strongWinRate !== null && threshold !== null && (
        <ThresholdLine
          winRate={strongWinRate}
          threshold={threshold}
          strong={strong}
          weak={weak}
          onThreshold={router === null ? undefined : (moved) => onThreshold(router, moved)}
        />
      )}
      {isCompared && (
        <p class="small quiet">
          <ForeignText text={toSentence(explanation.summary)} most={900} />
        </p>
      )}
      {strongWinRate === null && explanation.flipsAt !== null && (
        <p class="small quiet">
          It flips at a tolerance of{' '}
          {explanation.flipsAt.toLocaleString('en', { maximumSignificantDigits: 3 })}.
        </p>
      )}
      <CandidatesTable
        candidates={candidates}
        chosen={model}
        tags={new Map([[model, 'chosen']])}
        scoreTitle={strongWinRate === null ? 'Score' : 'Win rate'}
        usdTitle="Expected cost"
      />
      <Contributions
        contributions={explanation.contributions}
        unit={
          threshold === null
            ? 'on the utility, against the second best'
            : 'on the log-odds that the strong model wins'
        }
        winRate={threshold === null ? null : strongWinRate}
      />
      <Neighbours nearest={explanation.nearest ?? []} />
    </div>
  )
}

/** The models of a pair: scores of the strong one are its win rate. */
function findSides({
  candidates,
  strongWinRate,
}: ExplainedDecision): readonly [string | null, string | null] {
  if (candidates.length !== 2 || strongWinRate === null) return [null, null]
  const strong = candidates.find(({ score }) => score === strongWinRate)
  const weak = candidates.find((each) => each !== strong)
  return [strong?.model ?? null, weak?.model ?? null]
}
