import type { CurveAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import { Link } from '../../app/link.tsx'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatShare, formatUsd } from '../../ui/format.ts'

const mostNamed = 3

/** How many requests the curve leaves out because another router has scored them, and what to do. */
export function OthersBanner({ answer }: { answer: CurveAnswer }) {
  const { otherRouters, requests, policy } = answer
  if (otherRouters.length === 0) return null
  const others = otherRouters.reduce((sum, other) => sum + other.requests, 0)
  const usd = otherRouters.reduce((sum, other) => sum + other.usd, 0)
  const all = requests + others
  return (
    <div class="banner">
      <p>
        {formatCount(others)} of {formatCount(all)} requests of this time ({formatShare(others / all)},{' '}
        {formatUsd(usd)}) are left out: another router has scored them, and a {policy.measure} of{' '}
        <ForeignText text={policy.router ?? 'the table'} most={40} /> does not compare with its scores. No
        figure of this page includes them. Scored by <ScoredBy others={otherRouters} />.
      </p>
      <Link href={toComparison(policy.name, otherRouters[0]!.router)}>
        Compare the routers on the same prompts
      </Link>
    </div>
  )
}

/** `mf (1,453), learned-2026-11-28 (840)` */
export function ScoredBy({ others }: { others: CurveAnswer['otherRouters'] }) {
  return (
    <>
      {others.slice(0, mostNamed).map(({ router, requests }, index) => (
        <span key={router}>
          {index > 0 && ', '}
          <ForeignText text={router} most={40} /> ({formatCount(requests)})
        </span>
      ))}
      {others.length > mostNamed && ` and ${others.length - mostNamed} more`}
    </>
  )
}

/** The card of Routers that compares a router with the one in service, with both filled in. */
function toComparison(policy: string, router: string): string {
  return `/routers/${encodeURIComponent(policy)}?one=${encodeURIComponent(router)}&other=serving#difference`
}
