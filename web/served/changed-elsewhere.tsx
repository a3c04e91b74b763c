import { useEffect, useRef, useState } from 'preact/hooks'
import { Link } from '../app/link.tsx'
import { formatExactTime } from '../ui/format.ts'
import { MessageText } from '../ui/message-text.tsx'
import { describeServedChange, isSameServed, type Served } from './describe-served.ts'

export type ChangedElsewhere = {
  /** A sentence; null: nobody else has changed what is served, since the page was opened or made a change itself. */
  readonly why: string | null
  /** The page has changed what is served itself. @param before `Served.state` that it was changed from. */
  expectOwn(before: string): void
}

/**
 * Notices that somebody else has changed what is in service for a policy.
 *
 * @param isBusy whether the page is about to change it, so that it is not known yet who has.
 */
export function useChangedElsewhere(policy: Served, isBusy: boolean): ChangedElsewhere {
  const known = useRef(policy)
  const own = useRef<string | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  useEffect(() => {
    if (isBusy || isSameServed(known.current, policy)) return
    const before = known.current
    known.current = policy
    if (policy.state === own.current) return
    setWhy(
      own.current === null
        ? `Changed elsewhere, seen ${formatExactTime(Date.now())}: ${describeServedChange(before, policy)}`
        : null,
    )
    own.current = null
  }, [policy, isBusy])
  return {
    why,
    expectOwn(before) {
      own.current = before
    },
  }
}

/** Says that somebody else has changed what is in service, and where it is written who. */
export function ElsewhereBanner({ why, policy }: { why: string | null; policy: string }) {
  if (why === null) return null
  return (
    <div class="banner">
      <p role="status">
        <MessageText text={why} />
      </p>
      <Link href={`/routers/${encodeURIComponent(policy)}`}>Who changed it</Link>
    </div>
  )
}
