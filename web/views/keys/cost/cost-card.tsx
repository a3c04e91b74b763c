import type { KeyCostAnswer } from '../../../../src/server/admin/api/keys/routes.ts'
import { useResource } from '../../../api/use-resource.ts'
import { formatUsd, formatUsdInterval } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/states.tsx'
import { CostChart } from './cost-chart.tsx'
import { describeOutlook } from './describe-outlook.ts'

/** The dollars of the past days and of the coming 30, of a key or of all requests. */
export function CostCard({ name }: { name: string | null }) {
  const query = name === null ? '' : `?key=${encodeURIComponent(name)}`
  const cost = useResource<KeyCostAnswer>(`/keys/cost${query}`)
  return (
    <section class="card cost" aria-label="Cost of the coming 30 days">
      <h2>{name === null ? 'All requests: the coming 30 days' : 'The coming 30 days'}</h2>
      <Loaded resource={cost} what="The costs cannot be read">
        {(answer) => <Costs answer={answer} />}
      </Loaded>
    </section>
  )
}

function Costs({ answer }: { answer: KeyCostAnswer }) {
  const { forecast, days, todayUsd, outlook } = answer
  const isUnused = days.length === 0 && todayUsd === 0
  return (
    <>
      {forecast.kind === 'known' ? (
        <p class="figure">{formatUsdInterval(forecast.usd, [forecast.low, forecast.high])}</p>
      ) : (
        <p>
          <strong>Not known yet.</strong>{' '}
          {isUnused
            ? 'Nothing has been used within 60 days.'
            : `A month is extrapolated from ${forecast.neededDays} whole days, and there ${forecast.days === 1 ? 'is 1' : `are ${forecast.days}`} so far. This month: ${formatUsd(answer.monthUsd)} until now.`}
        </p>
      )}
      {outlook !== null && <p>{describeOutlook(outlook, answer)}</p>}
      {!isUnused && days.length > 0 && <CostChart answer={answer} />}
      {forecast.kind === 'known' && (
        <p class="quiet small">
          90 % interval. It goes on as the last 42 days: their level and how it drifts, a slope that is seldom
          above 1 % a day, and weeks that are alike. New clients, prices and limits are not in it.
        </p>
      )}
    </>
  )
}
