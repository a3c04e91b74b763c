import type { Model } from './model.ts'
import type { Demands, RequestNeeds } from './request-needs.ts'

/** Why a model cannot answer a request. */
export type Exclusion =
  | 'context'
  | 'output'
  | 'modality'
  | 'tools'
  | 'structured-output'
  | 'region'
  | 'tags'
  | 'unpriced'
  | 'budget'
  | 'not-allowed'
  | 'unavailable'

/**
 * How many times its estimated tokens a prompt is taken to have when a context might be too small. Measured on 22 kinds of
 * text (docs/performance.md), the estimate is rarely below 1/1.25 of what the vocabulary of gpt-5 counts.
 */
export const contextMargin = 1.25

/**
 * The first need that the model does not meet; null if it meets all. A property of the model that is not known meets
 * every need, except for region and tags: these are demands that only a stated property meets. Prompt and reply must fit
 * the context together. What the client's key does not allow is excluded, too.
 *
 * @param margin the factor on the estimated tokens of the prompt, 1 or more.
 */
export function findExclusion(model: Model, needs: RequestNeeds, margin = contextMargin): Exclusion | null {
  const { contextTokens, maxOutputTokens, modalities } = model
  const outputTokens = needs.maxOutputTokens ?? 0
  if (needs.provider !== undefined && needs.provider !== model.provider) return 'unavailable'
  if (needs.servedBy?.has(model.provider) === false) return 'unavailable'
  if (needs.isUnavailable?.(model) === true) return 'unavailable'
  if (contextTokens !== undefined && needs.inputTokens * margin + outputTokens > contextTokens)
    return 'context'
  if (maxOutputTokens !== undefined && outputTokens > maxOutputTokens) return 'output'
  if (modalities !== undefined && needs.modalities.some((each) => !modalities.includes(each)))
    return 'modality'
  if (needs.tools && model.tools === false) return 'tools'
  if (needs.structuredOutput && model.structuredOutput === false) return 'structured-output'
  return findUnmetDemand(model, needs) ?? needs.allowance?.findExclusion(model, needs) ?? null
}

/**
 * Why each model cannot answer, in their order.
 *
 * The tokens of a prompt are an estimate, and a context counts as too small with a margin. If this leaves no model, it
 * counts without the margin, and models that take no requests now count as if they did: an answer that may fail is
 * better than a refusal that may be wrong.
 */
export function findExclusions(models: readonly Model[], needs: RequestNeeds): readonly (Exclusion | null)[] {
  const exclusions = models.map((model) => findExclusion(model, needs))
  if (exclusions.includes(null)) return exclusions
  const withoutMargin = models.map((model) => findExclusion(model, needs, 1))
  if (needs.isUnavailable === undefined || withoutMargin.includes(null)) return withoutMargin
  const { isUnavailable: _, ...rest } = needs
  return models.map((model) => findExclusion(model, rest, 1))
}

/** The first demand that the model does not meet. */
export function findUnmetDemand(model: Model, { region, tags }: Demands): 'region' | 'tags' | null {
  if (region !== null && region !== model.region) return 'region'
  return tags.every((tag) => model.tags?.includes(tag) === true) ? null : 'tags'
}
