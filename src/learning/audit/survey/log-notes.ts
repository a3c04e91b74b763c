import { formatCount } from '../../../base/text/format/format-number.ts'
import type { LogFormat } from '../../formats/logs/log-format.ts'

/** Counts of requests that the reader of a report should know of. */
export type NotedCounts = { readonly unreadTimes: number; readonly cutPrompts: number }

/** Sentences about the log itself: what its format says, and what could not be read of it. */
export function findLogNotes(format: LogFormat, { unreadTimes, cutPrompts }: NotedCounts): readonly string[] {
  return [
    ...(format.notes ?? []),
    ...(unreadTimes === 0
      ? []
      : [
          `${formatCount(unreadTimes)} requests have a time in a form that is not read, such as 10/1/2026, which could mean two days. Write times as ISO 8601: 2026-10-01T08:30:00Z.`,
        ]),
    ...(cutPrompts === 0
      ? []
      : [
          `The logger cut the prompts of ${formatCount(cutPrompts)} requests, so they are not scored. Raise its limit (LiteLLM: MAX_STRING_LENGTH_PROMPT_IN_DB) to audit them.`,
        ]),
  ]
}
