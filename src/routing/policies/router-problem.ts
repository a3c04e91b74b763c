import { RouteLLMError, RouterError } from '../../errors.ts'

/**
 * Why a router did not score a prompt, as one clause that quotes nothing of the prompt.
 *
 * @throws the error itself if the router refuses because of its load (`RouterError` of status 429).
 */
export function toRouterProblem(error: unknown): string {
  if (error instanceof RouterError && error.status === 429) throw error
  // Messages of foreign errors may quote the prompt, so only their names are given.
  if (error instanceof RouteLLMError) return `${error.code}: ${error.message}`
  return error instanceof Error ? `it threw ${error.name}` : 'it threw something that is no Error'
}
