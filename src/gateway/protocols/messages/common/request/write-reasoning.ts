import type { Effort } from '../../../../../routing/catalogue/model.ts'
import type { CommonRequest, ReasoningRequest, Turn } from '../../../common/common-request.ts'
import type { JsonObject } from '../../../common/json-fields.ts'
import { type LossList, report } from '../../../common/loss-list.ts'
import { unwritten } from '../losses/unwritten.ts'
import type { ModelFamily } from '../model/model-family.ts'
import { findRedactedData, findSignature } from '../values/thinking-state.ts'

export type WrittenReasoning = {
  /** The `thinking` of the request; null if it says nothing. */
  readonly thinking: JsonObject | null
  /** `output_config.effort`. */
  readonly effort: Effort | null
}

/**
 * The share of `max_tokens` that stands for an effort where a model takes thinking tokens only.
 * Source: openrouter.ai/docs/use-cases/reasoning-tokens, Reasoning Effort Level.
 */
const budgetShares: Partial<Record<Effort, number>> = {
  minimal: 0.1,
  low: 0.2,
  medium: 0.5,
  high: 0.8,
  xhigh: 0.95,
}
const minBudgetTokens = 1024

/**
 * What a request says about thinking. An effort is sent as it is, or reported: never a lower one.
 *
 * @param maxTokens the `max_tokens` of the request.
 */
export function writeReasoning(
  request: CommonRequest,
  family: ModelFamily,
  maxTokens: number,
  losses: LossList,
): WrittenReasoning {
  const { reasoning } = request
  const isForced = request.toolChoice?.kind === 'required' || request.toolChoice?.kind === 'tool'
  if (isForced && family.forcedTools === 'never') report(losses, unwritten.forcedTool)
  if (reasoning === null || isSilent(reasoning)) {
    const isOff = isForced && family.forcedTools === 'without-thinking' && family.thinksByDefault
    return { thinking: isOff ? { type: family.thinkingOff } : writeShown(reasoning, family), effort: null }
  }
  if (reasoning.mode === 'disabled' || reasoning.effort === 'none') return writeOff(reasoning, family, losses)
  if (isForced && family.forcedTools === 'without-thinking') report(losses, unwritten.forcedToolWithReasoning)
  return writeOn(request.turns, reasoning, family, maxTokens, losses)
}

function isSilent({ mode, effort, budgetTokens }: ReasoningRequest): boolean {
  return mode === null && effort === null && budgetTokens === null
}

/** A client that only asks to see the reasoning gets it from a model that reasons by itself. */
function writeShown(reasoning: ReasoningRequest | null, family: ModelFamily): JsonObject | null {
  if (reasoning === null || reasoning.isShown === null) return null
  return family.thinksByDefault ? { type: 'adaptive', ...writeDisplay(reasoning) } : null
}

function writeOff(reasoning: ReasoningRequest, family: ModelFamily, losses: LossList): WrittenReasoning {
  const effort =
    reasoning.effort === 'none' ? null : reasoning.effort && writeEffort(reasoning.effort, family, losses)
  if (family.thinking === 'never') return { thinking: null, effort }
  if (family.thinkingOff === null) report(losses, unwritten.alwaysReasons)
  return { thinking: family.thinkingOff === null ? null : { type: family.thinkingOff }, effort }
}

function writeOn(
  turns: readonly Turn[],
  reasoning: ReasoningRequest,
  family: ModelFamily,
  maxTokens: number,
  losses: LossList,
): WrittenReasoning {
  switch (family.thinking) {
    case 'never':
      report(losses, unwritten.noReasoning)
      return { thinking: null, effort: null }
    case 'budget':
      return writeBudget(turns, reasoning, family, maxTokens, losses)
    case 'adaptive':
      if (reasoning.budgetTokens !== null) report(losses, unwritten.budget)
      return {
        thinking: { type: 'adaptive', ...writeDisplay(reasoning) },
        effort: reasoning.effort && writeEffort(reasoning.effort, family, losses),
      }
    case 'both':
    case 'unknown':
      return {
        thinking: writeStated(reasoning, family),
        effort: reasoning.effort && writeEffort(reasoning.effort, family, losses),
      }
  }
}

/** For models that take each kind of thinking: as it is stated. */
function writeStated(reasoning: ReasoningRequest, family: ModelFamily): JsonObject | null {
  const { budgetTokens, mode } = reasoning
  if (budgetTokens !== null)
    return { type: 'enabled', budget_tokens: budgetTokens, ...writeDisplay(reasoning) }
  if (mode !== null || family.thinking === 'both') return { type: 'adaptive', ...writeDisplay(reasoning) }
  return null
}

function writeBudget(
  turns: readonly Turn[],
  reasoning: ReasoningRequest,
  family: ModelFamily,
  maxTokens: number,
  losses: LossList,
): WrittenReasoning {
  const { effort } = reasoning
  if (effort !== null && family.efforts.includes(effort) && reasoning.mode === null)
    return { thinking: null, effort }
  const kept = effort !== null && family.efforts.includes(effort) ? effort : null
  const budgetTokens = reasoning.budgetTokens ?? findBudget(effort ?? 'medium', maxTokens, losses)
  if (budgetTokens === null) return { thinking: null, effort: kept }
  if (endsWithinToolLoop(turns)) {
    report(losses, unwritten.reasoningWithinLoop)
    return { thinking: null, effort: kept }
  }
  return {
    thinking: { type: 'enabled', budget_tokens: budgetTokens, ...writeDisplay(reasoning) },
    effort: kept,
  }
}

function findBudget(effort: Effort, maxTokens: number, losses: LossList): number | null {
  const share = budgetShares[effort]
  if (share === undefined || maxTokens <= minBudgetTokens) {
    report(losses, share === undefined ? unwritten.effort : unwritten.noRoomToReason)
    return null
  }
  report(losses, unwritten.effortAsBudget)
  return Math.max(minBudgetTokens, Math.floor(share * maxTokens))
}

/**
 * Whether the conversation ends with results of calls that no thinking came before. A model with a budget refuses to
 * think then: "a final assistant message must start with a thinking block".
 */
function endsWithinToolLoop(turns: readonly Turn[]): boolean {
  if (!turns.at(-1)?.parts.some(({ kind }) => kind === 'tool-result')) return false
  const asked = turns.findLast(({ role }) => role === 'assistant')
  return !asked?.parts.some(
    (part) =>
      part.kind === 'reasoning' && (findSignature(part.state) ?? findRedactedData(part.state)) !== null,
  )
}

function writeEffort(effort: Effort, family: ModelFamily, losses: LossList): Effort | null {
  if (effort === 'minimal' && family.efforts.includes('low')) {
    report(losses, unwritten.minimalEffort)
    return 'low'
  }
  if (family.efforts.includes(effort)) return effort
  report(losses, unwritten.effort)
  return null
}

function writeDisplay({ isShown }: ReasoningRequest): { readonly display?: string } {
  return isShown === null ? {} : { display: isShown ? 'summarized' : 'omitted' }
}
