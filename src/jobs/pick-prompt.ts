import { findFollowUpReader } from '../routing/follow-ups/follow-up-reader.ts'
import type { PickPrompt } from '../routing/prompts/pick-prompt.ts'
import { routedPrompt } from '../routing/prompts/prompt-rule.ts'
import type { JobContext } from './job.ts'

/**
 * Picks what the gateway of the workspace's configuration scores of a conversation. Warns as the gateway does if the reader
 * of follow-ups cannot be loaded.
 */
export async function loadPickPrompt({
  workspace: { config, dependencies },
  onWarning,
}: Pick<JobContext, 'workspace' | 'onWarning'>): Promise<PickPrompt> {
  const reader = await findFollowUpReader(dependencies.embedderOptions ?? {}, onWarning)
  return (messages) => routedPrompt(messages, config.prompt, reader)
}
