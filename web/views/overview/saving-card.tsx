import type { SavingAnswer } from '../../../src/server/admin/api/saving.ts'
import type { Resource } from '../../api/use-resource.ts'
import { changeQuery, readPlace } from '../../app/location.ts'
import { escapeInvisible } from '../../ui/escape-invisible.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatShare, formatUsd, formatUsdInterval } from '../../ui/format.ts'
import { Loaded } from '../../ui/states.tsx'
import { toneOf } from '../../ui/tone.ts'

/** What routing has saved, against a baseline that can be chosen. It may be negative. */
export function SavingCard({ saving }: { saving: Resource<SavingAnswer> }) {
  const baseline = readPlace().query.get('baseline')
  return (
    <section class="card saving" aria-label="Saved">
      <h2>
        <span>Saved, net</span>
        {saving.data !== null && <BaselineChoice answer={saving.data} chosen={baseline} />}
      </h2>
      <Loaded resource={saving} what="The saving cannot be computed">
        {(answer) => <Figures answer={answer} />}
      </Loaded>
    </section>
  )
}

function BaselineChoice({ answer, chosen }: { answer: SavingAnswer; chosen: string | null }) {
  return (
    <label>
      against{' '}
      <select value={chosen ?? ''} onChange={(event) => changeQuery({ baseline: event.currentTarget.value })}>
        <option value="">the strong model of each policy</option>
        {answer.models.map((name) => (
          <option key={name} value={name}>
            {escapeInvisible(name)}
          </option>
        ))}
      </select>
    </label>
  )
}

function Figures({ answer }: { answer: SavingAnswer }) {
  const { savings, overheadUsd, savedUsd, savedInterval, fraction, fractionInterval } = answer
  const { counted, unpriced, direct, failed } = savings.requests
  if (counted === 0)
    return (
      <p class="quiet">
        No request of this time can be compared
        {unpriced > 0 ? `: of ${formatCount(unpriced)} the dollars are not known.` : '.'}
      </p>
    )
  const left = [
    unpriced > 0 && `${formatCount(unpriced)} without a known cost`,
    direct > 0 && `${formatCount(direct)} that name their model`,
    failed > 0 && `${formatCount(failed)} that no model answered`,
  ].filter((each) => each !== false)
  return (
    <>
      <p class={`figure ${toneOf(savedUsd, savedInterval)}`}>{formatUsdInterval(savedUsd, savedInterval)}</p>
      <p>
        {fraction !== null && (
          <strong>
            {formatShare(fraction)}
            {fractionInterval !== null &&
              ` (${formatShare(fractionInterval[0])} to ${formatShare(fractionInterval[1])})`}
          </strong>
        )}{' '}
        of {formatUsd(savings.baselineUsd)}, which{' '}
        {answer.baselines.map((name, index) => (
          <>
            {index > 0 && ', '}
            <ForeignText key={name} text={name} most={40} />
          </>
        ))}{' '}
        alone would have cost
      </p>
      <p class="quiet small">
        {formatUsd(savings.usd)} spent on answers
        {overheadUsd > 0 && `, ${formatUsd(overheadUsd)} on routing, shadow calls and judges`}. The baseline’s
        cost is lowered by {formatUsd(savings.warmCacheUsd)}, because its caches would have been warm.{' '}
        {savedInterval === null
          ? 'Too few sessions for an interval.'
          : '95 % interval, computed over sessions: the requests of a session are alike.'}
        {left.length > 0 && ` Not counted: ${left.join(', ')}.`}
      </p>
    </>
  )
}
