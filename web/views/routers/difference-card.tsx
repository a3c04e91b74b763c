import { useState } from 'preact/hooks'
import { formatSetting } from '../../../src/base/text/format/format-setting.ts'
import type { PolicyDifference } from '../../../src/jobs/difference/policy-difference.ts'
import type { DifferenceAnswer } from '../../../src/server/admin/api/routers/learn-routes.ts'
import type { AdminStatus } from '../../../src/server/admin/status.ts'
import type { RouterVersion } from '../../../src/store/records/types/versions.ts'
import { useResource } from '../../api/use-resource.ts'
import { changeQuery, readPlace } from '../../app/location.ts'
import { escapeInvisible } from '../../ui/escape-invisible.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatTime } from '../../ui/format.ts'
import { MessageText } from '../../ui/message-text.tsx'
import { Failure, Loaded } from '../../ui/states.tsx'
import { DifferenceResult } from './difference-result.tsx'
import { RunProgress } from './run-progress.tsx'
import { useLinked } from './use-linked.ts'
import { useRun } from './use-run.ts'

const limits = [500, 2000, 10_000] as const

/** Which kept requests another version of a policy would decide differently. */
export function DifferenceCard({ policy }: { policy: string }) {
  const { versions, hasCanary, areRead } = useVersions(policy)
  const { resource, error, asking, start, cancel } = useRun<DifferenceAnswer<PolicyDifference>>('/difference')
  const { query } = readPlace()
  const [chosen, setChosen] = useState<{ from?: string; to?: string }>({})
  const asked = resource.data?.run?.asked
  const from = chosen.from ?? query.get('one') ?? asked?.from ?? 'configured'
  const to = chosen.to ?? query.get('other') ?? asked?.to ?? (hasCanary ? 'canary' : 'serving')
  const [limit, setLimit] = useState(2000)
  const card = useLinked('#difference', resource.data !== null && areRead)
  const isSame = from === to
  const names = [...new Set(['serving', 'configured', ...(hasCanary ? ['canary'] : []), ...versions])]
  const compare = (event: Event) => {
    event.preventDefault()
    changeQuery({ one: from, other: to }, true)
    start({ policy, from, to, limit })
  }
  return (
    <section ref={card} id="difference" class="card stack difference" aria-label="Difference of two versions">
      <h2 tabIndex={-1}>Difference of two versions</h2>
      <Loaded resource={resource} what="The comparison cannot be read">
        {({ run }) => (
          <>
            {run?.state === 'running' ? (
              <RunProgress run={run} isCancelling={asking === 'cancel'} cancel={cancel} />
            ) : (
              <form class="controls" onSubmit={compare}>
                <VersionChoice
                  label="From"
                  version={from}
                  names={names}
                  onChange={(next) => setChosen({ from: next, to })}
                />
                <VersionChoice
                  label="to"
                  version={to}
                  names={names}
                  onChange={(next) => setChosen({ from, to: next })}
                />
                <label>
                  on the last{' '}
                  <select value={limit} onChange={(event) => setLimit(Number(event.currentTarget.value))}>
                    {limits.map((each) => (
                      <option key={each} value={each}>
                        {each.toLocaleString('en')} requests
                      </option>
                    ))}
                  </select>
                </label>
                <button type="submit" disabled={asking !== null || isSame}>
                  Compare
                </button>
                {isSame && <span class="quiet small">Choose two versions, or two thresholds.</span>}
              </form>
            )}
            {error !== null && <Failure what="That did not work" error={error} />}
            {run === null && (
              <p class="quiet">
                Shows which kept requests would change their model, by kind of work, and what that costs. No
                model is called.
              </p>
            )}
            {run?.state === 'failed' && (
              <p class="bad" role="alert">
                It failed: <MessageText text={run.problem} />
              </p>
            )}
            {run?.state === 'cancelled' && <p class="quiet">Cancelled.</p>}
            {run?.state === 'done' && (
              <>
                {run.asked.policy !== policy && (
                  <p class="small">
                    Of <ForeignText text={run.asked.policy} />, compared {formatTime(run.endedAt)}:
                  </p>
                )}
                <DifferenceResult difference={run.result} />
              </>
            )}
          </>
        )}
      </Loaded>
    </section>
  )
}

/** The routers that were in service for a policy, and whether one is on trial. */
function useVersions(policy: string): {
  readonly versions: readonly string[]
  readonly hasCanary: boolean
  readonly areRead: boolean
} {
  const versions = useResource<readonly RouterVersion[]>(
    `/routers/versions?policy=${encodeURIComponent(policy)}`,
  )
  const status = useResource<AdminStatus>('/status')
  const route = status.data?.lock?.policies.find(({ name }) => name === policy)
  const names = (versions.data ?? []).flatMap(({ locked }) => ('router' in locked ? [locked.router] : []))
  return {
    versions: [...new Set(names)],
    hasCanary: route !== undefined && route.canary !== null,
    areRead: versions.data !== null,
  }
}

const titles: Readonly<Record<string, string>> = {
  serving: 'in service',
  configured: 'the configuration’s',
  canary: 'the canary',
}

type VersionChoiceProps = {
  readonly label: string
  /** `serving@0.4` */
  readonly version: string
  readonly names: readonly string[]
  readonly onChange: (version: string) => void
}

/** A router, and its own threshold or another. */
function VersionChoice({ label, version, names, onChange }: VersionChoiceProps) {
  const at = version.lastIndexOf('@')
  const [name, threshold] = at === -1 ? [version, ''] : [version.slice(0, at), version.slice(at + 1)]
  const [typed, setTyped] = useState<string | null>(null)
  const change = (next: string, given: string) => onChange(given === '' ? next : `${next}@${given}`)
  return (
    <span class="version-choice">
      <label>
        {label}{' '}
        <select
          aria-label={`Version ${label.toLowerCase()}`}
          value={name}
          onChange={(event) => change(event.currentTarget.value, threshold)}
        >
          {(names.includes(name) ? names : [...names, name]).map((each) => (
            <option key={each} value={each}>
              {titles[each] ?? escapeInvisible(each)}
            </option>
          ))}
        </select>
      </label>
      <label>
        at{' '}
        <input
          type="number"
          min="0"
          max="1"
          step="any"
          placeholder="its own"
          aria-label={`Threshold ${label.toLowerCase()}`}
          value={typed ?? (threshold === '' ? '' : formatSetting(Number(threshold)))}
          title={threshold}
          onInput={(event) => {
            setTyped(event.currentTarget.value)
            change(name, event.currentTarget.value)
          }}
          onBlur={() => setTyped(null)}
        />
      </label>
    </span>
  )
}
