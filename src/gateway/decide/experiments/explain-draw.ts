import type { ExplainedDecision } from '../explanation/explained-decision.ts'
import type { DrawnChoice, SessionDraw } from './draws.ts'

/** The explanation with the session's arm, and with its model if that was drawn at random. As it is if nothing was drawn. */
export function explainDraw(
  explained: ExplainedDecision,
  draw: SessionDraw | null,
  drawn: DrawnChoice | null,
): ExplainedDecision {
  if (draw === null || drawn === null) return explained
  const { experiment } = draw
  const model = drawn.choice.model.name
  const clauses = [
    ...(experiment === null
      ? []
      : [`the session is in the ${experiment.arm} of the experiment ${experiment.id}`]),
    ...(drawn.isDrawn ? [`its model is drawn at random to explore, so ${model} answers`] : []),
  ]
  if (clauses.length === 0) return explained
  const summary = [explained.explanation.summary, ...clauses].join('; ')
  return {
    ...explained,
    ...(drawn.isDrawn && { model }),
    explanation: { ...explained.explanation, summary },
    ...(experiment !== null && { experiment }),
  }
}
