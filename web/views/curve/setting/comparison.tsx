import { leastUnits } from '../../../../src/base/math/statistics/few-units.ts'
import { formatSetting } from '../../../../src/base/text/format/format-setting.ts'
import type { CurveAnswer } from '../../../../src/server/admin/api/curve/routes.ts'
import { formatShare, formatUsd } from '../../../ui/format.ts'
import {
  Figure,
  formatChange,
  formatDecimal,
  formatDecimalEnds,
  formatPlanned,
  formatPointEnds,
  formatPoints,
  formatShareEnds,
  formatUsdEnds,
} from '../figure.tsx'

type Point = CurveAnswer['points'][number]
type Row = {
  readonly title: string
  readonly of: (point: Point, isNow: boolean) => Parameters<typeof Figure>[0]
}

type Interval = readonly [number, number] | null

/** Why dollars have no interval, if not because there are few sessions. */
function noteOfDollars({ usdInterval }: Point, interval: Interval): string | null {
  return interval === null && usdInterval !== null ? 'few sessions move' : null
}

/** What is chosen beside what is in service. */
export function Comparison({ answer, now, then }: { answer: CurveAnswer; now: Point; then: Point }) {
  const { requests, points, policy, labels } = answer
  const first = points[0]!
  const against = policy.measure === 'threshold' ? 'always strong' : 'the best'
  const noteOfLabels = (interval: Interval, note: string) =>
    interval === null && labels.sessions >= leastUnits ? note : null
  const rows: readonly Row[] = [
    {
      title: policy.measure === 'threshold' ? 'Strong calls' : 'The best answers',
      of: (point, isNow) => ({
        value: formatShare(point.strong / requests),
        around: formatShareEnds(point.strongInterval),
        note: isNow ? formatPlanned(policy.plannedShare) : null,
      }),
    },
    {
      title: 'Dollars',
      of: ({ usd, usdInterval }) => ({ value: formatUsd(usd), around: formatUsdEnds(usdInterval) }),
    },
    {
      title: 'Against now',
      of: (point) =>
        point === now
          ? { value: '–' }
          : {
              value: formatChange(point.usd - now.usd),
              around: formatUsdEnds(point.changeInterval),
              note: noteOfDollars(point, point.changeInterval),
            },
    },
    {
      title: `Saved against ${against}`,
      of: (point) => ({
        value: formatShare(first.usd > 0 ? 1 - point.usd / first.usd : null),
        around: formatShareEnds(point.savedInterval),
        note: point === first ? null : noteOfDollars(point, point.savedInterval),
      }),
    },
    ...(labels.used === 0
      ? []
      : [
          {
            title: 'Quality',
            of: ({ quality, qualityInterval }: Point) => ({
              value: formatDecimal(quality),
              around: formatDecimalEnds(qualityInterval),
              note: noteOfLabels(qualityInterval, 'all scores are equal'),
            }),
          },
          {
            title: `Quality lost against ${against}`,
            of: (point: Point) => ({
              value: formatPoints(first.quality! - point.quality!),
              around: formatPointEnds(point.lossInterval),
              note: point === first ? null : noteOfLabels(point.lossInterval, 'few sessions differ'),
            }),
          },
        ]),
  ]
  return (
    <table class="comparison curve-figures">
      <thead>
        <tr>
          <td />
          <th scope="col" class="number">
            in service, {formatSetting(now.setting, [then.setting])}
          </th>
          <th scope="col" class="number">
            at {formatSetting(then.setting, [now.setting])}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ title, of }) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            {[now, then].map((point, index) => (
              <td key={index} class="number">
                <Figure {...of(point, index === 0)} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
