import { toDisplayText } from '../../../base/text/display.ts'
import type { QueuedRequest } from '../../../jobs/labels/read-queue.ts'

const reasons = {
  uncertain: 'near the threshold',
  drifting: 'unlike the labelled prompts',
  dear: 'dear',
  base: 'drawn by chance',
} as const

/** Requests that wait for a label, for a person. */
export function formatQueue(items: readonly QueuedRequest[]): string[] {
  if (items.length === 0) return ['No request waits for a label. `routellm labels select` puts some up.']
  return items.flatMap(({ requestId, reason, model, candidates, prompt, answer }) => [
    `${requestId}  ${reasons[reason]}; ${model ?? 'no model'} answered, of ${candidates.join(', ')}`,
    ...(prompt === null ? ['  (its text is not kept)'] : [`  asked:    ${toDisplayText(prompt, 300)}`]),
    ...(answer === null ? [] : [`  answered: ${toDisplayText(answer, 300)}`]),
  ])
}
