import { useMemo } from 'preact/hooks'
import type { OverviewAnswer } from '../../../src/server/admin/api/overview.ts'
import type { SavingAnswer } from '../../../src/server/admin/api/saving.ts'
import type { AdminStatus } from '../../../src/server/admin/status.ts'
import { type Resource, useResource } from '../../api/use-resource.ts'
import type { Place } from '../../app/location.ts'
import { useKnownModels } from '../../charts/model-colours.ts'
import { NameFilters, readNameFilters } from '../../filters/name-filters.tsx'
import { type Range, readRange } from '../../filters/range.ts'
import { RangePicker } from '../../filters/range-picker.tsx'
import { AfterPaint } from '../../ui/after-paint.tsx'
import { ExampleRequest } from '../../ui/example-request.tsx'
import { Command, Empty, Loaded } from '../../ui/states.tsx'
import type { ViewProps } from '../view.ts'
import { CertificateCard } from './certificate-card.tsx'
import { EnergyCard } from './energy-card.tsx'
import { FailuresCard } from './failures-card.tsx'
import { FigureCards } from './figure-cards.tsx'
import { OverTimeCards } from './over-time-card.tsx'
import { SavingCard } from './saving-card.tsx'
import { SharesCard } from './shares-card.tsx'
import { TasksCard } from './tasks-card.tsx'
import { UnpricedBanner } from './unpriced-banner.tsx'

const shown = ['model', 'policy', 'key', 'tag'] as const
const everyMs = 30_000

/** What routing saves, which models answer, and how well: of a time, and of names. */
export default function Overview({ place }: ViewProps) {
  const range = readRange(place.query, Date.now())
  const parameters = readNameFilters(place.query, shown)
  const isFiltered = parameters.size > 0
  parameters.set('from', String(range.from))
  parameters.set('to', String(range.to))
  const compared = new URLSearchParams(parameters)
  const baseline = place.query.get('baseline')
  if (baseline !== null) compared.set('baseline', baseline)
  // Asked for together, because a thread of its own computes the saving.
  const saving = useResource<SavingAnswer>(`/saving?${compared}`)
  const status = useResource<AdminStatus>('/status')
  const overview = useResource<OverviewAnswer>(`/overview?${parameters}`, everyMs)
  const knownModels = useKnownModels()
  return (
    <>
      <header class="view-head wide">
        <h1>Overview</h1>
        <NameFilters place={place} range={range} shown={shown} />
        <RangePicker range={range} />
      </header>
      {status.data?.isDemo === true && (
        <p class="quiet small">
          This is routellm demo: the questions, answers and models are made up; the routers and the figures
          are computed as on a real server.
        </p>
      )}
      {overview.data !== null && <UnpricedBanner usage={overview.data.usage} />}
      {hasRequests(overview, saving) && (
        <div class="grid lead">
          <SavingCard saving={saving} />
          <CertificateCard status={status} />
        </div>
      )}
      <Loaded resource={overview} what="The overview cannot be read">
        {({ usage, latency, failures }) =>
          usage.total.requests === 0 ? (
            <NoRequests isFiltered={isFiltered} />
          ) : (
            <>
              <FigureCards
                usage={usage}
                latency={latency}
                failures={failures}
                overheadUsd={saving.data?.overheadUsd ?? null}
              />
              <UsageCards {...{ place, range, usage, failures, knownModels }} compared={String(compared)} />
            </>
          )
        }
      </Loaded>
    </>
  )
}

type UsageCardsProps = Pick<OverviewAnswer, 'usage' | 'failures'> & {
  readonly place: Place
  readonly range: Range
  readonly knownModels: readonly string[]
  /** Parameters of what is compared with the baseline. */
  readonly compared: string
}

/** Charts and tables. They are drawn again only if what they show is another, not because another answer has come. */
function UsageCards({ place, range, usage, failures, knownModels, compared }: UsageCardsProps) {
  return useMemo(
    () => (
      <>
        <SharesCard {...{ usage, range, knownModels }} />
        <AfterPaint>
          <OverTimeCards usage={usage} range={range} />
          <div class="grid wide">
            <FailuresCard usage={usage} failures={failures} />
            <EnergyCard parameters={compared} />
          </div>
          <TasksCard usage={usage} />
        </AfterPaint>
      </>
    ),
    [place, range.from, range.to, usage, failures, knownModels, compared],
  )
}

/** The saving is shown as soon as it is there: the charts below it take longer to draw. */
function hasRequests({ data }: Resource<OverviewAnswer>, saving: Resource<SavingAnswer>): boolean {
  if (data !== null) return data.usage.total.requests > 0
  return saving.data !== null && saving.data.savings.requests.counted > 0
}

function NoRequests({ isFiltered }: { isFiltered: boolean }) {
  return (
    <Empty title={isFiltered ? 'No requests of these names in this time.' : 'No requests in this time.'}>
      <p class="quiet">Send one, and it appears here within seconds:</p>
      <ExampleRequest model="auto" />
      <p class="quiet">Or see the page with a made-up week of requests:</p>
      <Command text="routellm demo" />
    </Empty>
  )
}
