import type {
  KeepReason,
  SessionDecision,
  SettledChoice,
  SwitchReason,
} from '../../../routing/sessions/settle-session.ts'
import type { ExplainedDecision } from './explained-decision.ts'

/**
 * The explanation of a policy's decision, with what the conversation makes of it: its model, `session`, and a clause at
 * the end of the summary. As it is without a conversation.
 */
export function explainSession(
  explained: ExplainedDecision,
  settled: SettledChoice | null,
): ExplainedDecision {
  if (settled === null) return explained
  const { choice, session } = settled
  const model = choice.model.name
  const clause = describeSession(session, model)
  const { summary } = explained.explanation
  const explanation = { ...explained.explanation, summary: `${summary}${clause}` }
  return { ...explained, model, explanation, session }
}

function describeSession({ kept, switched, switchUsd, turn }: SessionDecision, model: string): string {
  const usd = switchUsd === null ? '' : ` (a cold cache would cost $${formatUsd(switchUsd)})`
  if (kept !== null) return `; ${model} keeps turn ${turn} of the conversation: ${keepReasons[kept]}${usd}`
  if (switched === null) return ''
  const paid = switchUsd === null || switchUsd === 0 ? '' : ` (its cold cache costs $${formatUsd(switchUsd)})`
  return `; the conversation switches to ${model} at turn ${turn}: ${switchReasons[switched]}${paid}`
}

const keepReasons: Readonly<Record<KeepReason, string>> = {
  'tool-loop': 'the model never changes within a tool loop',
  dollars: 'a switch would cost more than it is expected to gain',
  unpriced: 'the dollars are not known, and no better answers are expected of another',
  'failure-signal': 'the work does not go well, and no better model is left',
}

const switchReasons: Readonly<Record<SwitchReason, string>> = {
  'user-turn': 'the user has spoken',
  idle: 'its caches are cold after idle time',
  compaction: 'earlier turns were cut off or summed up',
  'failure-signal': 'the work did not go well',
  'cannot-answer': 'the model before can no longer answer',
}

function formatUsd(usd: number): string {
  return usd.toLocaleString('en', { maximumSignificantDigits: 2 })
}
