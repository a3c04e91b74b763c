import { useState } from 'preact/hooks'
import type { CurveAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import { Link } from '../../app/link.tsx'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatShare, formatUsd } from '../../ui/format.ts'
import { formatSetting, SettingSlider } from '../../ui/setting-slider.tsx'
import { findByBudget, findByShare, findMoved, formatDecimal } from './points.ts'

type SettingCardProps = {
  readonly answer: CurveAnswer
  readonly chosen: number
  readonly onChoose: (place: number) => void
  /** A setting that need not have a point. */
  readonly onType: (setting: number) => void
  readonly onApply: () => void
}

/** The slider, what its setting would have cost beside what is in service, and shares and budgets that set it. */
export function SettingCard({ answer, chosen, onChoose, onType, onApply }: SettingCardProps) {
  const { points, policy, served, requests } = answer
  const [now, then] = [points[served]!, points[chosen]!]
  const { measure } = policy
  const text = formatSetting(then.setting)
  return (
    <section class="card setting" aria-label={`The ${measure}`}>
      <SettingSlider
        id="setting"
        measure={measure}
        value={then.setting}
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
      <Presets answer={answer} onChoose={onChoose} />
      <div class="controls">
        <button
          type="button"
          class="primary"
          disabled={chosen === served || policy.problem !== null}
          onClick={onApply}
        >
          Put {text} in service
        </button>
        <button type="button" disabled={chosen === served} onClick={() => onChoose(served)}>
          Back to {formatSetting(now.setting)}
        </button>
        <Link href={`/routers/${encodeURIComponent(policy.name)}`}>Undo in Routers</Link>
      </div>
      {policy.problem !== null && (
        <p class="small quiet">
          It cannot be put in service here: <ForeignText text={policy.problem} most={400} />
        </p>
      )}
    </section>
  )
}

type Point = CurveAnswer['points'][number]
type Value = { readonly value: string; readonly around?: string | null }

function Comparison({ answer, now, then }: { answer: CurveAnswer; now: Point; then: Point }) {
  const { requests, points, policy, labels } = answer
  const first = points[0]!
  const against = policy.measure === 'threshold' ? 'always strong' : 'the best'
  const rows: readonly { readonly title: string; readonly of: (point: Point) => Value }[] = [
    {
      title: policy.measure === 'threshold' ? 'Strong calls' : 'The best answers',
      of: (point) => ({ value: formatShare(point.strong / requests) }),
    },
    {
      title: 'Dollars',
      of: (point) => ({
        value: formatUsd(point.usd),
        around: point.usdInterval && formatEnds(point.usdInterval, formatDollars),
      }),
    },
    {
      title: `Saved against ${against}`,
      of: (point) => ({ value: formatShare(first.usd > 0 ? 1 - point.usd / first.usd : null) }),
    },
    ...(labels.used === 0
      ? []
      : [
          {
            title: 'Quality',
            of: (point: Point) => ({
              value: formatDecimal(point.quality),
              around: point.qualityInterval && formatEnds(point.qualityInterval, formatDecimal),
            }),
          },
          {
            title: `Lost against ${against}`,
            of: (point: Point) => ({
              value: formatDecimal(first.quality! - point.quality!),
              around: point.lossInterval && formatEnds(point.lossInterval, formatDecimal),
            }),
          },
        ]),
  ]
  return (
    <table class="comparison">
      <thead>
        <tr>
          <td />
          <th scope="col" class="number">
            in service, {formatSetting(now.setting)}
          </th>
          <th scope="col" class="number">
            at {formatSetting(then.setting)}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ title, of }) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            {[now, then].map((point, index) => (
              <td key={index} class="number">
                {of(point).value}
                {of(point).around && <span class="small quiet around">{of(point).around}</span>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function formatEnds([low, high]: readonly [number, number], format: (end: number) => string): string {
  return `${format(low)} to ${format(high)}`
}

function formatDollars(usd: number): string {
  return formatUsd(usd).replace('$', '')
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

/** Calibrates on these requests: a share of strong calls, or dollars. */
function Presets({ answer, onChoose }: Pick<SettingCardProps, 'answer' | 'onChoose'>) {
  const { points, requests, policy } = answer
  const [problem, setProblem] = useState<string | null>(null)
  const setBudget = (text: string) => {
    const usd = Number(text)
    if (text === '' || !(usd >= 0)) return
    const place = findByBudget(points, usd)
    setProblem(
      place === null ? `Even ${formatUsd(Math.min(...points.map((point) => point.usd)))} is more.` : null,
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
        Within $
        <input
          type="number"
          step="any"
          min={0}
          aria-label="Dollars at most"
          onChange={(event) => setBudget(event.currentTarget.value)}
        />
      </label>
      {problem !== null && (
        <span class="small bad" role="status">
          {problem}
        </span>
      )}
    </div>
  )
}
