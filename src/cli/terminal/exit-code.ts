import { ArtifactError, ConfigError, DataError, InvalidRequestError, RouteLLMError } from '../../errors.ts'

export const exitCodes = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const

/** A requested check that failed; its message has been printed already. */
export class CheckFailedError extends RouteLLMError {}

/** Input that is bad in places; the command has gone on, and its result and message have been printed already. */
export class ReportedBadInputError extends RouteLLMError {}

/** Bad input can be corrected by the user; a network failure or a missing package is a failed requirement. */
export function exitCodeOf(error: unknown): number {
  const isBadInput =
    error instanceof ConfigError ||
    error instanceof InvalidRequestError ||
    error instanceof DataError ||
    error instanceof ArtifactError ||
    // It names the option at fault.
    (error instanceof RouteLLMError && error.param?.startsWith('--') === true)
  return isBadInput ? exitCodes.badInput : exitCodes.failed
}
