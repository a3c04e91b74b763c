import type { Model } from './model.ts'
import type { RequestNeeds } from './request-needs.ts'

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
 * The first need that the model does not meet; null if it meets all. A property of the model that is not known meets
 * every need, except for region and tags: these are demands that only a stated property meets.
 */
export function findExclusion(model: Model, needs: RequestNeeds): Exclusion | null {
  const { contextTokens, maxOutputTokens, modalities } = model
  if (contextTokens !== undefined && needs.inputTokens > contextTokens) return 'context'
  if (maxOutputTokens !== undefined && (needs.maxOutputTokens ?? 0) > maxOutputTokens) return 'output'
  if (modalities !== undefined && needs.modalities.some((each) => !modalities.includes(each)))
    return 'modality'
  if (needs.tools && model.tools === false) return 'tools'
  if (needs.structuredOutput && model.structuredOutput === false) return 'structured-output'
  if (needs.region !== null && needs.region !== model.region) return 'region'
  if (needs.tags.some((tag) => model.tags?.includes(tag) !== true)) return 'tags'
  return null
}
