import { hostname } from 'node:os'
import { isRunning } from '../../base/files/atomic-file.ts'
import { RouteLLMError } from '../../errors.ts'
import type { JobHolder } from '../../store/records/types/job-holder.ts'

/** The row of the job in the store, by which one process learns at a time. */
export const learnJobId = 'learn'

/** A process that has held the job for so long has been forgotten, or stands still. */
const longestRunMs = 6 * 3_600_000

/** Whether a process that holds the job no longer runs, as far as this machine can tell. @param now milliseconds since 1970. */
export function isGone({ host, pid, time }: JobHolder, now: number): boolean {
  return now - time > longestRunMs || (host === hostname() && !isRunning(pid))
}

export function learnRunning({ pid, host, time }: JobHolder, storeFolder: string): RouteLLMError {
  return new RouteLLMError(
    'learn-running',
    `The process ${pid} on ${host} learns from ${storeFolder} already, since ${new Date(time).toISOString()}. Wait for its end.`,
    { status: 409 },
  )
}
