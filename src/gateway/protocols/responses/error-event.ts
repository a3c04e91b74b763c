import type { RouteLLMError } from '../../../errors.ts'
import { errorBody } from '../chat-completions/error-body.ts'

/**
 * The event of OpenAI's documentation (`type`, `code`, `message`, `param`, `sequence_number`), with the error object of a
 * reply beside it: OpenAI's client throws only for that, and would take the end of the stream for a success otherwise.
 *
 * The events before it are not read, so its number in the stream is not known.
 */
export function errorEvent(error: RouteLLMError): string {
  const { error: shown } = errorBody(error)
  const { code, message, param } = shown
  const event = { type: 'error', code, message, param, sequence_number: 0, error: shown }
  // The blank line before it ends an event that the upstream left unfinished.
  return `\n\nevent: error\ndata: ${JSON.stringify(event)}\n\n`
}
