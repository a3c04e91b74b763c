import { useEffect, useState } from 'preact/hooks'
import { ApiError } from '../api/request.ts'
import { describeServedChange, isSameServed, type Served } from './describe-served.ts'

/** What a dialog shows of what is served. */
export type Seen<Value> = {
  readonly seen: Value
  /** What it showed before somebody else changed that; null: nothing else. */
  readonly before: Value | null
  /** The server has refused what the dialog asked for. */
  refuse(error: Error): void
}

/**
 * Keeps what a dialog shows as it was when it was opened, so that nobody confirms what they have not read. Only a refusal because
 * something else is in service now shows that, as soon as it is read.
 *
 * @param reread reads it again.
 */
export function useSeen<Value>(
  current: Value,
  toServed: (value: Value) => Served,
  reread: () => void,
): Seen<Value> {
  const [{ seen, before, isOld }, setState] = useState<{ seen: Value; before: Value | null; isOld: boolean }>(
    { seen: current, before: null, isOld: false },
  )
  const isRead = isOld && !isSameServed(toServed(current), toServed(seen))
  useEffect(() => {
    if (isRead) setState({ seen: current, before: seen, isOld: false })
  }, [isRead])
  return {
    seen,
    before,
    refuse(error) {
      if (!isLockChanged(error)) return
      setState((state) => ({ ...state, isOld: true }))
      reread()
    },
  }
}

function isLockChanged(error: Error): boolean {
  return error instanceof ApiError && error.code === 'lock_changed'
}

/** `useSeen` of a policy itself. `changed` is a sentence; null: nothing else is shown. */
export function useSeenPolicy<Policy extends Served>(
  current: Policy,
  reread: () => void,
): Pick<Seen<Policy>, 'seen' | 'refuse'> & { readonly changed: string | null } {
  const { seen, before, refuse } = useSeen(current, (policy) => policy, reread)
  return { seen, refuse, changed: before && describeServedChange(before, seen) }
}
