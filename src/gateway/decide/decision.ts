import type { Model } from '../../routing/catalogue/model.ts'
import type { Choice } from '../../routing/policies/choice.ts'
import type { SessionDecision } from '../../routing/sessions/settle-session.ts'
import type { AnswerSignal } from '../../routing/sessions/signals/answer-signal.ts'
import type { AskedTurn } from '../../routing/sessions/signals/asked-turn.ts'
import type { Task } from '../../routing/tasks/task.ts'
import type { PacedBudget } from './decided-pace.ts'
import type { DrawnArm } from './experiments/drawn-arm.ts'

/**
 * Which model answers a request, and what that was decided on. Cheap enough for every request: made without a promise
 * if the router computes locally. `explainDecision` turns it into an `ExplainedDecision`.
 */
export type Decision = PolicyDecision | FixedModelDecision

/** What a policy chose, and for what kind of work. */
export type PolicyDecision = Choice & {
  /** The most likely kind of work of the prompt; null if it was not read. */
  readonly task: Task | null
  /** What the conversation did to the choice; absent for a request that is decided alone. */
  readonly session?: DecidedSession
  /** The probability with which each candidate was to be chosen, in their order; absent if nothing was drawn by chance. */
  readonly propensities?: ArrayLike<number>
  /** The vector of the prompt as text, `encodeFeatures`; absent if none is kept. */
  readonly features?: string
  /** The experiment that the session takes part in. */
  readonly experiment?: DrawnArm
  /** The budget whose pace the policy chose at; absent if it chose as usual. */
  readonly pacedBudget?: PacedBudget
}

export type DecidedSession = SessionDecision & {
  /** Under which the conversation is remembered; the end of the reply is reported with it. */
  readonly key: string
  readonly asked: AskedTurn
  /** What the request says of the answer before it. */
  readonly signal: AnswerSignal | null
}

/** The request names a model, so nothing was scored. */
export type FixedModelDecision = { readonly kind: 'fixed-model'; readonly model: Model }
