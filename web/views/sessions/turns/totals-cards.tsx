import type { SessionAnswer } from '../../../../src/server/admin/api/sessions/routes.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatShare, formatUsd } from '../../../ui/format.ts'

/** Dollars, those of switches, the share of caches, and what routing saved: a figure each. */
export function TotalsCards({ turns, totals }: Pick<SessionAnswer, 'turns' | 'totals'>) {
  if (totals === null)
    return <p class="banner">This server has no prices, so it does not say what switches have cost.</p>
  const { usd, unpriced, inputTokens, cachedTokens, switches, switchUsd, unpricedSwitches, saved } = totals
  return (
    <div class="grid figures">
      <section class="card">
        <h2>Cost</h2>
        <p class="figure">{unpriced === turns.length ? 'unpriced' : formatUsd(usd)}</p>
        <p class="quiet small">
          {formatCount(turns.length)} {turns.length === 1 ? 'turn' : 'turns'}
          {unpriced > 0 && `, ${formatCount(unpriced)} of them without a known cost`}
        </p>
      </section>
      <section class="card">
        <h2>Switches of the model</h2>
        <p class="figure">{formatCount(switches)}</p>
        <p class="quiet small">
          {switches === 0
            ? 'one model answered'
            : `${formatUsd(switchUsd)} for caches that were cold because of them`}
          {unpricedSwitches > 0 && `; ${formatCount(unpricedSwitches)} without a known price`}
        </p>
      </section>
      <section class="card">
        <h2>Saved</h2>
        {saved.counted === 0 ? (
          <p class="quiet small">No turn can be compared: each names its model, or has no known cost.</p>
        ) : (
          <>
            <p class={`figure ${saved.savedUsd < 0 ? 'bad' : 'good'}`}>{formatUsd(saved.savedUsd)}</p>
            <p class="quiet small">
              {saved.baselineUsd > 0 && `${formatShare(saved.savedUsd / saved.baselineUsd)} of `}
              {formatUsd(saved.baselineUsd)} with{' '}
              {saved.baselines.map((name, index) => (
                <>
                  {index > 0 && ', '}
                  <ForeignText key={name} text={name} most={32} />
                </>
              ))}{' '}
              alone; {formatCount(saved.counted)} {saved.counted === 1 ? 'turn' : 'turns'} compared
            </p>
          </>
        )}
      </section>
      <section class="card">
        <h2>From caches</h2>
        <p class="figure">{inputTokens === 0 ? '–' : formatShare(cachedTokens / inputTokens)}</p>
        <p class="quiet small">
          {formatCount(cachedTokens)} of {formatCount(inputTokens)} prompt tokens
        </p>
      </section>
    </div>
  )
}
