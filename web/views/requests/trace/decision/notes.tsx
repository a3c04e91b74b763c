import type { ComponentChildren } from 'preact'
import type { RequestAnswer } from '../../../../../src/server/admin/api/requests.ts'
import { describeArm } from '../../../../decision/words/describe-arm.ts'
import { describeFallback } from '../../../../decision/words/describe-fallback.ts'
import { ForeignText } from '../../../../ui/foreign-text.tsx'
import { formatShare } from '../../../../ui/format.ts'
import { DecidedBy } from './decided-by.tsx'

/** What decided beside the score: an experiment, chance, the answer of a cheaper model, the session, a failure, a budget. */
export function Notes({ request }: { request: RequestAnswer }) {
  const { experiment, arm, overBudget, model, propensity, decidedBy } = request
  return (
    <>
      {experiment !== null && (
        <Note>
          <ForeignText text={describeArm(experiment, arm)} most={200} />
        </Note>
      )}
      {propensity !== null && decidedBy.kind !== 'draw' && model !== null && (
        <Note>
          Chance had a part: <ForeignText text={model} most={40} /> had a chance of {formatShare(propensity)}.
        </Note>
      )}
      <CheckNote request={request} />
      <DecidedBy request={request} />
      <FallbackNote request={request} />
      {overBudget !== null && (
        <p class="banner">
          <span>
            <ForeignText text={overBudget} /> was not asked: the budget has too few dollars left for it.
          </span>
        </p>
      )}
    </>
  )
}

/** Of a cascade: that the score may be one of the answer. */
function CheckNote({ request }: { request: RequestAnswer }) {
  const { policyKind, strongWinRate, fallback, calls, model } = request
  if (policyKind !== 'cascade' || strongWinRate === null) return null
  const read = calls.find((call) => call.model !== model && !call.isRefused)
  if (read !== undefined && model !== null && fallback === null)
    return (
      <Note>
        The answer of <ForeignText text={read.model} most={40} /> was read first; its score asked for{' '}
        <ForeignText text={model} most={40} />.
      </Note>
    )
  return (
    <Note>
      The policy is a cascade: the score is that of the answer if it was read, else that of the prompt.
    </Note>
  )
}

function FallbackNote({ request }: { request: RequestAnswer }) {
  const { fallback, status, strongWinRate } = request
  if (fallback === null) return null
  const isOfRouter = fallback.startsWith('router-') && strongWinRate === null
  return (
    <p class="banner">
      <span>
        {isOfRouter
          ? 'Nothing was compared, and the safest model was chosen: '
          : `Another model than the chosen one ${status < 400 ? 'answered' : 'was asked'}: `}
        <ForeignText text={describeFallback(fallback)} most={120} />.
      </span>
    </p>
  )
}

function Note({ children }: { children: ComponentChildren }) {
  return <p class="note">{children}</p>
}
