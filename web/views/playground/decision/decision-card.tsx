import { Decided } from '../../../decision/decided.tsx'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { Failure } from '../../../ui/states.tsx'
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
          <span>kind of work: {escapeInvisible(decision.task)}</span>
        )}
      </h2>
      {error !== null && <Failure what="Not decided" error={error} />}
      {decision !== null && <Decided decision={decision} verb="answers" onThreshold={onThreshold} />}
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
