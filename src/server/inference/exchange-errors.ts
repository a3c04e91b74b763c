import { toDisplayText } from '../../base/text/display.ts'
import { RouteLLMError, UpstreamError } from '../../errors.ts'
import { clientClosedRequest } from './reply/reply-channel.ts'

export function undecodable(encoding: string): UpstreamError {
  return new UpstreamError(
    'upstream-bad-encoding',
    `The upstream sent its reply in the content encoding ${JSON.stringify(toDisplayText(encoding))}, which was not asked for and cannot be decoded here.`,
  )
}

export function clientLeft(): RouteLLMError {
  return new RouteLLMError('client-left', 'The client left before the decision was made.', {
    status: clientClosedRequest,
  })
}

/** @param isEventStream whether the reply is a stream, so that its encoding is what was not asked for. */
export function lateReply(
  provider: string | undefined,
  status: number,
  isEventStream: boolean,
): UpstreamError {
  return new UpstreamError(
    'upstream-unexpected-reply',
    `The upstream "${provider}" answered ${status} ${isEventStream ? 'in an encoding that was not asked for' : 'with no event stream'}, after the client had been told to wait for one.`,
  )
}
