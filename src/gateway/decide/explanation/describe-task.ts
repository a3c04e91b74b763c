import type { Side } from '../../../routing/policies/choice.ts'
import type { Task, TaskReading } from '../../../routing/tasks/task.ts'

/**
 * `high` and `low`: in the upper or lower half of the router's calibration. `uncalibrated`: the router has none.
 * `unexplained`: it does not explain its scores, so nothing says that they depend on what is asked.
 */
export type ScoreLevel = 'high' | 'low' | 'uncalibrated' | 'unexplained'

/** A less likely kind of work is not claimed: others together are more likely. */
const leastProbability = 0.5

/**
 * How a prompt reads, and what that has to do with the decision: `reads like a proof (.71), which the strong model does
 * better`, `reads like a translation (.83), but a hard one`. Null if no kind of work is likely enough.
 *
 * What the strong model does better is taken from the corpus that the reader was trained on. A kind that needs either
 * model about as often is not said to need one, and a decision against its kind says what decided instead: that the prompt is
 * a hard or an easy one of its kind, or on which side of the threshold its score is.
 *
 * @param side which of a pair answers; null for another policy.
 * @param score how the router scored the prompt. Without a calibration, no prompt is said to be hard or easy.
 * @param isCompared whether the score was compared with a threshold, and nothing else decided.
 */
export function describeTask(
  side: Side | null,
  reading: TaskReading | null,
  score: ScoreLevel,
  isCompared: boolean,
): string | null {
  if (reading === null || reading.probability < leastProbability) return null
  const { noun } = phrases[reading.task]
  // Rounded down: no kind is certain.
  const probability = `.${Math.min(99, Math.floor(reading.probability * 100))}`
  const relation = side === null || score === 'unexplained' ? '' : relate(side, reading, score, isCompared)
  return `reads like ${noun} (${probability})${relation}`
}

function relate(
  side: Side,
  { task, strongShare }: TaskReading,
  score: ScoreLevel,
  isCompared: boolean,
): string {
  const usual = usualSide(strongShare)
  if (usual === null) {
    if (score === 'high' && side === 'strong') return ', and a hard one'
    return score === 'low' && side === 'weak' ? ', and an easy one' : ''
  }
  const { verb } = phrases[task]
  const often = strongShare > seldom && strongShare < mostly ? ' often' : ''
  const claim = `, which the ${usual} model${often} ${verb} ${usual === 'strong' ? 'better' : 'as well'}`
  if (usual === side) return claim
  if (score === 'high' && side === 'strong') return ', but a hard one'
  if (score === 'low' && side === 'weak') return ', but an easy one'
  if (!isCompared) return ''
  return `${claim}, but its score is ${side === 'strong' ? 'not ' : ''}below the threshold`
}

const seldom = 0.3
const mostly = 0.7

/** The side that a kind of work usually needs; null if it needs either about as often. */
function usualSide(strongShare: number): Side | null {
  if (strongShare >= 0.55) return 'strong'
  return strongShare <= 0.45 ? 'weak' : null
}

/** A kind of work as in a sentence, and what a model does with it. */
const phrases: Readonly<Record<Task, { readonly noun: string; readonly verb: string }>> = {
  'agent-task': { noun: 'a task for an agent', verb: 'does' },
  classification: { noun: 'a classification', verb: 'does' },
  'code-edit': { noun: 'a change of code', verb: 'makes' },
  'code-from-spec': { noun: 'a program to write', verb: 'writes' },
  'creative-constrained': { noun: 'a text in a strict form', verb: 'writes' },
  'data-analysis': { noun: 'a data analysis', verb: 'does' },
  debugging: { noun: 'debugging', verb: 'does' },
  design: { noun: 'a design question', verb: 'answers' },
  'everyday-writing': { noun: 'everyday writing', verb: 'does' },
  'expert-finance': { noun: 'a question of finance', verb: 'answers' },
  'expert-law': { noun: 'a legal question', verb: 'answers' },
  'expert-medicine': { noun: 'a medical question', verb: 'answers' },
  'expert-science': { noun: 'a scientific question', verb: 'answers' },
  'follow-up': { noun: 'a follow-up', verb: 'answers' },
  greeting: { noun: 'a greeting', verb: 'answers' },
  'look-up': { noun: 'a look-up', verb: 'answers' },
  'maths-hard': { noun: 'a mathematical problem', verb: 'solves' },
  'maths-simple': { noun: 'a calculation', verb: 'does' },
  planning: { noun: 'planning', verb: 'does' },
  proof: { noun: 'a proof', verb: 'does' },
  reformatting: { noun: 'reformatting or extraction', verb: 'does' },
  rewriting: { noun: 'rewriting or correction', verb: 'does' },
  summary: { noun: 'a summary', verb: 'writes' },
  'tool-result': { noun: 'a reply to a tool result', verb: 'writes' },
  translation: { noun: 'a translation', verb: 'does' },
  'trivia-obscure': { noun: 'a question about an obscure fact', verb: 'answers' },
}
