import { useMemo } from 'preact/hooks'
import type { LockedRouter } from '../../../../src/config/lock/lock-file.ts'
import type { CurveAnswer } from '../../../../src/server/admin/api/curve/routes.ts'
import { useResource } from '../../../api/use-resource.ts'
import { Link } from '../../../app/link.tsx'
import { readRange } from '../../../filters/range.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatShare } from '../../../ui/format.ts'

type UnmeasuredChangeProps = {
  readonly policy: string
  /** Null: that of the configuration. */
  readonly next: LockedRouter | null
  readonly isSameRouter: boolean
}

/** Another router has scored the kept requests: what it did when it was compared is all that is known of it. */
export function UnmeasuredChange({ policy, next, isSameRouter }: UnmeasuredChangeProps) {
  if (isSameRouter)
    return <p class="small quiet">What changes in dollars, strong calls and quality is not known here.</p>
  const { strongCallFraction, lossBound } = next?.evidence ?? {}
  const known = [
    strongCallFraction !== undefined && `${formatShare(strongCallFraction)} strong calls`,
    lossBound !== undefined && `at most ${formatShare(lossBound)} of requests lost`,
  ].filter((each) => each !== false)
  const one = next?.router ?? 'configured'
  return (
    <p class="small">
      {known.length > 0 &&
        `On the labels that it was compared on when it was trained, it had ${known.join(' and ')}. `}
      What changes in dollars and quality on your requests is not known, because none has the scores of both
      routers. {next !== null && <ScoredRequests policy={policy} router={next.router} />}
      <Link
        href={`/routers/${encodeURIComponent(policy)}?one=${encodeURIComponent(one)}&other=serving#difference`}
      >
        Compare both on kept prompts
      </Link>
    </p>
  )
}

/** How many requests a router has scored that is not in service. */
function ScoredRequests({ policy, router }: { policy: string; router: string }) {
  const path = useMemo(() => {
    const { from, to } = readRange(new URLSearchParams(), Date.now())
    return `/curve?${new URLSearchParams({ policy, from: String(from), to: String(to) })}`
  }, [policy])
  const { data } = useResource<CurveAnswer>(path)
  if (data === null) return null
  const scored = data.otherRouters.find((other) => other.router === router)?.requests ?? 0
  const all = data.otherRouters.reduce((sum, { requests }) => sum + requests, data.requests)
  return (
    <>
      <ForeignText text={router} most={40} /> has scored {formatCount(scored)} of the {formatCount(all)}{' '}
      requests of the last 7 days.{' '}
    </>
  )
}
