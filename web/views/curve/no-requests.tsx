import type { CurveAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import { ExampleRequest } from '../../ui/example-request.tsx'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatUsd } from '../../ui/format.ts'
import { Empty } from '../../ui/states.tsx'
import { KeptPrompts } from './options/scored-versions.tsx'
import { ScoredBy } from './others-banner.tsx'

/** Why there is no curve, and what shows what the router in service does. */
export function NoRequests({ answer }: { answer: CurveAnswer }) {
  const { policy, otherRouters } = answer
  const model = policy.policy === null ? 'auto' : `policy-${policy.policy}`
  if (otherRouters.length > 0) return <OnlyOfOthers answer={answer} model={model} />
  return (
    <Empty title="No request of this policy and its router in this time.">
      <p class="quiet">Choose a longer time, or send one:</p>
      <ExampleRequest model={model} />
    </Empty>
  )
}

/** As right after another router was promoted. */
function OnlyOfOthers({ answer, model }: { answer: CurveAnswer; model: string }) {
  const { policy, otherRouters } = answer
  const router = policy.router ?? 'the table'
  const others = otherRouters.reduce((sum, { requests }) => sum + requests, 0)
  const usd = otherRouters.reduce((sum, other) => sum + other.usd, 0)
  return (
    <Empty title="The router in service has scored no request of this time yet.">
      <p>
        The curve is computed from the scores of <ForeignText text={router} most={40} />, which is in service.
        The {formatCount(others)} requests of this time ({formatUsd(usd)}) have scores of another router, with
        which its {policy.measure} does not compare: <ScoredBy others={otherRouters} />. Each request that{' '}
        <ForeignText text={router} most={40} /> decides from now on counts here.
      </p>
      {policy.measure === 'threshold' && (
        <KeptPrompts
          title="What is known now"
          policy={policy.name}
          versions={otherRouters.slice(0, 3).map(({ router: name }) => ({ name, compared: name }))}
        >
          <ForeignText text={router} most={40} /> can be asked about the newest kept prompts, and is compared
          with a router before it on the same ones.
        </KeptPrompts>
      )}
      <p class="quiet">This sends a request that it decides:</p>
      <ExampleRequest model={model} />
    </Empty>
  )
}
