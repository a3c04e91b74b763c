import { toDisplayText } from '../../../base/text/display.ts'
import { formatOfNeeded, formatPercent } from '../../../base/text/format/format-number.ts'
import type { LabelProgressResult } from '../../../jobs/labels/progress/job.ts'
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

/** What each policy lacks, for a person. */
export function formatProgress({ policies }: LabelProgressResult): string[] {
  return policies.map(({ policy, problem, missing, maxLoss, calibration, comparison }) =>
    problem !== null
      ? `${policy}: ${problem}`
      : missing === 0
        ? `${policy}: enough labels to try: routellm learn --policy ${policy}`
        : `${policy}: about ${missing} more labelled sessions for a loss of at most ${formatPercent(maxLoss)}; ${formatOfNeeded(calibration.sessions, calibration.needed)} to calibrate with, ${formatOfNeeded(comparison.sessions, comparison.needed)} to compare on`,
  )
}
