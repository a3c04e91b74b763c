import type { RequestAnswer } from '../../../../../src/server/admin/api/requests.ts'
import { describeStatus } from '../../../../decision/words/describe-status.ts'
import { escapeInvisible } from '../../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../../ui/foreign-text.tsx'
import { describeCall, sortCalls } from './describe-call.ts'
import { describeNoRescue } from './describe-no-rescue.ts'

/** What failed and why, call by call; nothing for a request that was answered. */
export function FailureCard({ request }: { request: RequestAnswer }) {
  const { status, calls, text, error: code, errorMeaning } = request
  if (status < 400) return null
  const error = text?.answer?.error ?? null
  const noRescue = describeNoRescue(request)
  return (
    <section class="card stack wide" aria-label="What failed">
      <h2>What failed</h2>
      <p>
        <strong class="bad">{describeStatus(status)}</strong>. {sumUp(request)}
      </p>
      {calls.length > 0 && (
        <ol class="attempts">
          {sortCalls(calls).map((call) => (
            <li key={`${call.model} ${call.sentMs}`}>
              <ForeignText text={call.model} most={40} /> {describeCall(call, request)}
            </li>
          ))}
        </ol>
      )}
      {noRescue !== null && <p>{noRescue}</p>}
      {code !== null && (
        <p>
          The server answered <code>{escapeInvisible(code.replaceAll('-', '_'))}</code>
          {errorMeaning !== null && `: ${escapeInvisible(errorMeaning, 400)}`}
        </p>
      )}
      {error !== null && (
        <p>
          The client got: <ForeignText text={error} most={600} canOpen />
        </p>
      )}
      {code === null && error === null && text === null && status !== 499 && (
        <p class="small quiet">The message of the error was not kept: the store keeps no text.</p>
      )}
    </section>
  )
}

function sumUp({ status, calls, model }: RequestAnswer): string {
  if (calls.length === 0)
    return status === 499
      ? 'The client left before a model was called.'
      : `No model was called: the server refused the request${model === null ? ' before it was decided' : ''}.`
  const last = calls[0]
  if (status === 499) return 'The client left before the answer was complete.'
  if (last !== undefined && !last.isRefused && last.firstByteMs !== null)
    return 'The answer broke off after it had begun.'
  return calls.length === 1 ? 'The model did not answer.' : 'No model answered.'
}
