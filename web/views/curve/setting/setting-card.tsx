import { formatSetting } from '../../../../src/base/text/format/format-setting.ts'
import type { CurveAnswer } from '../../../../src/server/admin/api/curve/routes.ts'
import { Link } from '../../../app/link.tsx'
import { formatCount, formatShare, formatUsd } from '../../../ui/format.ts'
import { MessageText } from '../../../ui/message-text.tsx'
import { SettingSlider } from '../../../ui/setting/setting-slider.tsx'
import { formatShareEnds } from '../figure.tsx'
import { findByShare, findMoved } from '../points.ts'
import { Comparison } from './comparison.tsx'
import { Presets } from './presets.tsx'

type SettingCardProps = {
  readonly answer: CurveAnswer
  readonly chosen: number
  /** The setting that was chosen or typed. */
  readonly wanted: number
  /** Whether the point of `wanted` is still computed, and `chosen` is only near it. */
  readonly isReading: boolean
  readonly onChoose: (place: number) => void
  /** A setting that need not have a point. */
  readonly onType: (setting: number) => void
  readonly onApply: () => void
  /** Null: nothing was put in service here since the page was opened. */
  readonly onUndo: (() => void) | null
}

/** The slider, what its setting would have cost beside what is in service, and shares and budgets that set it. */
export function SettingCard(props: SettingCardProps) {
  const { answer, chosen, wanted, isReading, onChoose, onType, onApply, onUndo } = props
  const { points, policy, served, requests } = answer
  const [now, then] = [points[served]!, points[chosen]!]
  const { measure } = policy
  const text = formatSetting(wanted, [now.setting])
  return (
    <section class="card setting" aria-label={`The ${measure}`}>
      <SettingSlider
        id="setting"
        measure={measure}
        value={wanted}
        others={[now.setting]}
        most={measure === 'threshold' ? 1 : points.at(-1)!.setting || 1}
        ends={
          measure === 'threshold'
            ? [policy.models[0] ?? null, policy.models[1] ?? null]
            : ['the best', 'the cheapest']
        }
        valueText={`${text}: ${formatShare(then.strong / requests)} strong calls, ${formatUsd(then.usd)}`}
        onMove={(setting) => onChoose(findMoved(points, chosen, setting))}
        onType={onType}
      />
      <Comparison answer={answer} now={now} then={then} />
      <p class="small" aria-live="polite">
        {describeMoves(answer, chosen)}
      </p>
      <PlannedShareNote answer={answer} onChoose={onChoose} />
      <Presets answer={answer} onChoose={onChoose} />
      <div class="controls">
        <button
          type="button"
          class="primary"
          disabled={isReading || chosen === served || policy.problem !== null}
          onClick={onApply}
        >
          {isReading ? `Computing ${text} …` : `Put ${text} in service`}
        </button>
        <button type="button" disabled={chosen === served} onClick={() => onChoose(served)}>
          Back to {formatSetting(now.setting, [wanted])}
        </button>
        {onUndo !== null && policy.problem === null && (
          <button type="button" onClick={onUndo}>
            Undo the last change
          </button>
        )}
        <Link href={`/routers/${encodeURIComponent(policy.name)}`}>Versions</Link>
      </div>
      {policy.problem !== null && (
        <p class="small quiet">
          It cannot be put in service here: <MessageText text={policy.problem} most={400} />
        </p>
      )}
    </section>
  )
}

function describeMoves({ points, served, requests, policy }: CurveAnswer, chosen: number): string {
  const moved = points[chosen]!.strong - points[served]!.strong
  const of = `of ${formatCount(requests)} requests`
  if (moved === 0)
    return chosen === served ? `This is in service: none ${of} would move.` : `None ${of} would move.`
  const strong = policy.measure === 'threshold' ? 'the strong model' : 'the best candidate'
  return moved > 0
    ? `${formatCount(moved)} ${of} would move to ${strong}.`
    : `${formatCount(-moved)} ${of} would move away from ${strong}.`
}

/** Says that what is in service has another share of strong calls than it was set for, if that is more than chance. */
function PlannedShareNote({ answer, onChoose }: Pick<SettingCardProps, 'answer' | 'onChoose'>) {
  const { policy, points, requests, free, isOffPlan } = answer
  const { plannedShare: planned } = policy
  if (planned === null || !isOffPlan) return null
  const share = formatShare(planned.share)
  const measured = `${formatShare(free.strong / free.requests)} (${formatShareEnds(free.strongInterval)})`
  return (
    <p class="small quiet">
      {planned.by === 'calibration'
        ? `The threshold in service is set for ${share} strong calls by its router’s calibration`
        : `The version in service had ${share} strong calls in its comparison`}
      ; of the {formatCount(free.requests)} requests here that the threshold alone decided, {measured} are.{' '}
      <button
        type="button"
        class="link"
        onClick={() => onChoose(findByShare(points, requests, planned.share))}
      >
        Move to {share} of all requests here
      </button>
    </p>
  )
}
