import { useState } from 'preact/hooks'
import type { CurveAnswer } from '../../../../src/server/admin/api/curve/routes.ts'
import { formatShare, formatUsd } from '../../../ui/format.ts'
import { useRest } from '../../../ui/use-rest.ts'
import { findByBudget, findByShare } from '../points.ts'

type PresetsProps = { readonly answer: CurveAnswer; readonly onChoose: (place: number) => void }

/** Calibrates on these requests: a share of strong calls, or dollars. */
export function Presets({ answer, onChoose }: PresetsProps) {
  const { points, requests, policy } = answer
  const [problem, setProblem] = useState<string | null>(null)
  const rest = useRest()
  const setBudget = (text: string) => {
    rest.cancel()
    const usd = Number(text)
    setProblem(usd >= 0 ? null : `${text} is no amount: type dollars from 0 on.`)
    if (text === '' || !(usd >= 0)) return
    const place = findByBudget(points, usd)
    setProblem(
      place === null
        ? `No ${policy.measure} costs so little: the cheapest costs ${formatUsd(Math.min(...points.map((point) => point.usd)))}.`
        : null,
    )
    if (place !== null) onChoose(place)
  }
  return (
    <div class="presets">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row of buttons everywhere */}
      <div
        class="segments"
        role="group"
        aria-label={policy.measure === 'threshold' ? 'Share of strong calls' : 'Share of the best'}
      >
        {[0.2, 0.5, 0.8].map((share) => (
          <button key={share} type="button" onClick={() => onChoose(findByShare(points, requests, share))}>
            {formatShare(share)} {policy.measure === 'threshold' ? 'strong' : 'the best'}
          </button>
        ))}
      </div>
      <label class="check">
        At most $
        <input
          type="number"
          step="any"
          min={0}
          aria-label="Dollars at most"
          aria-invalid={problem !== null}
          {...(problem !== null && { 'aria-describedby': 'budget-problem' })}
          onInput={({ currentTarget: { value } }) => rest.after(() => setBudget(value))}
          onChange={(event) => setBudget(event.currentTarget.value)}
        />{' '}
        for these requests
      </label>
      {problem !== null && (
        <span id="budget-problem" class="small bad" role="status">
          {problem}
        </span>
      )}
    </div>
  )
}
