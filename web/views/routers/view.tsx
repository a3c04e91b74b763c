import { useState } from 'preact/hooks'
import type { LockablePolicy } from '../../../src/server/admin/actions/lock-actions.ts'
import type { RoutersAnswer } from '../../../src/server/admin/api/routers/routes.ts'
import type { AdminStatus } from '../../../src/server/admin/status.ts'
import { useResource } from '../../api/use-resource.ts'
import { Link } from '../../app/link.tsx'
import { DoneBanner } from '../../ui/done-banner.tsx'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { MessageText } from '../../ui/message-text.tsx'
import { Command, Empty, Loaded } from '../../ui/states.tsx'
import type { ViewProps } from '../view.ts'
import { AuditCard } from './audit-card.tsx'
import { DifferenceCard } from './difference-card.tsx'
import { ExperimentsCard } from './experiments/experiments-card.tsx'
import { LearnCard } from './learn-card.tsx'
import { OthersCard } from './others-card.tsx'
import { ServiceCard } from './policy/service-card.tsx'
import { VersionsCard } from './policy/versions-card.tsx'
import { useReadAgain } from './use-read-again.ts'

const everyMs = 30_000

/** What is in service is asked for again after so long. */
const servedMs = 10_000

/** What is in service for each policy, its versions, what is tried, and who has changed what. */
export default function Routers({ item }: ViewProps) {
  const routers = useResource<RoutersAnswer>('/routers', servedMs)
  const status = useResource<AdminStatus>('/status', everyMs)
  const states = (routers.data?.policies ?? []).map(({ state }) => state).join()
  useReadAgain(states, status.retry)
  const [done, setDone] = useState<string | null>(null)
  const reread = () => {
    routers.retry()
    status.retry()
  }
  const change = (why: string) => {
    setDone(why)
    reread()
  }
  return (
    <>
      <header class="view-head wide">
        <h1>Routers</h1>
      </header>
      <Loaded resource={routers} what="The routers cannot be read">
        {({ problem, policies, others }) => {
          const shown = item === null ? policies[0] : findPolicy(policies, item)
          // Its name can change with the lock file, and what is open or runs stays.
          const key = shown?.policy ?? 'auto'
          return (
            <>
              {problem !== null && (
                <p class="banner">
                  <MessageText text={problem} />
                </p>
              )}
              <Policies policies={policies} shown={shown} />
              {done !== null && <DoneBanner why={done} />}
              {shown === undefined ? (
                <NoPolicy item={item} />
              ) : (
                <>
                  <ServiceCard
                    key={key}
                    policy={shown}
                    status={status.data}
                    isChangeable={problem === null && shown.problem === null}
                    reread={reread}
                    onChange={change}
                  />
                  <VersionsCard
                    key={`versions ${key}`}
                    policy={shown}
                    isChangeable={problem === null && shown.problem === null}
                    reread={reread}
                    onChange={change}
                  />
                  <LearnCard key={`learn ${key}`} policy={shown.name} onDone={reread} />
                  <DifferenceCard key={`difference ${key}`} policy={shown.name} />
                </>
              )}
              <ExperimentsCard status={status.data} />
              <AuditCard state={states} />
              <OthersCard others={others} />
            </>
          )
        }}
      </Loaded>
    </>
  )
}

/** By the name that the lock file has, or that requests record. */
function findPolicy(policies: readonly LockablePolicy[], item: string): LockablePolicy | undefined {
  return policies.find(({ name }) => name === item) ?? policies.find(({ policy }) => policy === item)
}

type PoliciesProps = {
  readonly policies: readonly LockablePolicy[]
  readonly shown: LockablePolicy | undefined
}

/** The policies, one of which is shown. */
function Policies({ policies, shown }: PoliciesProps) {
  if (policies.length < 2) return null
  return (
    <nav class="controls" aria-label="Policies">
      {policies.map(({ name }) => (
        <Link
          key={name}
          href={`/routers/${encodeURIComponent(name)}`}
          class={`button ${name === shown?.name ? 'on' : ''}`}
          current={name === shown?.name}
          row
        >
          <ForeignText text={name} most={32} />
        </Link>
      ))}
    </nav>
  )
}

function NoPolicy({ item }: { item: string | null }) {
  return (
    <Empty title={item === null ? 'No policy asks a router.' : 'There is no such policy.'}>
      <p class="quiet">
        A policy of the kind pair chooses between two models by a router. This writes a configuration with
        one:
      </p>
      <Command text="routellm init" />
    </Empty>
  )
}
