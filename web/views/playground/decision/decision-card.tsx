import type { DecideAnswer } from '../../../../src/server/admin/api/playground/routes.ts'
import { CandidatesTable } from '../../../decision/candidates-table.tsx'
import { Contributions } from '../../../decision/contributions.tsx'
import { Neighbours } from '../../../decision/neighbours.tsx'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { Failure } from '../../../ui/states.tsx'
import { ThresholdLine } from './threshold-line.tsx'
import type { DecisionState } from './use-decision.ts'

type DecisionCardProps = {
  readonly state: DecisionState
  readonly onExample: (prompt: string) => void
  /** Decides with another threshold of the router. */
  readonly onThreshold: (router: string, threshold: number) => void
}

const examples = ['Good morning!', 'Prove that the square root of 2 is irrational.']

/** Which model answers and why, while one types. */
export function DecisionCard({ state, onExample, onThreshold }: DecisionCardProps) {
  const { decision, error, isPending } = state
  return (
    <section class="card decision" aria-label="Decision" aria-busy={isPending}>
      <h2>
        <span>Decision</span>
        {decision !== null && decision.task !== null && (
          <span>reads like {escapeInvisible(decision.task)}</span>
        )}
      </h2>
      {error !== null && <Failure what="Not decided" error={error} />}
      {decision !== null && <Decided decision={decision} onThreshold={onThreshold} />}
      {decision === null && error === null && (
        <div class="stack">
          <p class="quiet">
            Type a prompt: which model would answer, and why, appears here as you type. No model is asked
            until you press Ask.
          </p>
          {examples.map((example) => (
            <button key={example} type="button" onClick={() => onExample(example)}>
              {example}
            </button>
          ))}
        </div>
      )}
    </section>
  )
}

type DecidedProps = { readonly decision: DecideAnswer } & Pick<DecisionCardProps, 'onThreshold'>

function Decided({ decision, onThreshold }: DecidedProps) {
  const { model, candidates, explanation, reason, router, threshold, strongWinRate } = decision
  const [strong, weak] = findSides(decision)
  const isCompared = strongWinRate !== null && threshold !== null
  return (
    <div class="decided">
      <p aria-live="polite">
        <strong class="figure">
          <ForeignText text={model} most={40} />
        </strong>{' '}
        <span class="quiet">answers</span>
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
      {reason !== 'fixed-model' && (
        <CandidatesTable
          candidates={candidates}
          chosen={model}
          chosenTag="answers"
          scoreTitle={strongWinRate === null ? 'Score' : 'Win rate'}
          usdTitle="Expected cost"
        />
      )}
      <Contributions
        contributions={explanation.contributions}
        unit={
          threshold === null
            ? 'on the utility, against the second best'
            : 'on the log-odds that the strong model wins'
        }
      />
      <Neighbours nearest={explanation.nearest ?? []} />
    </div>
  )
}

/** The models of a pair: scores of the strong one are its win rate. */
function findSides({ candidates, strongWinRate }: DecideAnswer): readonly [string | null, string | null] {
  if (candidates.length !== 2 || strongWinRate === null) return [null, null]
  const strong = candidates.find(({ score }) => score === strongWinRate)
  const weak = candidates.find((each) => each !== strong)
  return [strong?.model ?? null, weak?.model ?? null]
}

function toSentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}
