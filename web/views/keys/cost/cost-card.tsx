import type { KeyCostAnswer } from '../../../../src/server/admin/api/keys/routes.ts'
import type { Resource } from '../../../api/use-resource.ts'
import { formatUsd, formatUsdInterval } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/states.tsx'
import { CostChart } from './cost-chart.tsx'
import { describeOutlook } from './describe-outlook.ts'
import { describePace } from './describe-pace.ts'

/** Whose dollars they are. A former key will cost nothing. */
export type CostSubject = 'all-requests' | 'key' | 'former-key'

const titles: Readonly<Record<CostSubject, string>> = {
  'all-requests': 'All requests: the coming 30 days',
  key: 'The coming 30 days',
  'former-key': 'The past days',
}

/** The dollars of the past days and of the coming 30. */
export function CostCard({ cost, of }: { cost: Resource<KeyCostAnswer>; of: CostSubject }) {
  return (
    <section class="card cost" aria-label={of === 'former-key' ? 'Past cost' : 'Cost of the coming 30 days'}>
      <h2>{titles[of]}</h2>
      <Loaded resource={cost} what="The costs cannot be read">
        {(answer) => (of === 'former-key' ? <PastCosts answer={answer} /> : <Costs answer={answer} />)}
      </Loaded>
    </section>
  )
}

function PastCosts({ answer }: { answer: KeyCostAnswer }) {
  const { days, monthUsd } = answer
  return (
    <>
      <p>{formatUsd(monthUsd)} this month.</p>
      {days.length > 0 && (
        <CostChart answer={{ ...answer, forecast: { kind: 'unknown', days: days.length, neededDays: 0 } }} />
      )}
    </>
  )
}

function Costs({ answer }: { answer: KeyCostAnswer }) {
  const { forecast, days, todayUsd, outlook } = answer
  const arithmetic = describePace(answer)
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
      {outlook === null && arithmetic !== null && <p>{arithmetic}</p>}
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
