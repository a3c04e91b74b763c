import { useEffect, useState } from 'preact/hooks'
import type { DecideAnswer } from '../../../../src/server/admin/api/playground/routes.ts'
import { postJson } from '../../../api/request.ts'
import { checkSize } from '../request-size.ts'

export type DecisionState = {
  /** Stays while the next one is asked for. */
  readonly decision: DecideAnswer | null
  readonly error: Error | null
  /** Whether the decision is of an earlier request. */
  readonly isPending: boolean
}

const pauseMs = 150
/** Of a text that takes a moment to send. */
const longPauseMs = 500
const nothing: DecisionState = { decision: null, error: null, isPending: false }

/** The decision of a request, a moment after it has changed. @param body null: there is nothing to decide. */
export function useDecision(body: object | null, isLong: boolean): DecisionState {
  const [state, setState] = useState(nothing)
  useEffect(() => {
    if (body === null) {
      setState(nothing)
      return
    }
    setState((before) => ({ ...before, isPending: true }))
    const control = new AbortController()
    const decide = async () => {
      checkSize(body)
      return postJson<DecideAnswer>('/playground/decide', body, { signal: control.signal })
    }
    const timer = setTimeout(
      () =>
        decide().then(
          (decision) => control.signal.aborted || setState({ decision, error: null, isPending: false }),
          (error: Error) => control.signal.aborted || setState({ decision: null, error, isPending: false }),
        ),
      isLong ? longPauseMs : pauseMs,
    )
    return () => {
      clearTimeout(timer)
      control.abort()
    }
  }, [body])
  return state
}
