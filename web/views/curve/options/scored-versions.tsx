import type { ComponentChildren } from 'preact'
import type { PolicyDifference } from '../../../../src/jobs/difference/policy-difference.ts'
import type { DifferenceAnswer } from '../../../../src/server/admin/api/routers/learn-routes.ts'
import { Link } from '../../../app/link.tsx'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatShare, formatUsd, formatUsdInterval } from '../../../ui/format.ts'
import { MessageText } from '../../../ui/message-text.tsx'
import { Failure } from '../../../ui/states.tsx'
import { RunProgress } from '../../routers/run-progress.tsx'
import { useRun } from '../../routers/use-run.ts'
import type { LeftOutOption } from './placed-options.ts'

const mostRequests = 2000

/** Versions with another router: it is asked about kept prompts on demand, and compared with what is in service on them. */
export function ScoredVersions({ options, policy }: { options: readonly LeftOutOption[]; policy: string }) {
  const versions = options.flatMap(({ name, compared }) => (compared === null ? [] : [{ name, compared }]))
  if (versions.length === 0) return null
  return (
    <div class="left-out">
      <KeptPrompts title="Versions with another router" policy={policy} versions={versions}>
        Their scores of these requests are not kept, so they have no point. A version can be asked about the
        newest kept prompts.
      </KeptPrompts>
    </div>
  )
}

type KeptPromptsProps = {
  readonly title: string
  readonly policy: string
  /** `compared` as `POST /admin/api/difference` names it. */
  readonly versions: readonly { readonly name: string; readonly compared: string }[]
  /** What it is good for. */
  readonly children: ComponentChildren
}

/** Compares what is in service with other versions on kept prompts, on demand. */
export function KeptPrompts({ title, policy, versions, children }: KeptPromptsProps) {
  const { resource, error, asking, start, cancel } = useRun<DifferenceAnswer<PolicyDifference>>('/difference')
  const run = resource.data?.run ?? null
  return (
    <div class="stack wide">
      <h3>{title}</h3>
      <p class="small quiet">
        {children} {formatCount(mostRequests)} at most are scored; no model is called.
      </p>
      <ul>
        {versions.map(({ name, compared }) => {
          const isAsked =
            run?.asked.policy === policy && run.asked.from === 'serving' && run.asked.to === compared
          return (
            <li key={name} class="controls">
              <ForeignText text={name} most={48} />
              {run?.state !== 'running' && (
                <button
                  type="button"
                  data-row=""
                  disabled={asking !== null}
                  aria-label={`Score kept prompts with ${escapeInvisible(name)}`}
                  onClick={() => start({ policy, from: 'serving', to: compared, limit: mostRequests })}
                >
                  Score kept prompts
                </button>
              )}
              {isAsked && run.state === 'running' && (
                <RunProgress run={run} isCancelling={asking === 'cancel'} cancel={cancel} />
              )}
              {isAsked && run.state === 'done' && <Result difference={run.result} policy={policy} />}
              {isAsked && run.state === 'failed' && (
                <span class="small bad" role="alert">
                  It failed: <MessageText text={run.problem} most={400} />
                </span>
              )}
            </li>
          )
        })}
      </ul>
      {error !== null && <Failure what="It was not started" error={error} />}
      {resource.error !== null && (
        <Failure what="Prompts cannot be scored" error={resource.error} retry={resource.retry} />
      )}
    </div>
  )
}

/** What the version does on kept prompts, against what is in service on the same ones. */
function Result({ difference, policy }: { difference: PolicyDifference; policy: string }) {
  const { requests, notScored, table, usd } = difference
  if (requests === 0)
    return (
      <span class="small quiet" role="status">
        {notScored === 0
          ? 'No kept request was decided by a router of this policy.'
          : 'Neither texts nor vectors of the requests are kept that both routers could score.'}
      </span>
    )
  const strongNow = table.strongStrong + table.strongWeak
  const strongThen = table.strongStrong + table.weakStrong
  return (
    <span class="small" role="status">
      On {formatCount(requests)} kept prompts {formatShare(strongThen / requests)} strong calls instead of{' '}
      {formatShare(strongNow / requests)}, and {formatUsd(usd.to)} instead of {formatUsd(usd.from)}: a
      difference of {formatUsdInterval(usd.difference, usd.interval)}.{' '}
      <Link href={`/routers/${encodeURIComponent(policy)}#difference`}>Which requests move</Link>
    </span>
  )
}
