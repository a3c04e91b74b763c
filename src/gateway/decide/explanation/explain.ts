import { describeExclusion } from '../../../routing/catalogue/describe-exclusion.ts'
import { findExclusion } from '../../../routing/catalogue/exclusion.ts'
import type { Model } from '../../../routing/catalogue/model.ts'
import { noNeeds, type RequestNeeds } from '../../../routing/catalogue/request-needs.ts'
import type { AnswerCheck } from '../../../routing/policies/answer-check.ts'
import { describeExclusions } from '../../../routing/policies/candidates.ts'
import type { Candidate, RoutedChoice, Side } from '../../../routing/policies/choice.ts'
import type { ChoiceDescription, Reasons } from '../../../routing/policies/policy.ts'
import type { TaskReading } from '../../../routing/tasks/task.ts'
import { findDecidedPace } from '../decided-pace.ts'
import type { Decision, PolicyDecision } from '../decision.ts'
import { describePace } from './describe-pace.ts'
import { describeTask, type ScoreLevel } from './describe-task.ts'
import type {
  DecisionExplanation,
  ExplainedCandidate,
  ExplainedCheck,
  ExplainedDecision,
} from './explained-decision.ts'

/** What is known of a routed decision beyond itself. */
export type ExplanationContext = {
  /** What moved the score, if the policy can say. */
  readonly reasons?: Reasons
  /** Why the policy chose, in its own words. Absent: it compared a pair. */
  readonly description?: ChoiceDescription
  /** The kind of work that the prompt asks for, if it was read. */
  readonly reading: TaskReading | null
  /** What the request needs; candidates that lack it are excluded. */
  readonly needs: RequestNeeds
  readonly score: ScoreLevel
}

/**
 * The decision with its explanation, whose summary is for a person: `reads like a proof (.71), which the strong model
 * does better; strong win rate 0.62 ≥ threshold 0.5, so gpt-5 answers; raised most by numbers (+0.8) and length (+0.3)`.
 */
export function explainDecision(
  decision: Decision,
  { reasons = unexplained, description, reading, needs, score }: ExplanationContext = unread,
): ExplainedDecision {
  const model = decision.model.name
  switch (decision.kind) {
    case 'fixed-model':
      return {
        reason: 'fixed-model',
        model,
        policy: null,
        router: null,
        threshold: null,
        strongWinRate: null,
        task: null,
        candidates: [toExplainedCandidate({ model: decision.model, usd: null, excluded: null }, null)],
        explanation: unscored(
          `the request names ${model} itself, so nothing was scored${warnOfLacks(decision.model, needs)}`,
        ),
      }
    case 'fallback':
      return {
        reason: 'fallback',
        fallback: decision.fallback,
        model,
        policy: decision.policy,
        router: decision.router,
        threshold: decision.threshold,
        strongWinRate: null,
        task: decision.task,
        candidates: decision.candidates.map((candidate) => toExplainedCandidate(candidate, null)),
        explanation: unscored(
          `the router ${decision.router} did not score the prompt (${decision.problem}), so the ${decision.side === 'strong' ? 'strong' : 'safest'} model ${model} answers`,
        ),
      }
    case 'routed':
      return {
        reason: 'routed',
        model,
        policy: decision.policy,
        router: decision.router,
        threshold: decision.threshold,
        strongWinRate: decision.strongWinRate,
        ...(decision.check !== null && { check: explainCheck(decision.check) }),
        ...(decision.pace !== undefined && { pace: decision.pace }),
        ...(decision.ownThreshold !== undefined && { ownThreshold: decision.ownThreshold }),
        ...(decision.pacedBudget !== undefined && { pacedBudget: decision.pacedBudget }),
        task: decision.task,
        candidates: explainCandidates(decision),
        explanation: addPace(
          explainChoice(
            decision,
            description,
            reasons,
            describeTask(decision.side, reading, score, isCompared(decision)),
            describeExclusions(decision.candidates, needs),
          ),
          decision,
        ),
      }
  }
}

/** Whether a score on one side of a threshold decided. */
function isCompared({ strongWinRate, threshold }: RoutedChoice): boolean {
  return strongWinRate !== null && threshold !== null
}

/** Says that thresholds, tolerances and weights above are not the configured ones. */
function addPace(
  explanation: DecisionExplanation,
  decision: PolicyDecision & RoutedChoice,
): DecisionExplanation {
  const pace = findDecidedPace(decision, decision.pacedBudget)
  if (pace === null) return explanation
  return { ...explanation, summary: `${explanation.summary}; ${describePace(pace, decision)}` }
}

function explainCheck({ verifier, threshold, strong }: AnswerCheck): ExplainedCheck {
  return { verifier: verifier.name, threshold, strong: strong.name }
}

function explainChoice(
  choice: RoutedChoice,
  description: ChoiceDescription | undefined,
  reasons: Reasons,
  task: string | null,
  excluded: readonly string[],
): DecisionExplanation {
  const nearest = reasons.nearest === undefined ? {} : { nearest: reasons.nearest }
  if (description === undefined)
    return {
      summary: summarize(choice, reasons, task, excluded),
      contributions: reasons.contributions,
      flipsAt: choice.strongWinRate,
      ...nearest,
    }
  const { summary, contributions, flipsAt } = description
  return {
    summary: [...(task === null ? [] : [task]), summary, ...excluded].join('; '),
    contributions: contributions.length > 0 ? contributions : reasons.contributions,
    flipsAt,
    ...nearest,
  }
}

/** Scores of a pair are made here and not with each decision: only explanations show them. */
function explainCandidates({
  candidates,
  scores,
  strongWinRate,
  side,
  model,
}: RoutedChoice): ExplainedCandidate[] {
  return candidates.map((candidate, index) => {
    if (scores !== null) return toExplainedCandidate(candidate, scores[index] ?? null)
    if (strongWinRate === null) return toExplainedCandidate(candidate, null)
    const isStrong = (candidate.model === model) === (side === 'strong')
    return toExplainedCandidate(candidate, isStrong ? strongWinRate : 1 - strongWinRate)
  })
}

function toExplainedCandidate(
  { model, usd, excluded, expected }: Candidate,
  score: number | null,
): ExplainedCandidate {
  return {
    model: model.name,
    effort: model.effort ?? null,
    score: score === null || Number.isNaN(score) ? null : score,
    usd,
    excluded,
    ...(expected !== undefined && { expected }),
  }
}

const unexplained: Reasons = { contributions: [] }
/** The context of a decision whose prompt was not read. */
export const unread: ExplanationContext = { reading: null, needs: noNeeds, score: 'unexplained' }

function warnOfLacks(model: Model, needs: RequestNeeds): string {
  const excluded = findExclusion(model, needs)
  return excluded === null ? '' : `; but ${describeExclusion(excluded, model, needs)}`
}

function unscored(summary: string): DecisionExplanation {
  return { summary, contributions: [], flipsAt: null }
}

function summarize(
  { strongWinRate, threshold, side, policy, model }: RoutedChoice,
  reasons: Reasons,
  task: string | null,
  excluded: readonly string[],
): string {
  const beginning = task === null ? '' : `${task}; `
  if (side !== null && strongWinRate === null && excluded.length > 0)
    return `${formatList(excluded)}, so ${model.name} answers`
  if (strongWinRate === null || threshold === null || side === null) {
    return `${beginning}the policy ${policy ?? 'of this request'} chose ${model.name}`
  }
  const shown = roundThreshold(threshold, strongWinRate)
  const comparison = `strong win rate ${formatApart(strongWinRate, shown)} ${side === 'strong' ? '≥' : '<'} threshold ${shown}`
  return `${beginning}${comparison}, so ${model.name} answers${formatReason(reasons, side)}`
}

function formatReason({ reason, contributions }: Reasons, side: Side): string {
  if (reason !== undefined) return `; ${reason}`
  const sign = side === 'strong' ? 1 : -1
  const largest = contributions
    .filter((contribution) => contribution.effect * sign > 0)
    .slice(0, 3)
    .map(({ feature, effect }) => `${feature} (${effect > 0 ? '+' : '−'}${Math.abs(effect).toPrecision(2)})`)
  if (largest.length === 0) return ''
  return `; ${side === 'strong' ? 'raised' : 'lowered'} most by ${formatList(largest)}`
}

/** The threshold with four digits, unless rounding moves it to the other side of the win rate. */
function roundThreshold(threshold: number, winRate: number): number {
  const short = Number(threshold.toPrecision(4))
  return winRate >= short === winRate >= threshold ? short : threshold
}

/** The win rate with the fewest digits, at least two, that show on which side of the threshold it is. */
function formatApart(winRate: number, threshold: number): string {
  for (let digits = 2; digits <= 12; digits++) {
    const shown = Number(winRate.toFixed(digits))
    if (shown >= threshold === winRate >= threshold && (shown !== threshold || winRate === threshold)) {
      return String(shown)
    }
  }
  return String(winRate)
}

function formatList(words: readonly string[]): string {
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
